"""A rule is retired on its page while a listener runs: the alarm it raised is over, in the database."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from gridloop.core.people.models import Person
from gridloop.scenes.fire.alarms.models import Alarm
from gridloop.scenes.fire.ingest.listening import Listener
from gridloop.scenes.fire.ingest.models import RuleMemory
from gridloop.scenes.fire.ingest.registering import rule_edition
from gridloop.scenes.fire.ingest.rule_editing import retire_rule
from gridloop.scenes.fire.ingest.signals import Signal
from tests import world
from tests.scenes.fire.ingest.fleets import a_device, a_vendor, asked, premises_in

pytestmark = pytest.mark.django_db(transaction=True)


def open_alarms() -> int:
    return Alarm.objects.filter(cleared_at=None, ended_at=None, kind="fire").count()


def retire(admin: Person) -> None:
    retire_rule("hot", seen=1, reason="改用新的探测器", by=world.acting(admin))


def test_alarm_of_a_retired_rule_is_over_while_the_listener_runs(tmp_path: Path) -> None:
    (place,) = premises_in(world.a_town())
    a_device(a_vendor(), "H", "heat", premises=place)
    admin = world.with_post("administrator")

    async def story() -> None:
        listener, begun = Listener(folder=tmp_path), asyncio.Event()

        async def source(which: Listener) -> None:
            now = which.intake.clock()
            await which.intake(
                [Signal(vendor="acme", device="H", kind="reading", at=now, received=now, key="1", facts={"temperature": 90})]
            )  # fmt: skip
            begun.set()
            await asyncio.sleep(3600)

        task = asyncio.create_task(listener.run(source))
        async with asyncio.timeout(20):
            await begun.wait()
            assert await asked(open_alarms) == 1
            await asked(retire, admin)
            rule_edition.forget()
            await listener.look_at_registry()
            assert await asked(open_alarms) == 0
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert not RuleMemory.objects.filter(rule="hot").exists()
