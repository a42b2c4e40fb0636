"""The demo's own feed: devices that live and measure, and a storm when somebody wishes for one."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.scenes.fire.ingest import actions
from gridloop.scenes.fire.ingest.feed import BEAT, Feed
from gridloop.scenes.fire.ingest.listening import Listener
from gridloop.scenes.fire.ingest.models import Receipt
from tests.scenes.fire.ingest.fleets import a_device, a_vendor, asked

pytestmark = pytest.mark.django_db(transaction=True)


def test_storm_comes_on_wish_and_the_background_raises_nothing(tmp_path: Path) -> None:
    vendor = a_vendor()
    for number in range(120):
        a_device(vendor, f"D{number}", ("smoke", "heat", "water", "bike")[number % 4])

    async def story() -> None:
        listener = Listener(folder=tmp_path)
        feeds: list[Feed] = []
        begun = asyncio.Event()

        async def source(which: Listener) -> None:
            feeds.append(Feed(which))
            begun.set()
            await asyncio.sleep(3600)

        task = asyncio.create_task(listener.run(source))
        async with asyncio.timeout(10):
            await begun.wait()
        feed = feeds[0]
        for _second in range(BEAT):
            await feed.beat(listener.intake.clock())
        assert await asked(Receipt.objects.count) == 0
        assert listener.intake.counts["messages"] >= 119
        feed.read_until = 0
        await asked(actions.wish_storm, alarms=40, by=SYSTEM)
        wished = await listener.desk.do(feed.wishes)
        assert wished == [40]
        await feed.storm(wished[0])
        assert await listener.desk.do(feed.wishes) == []
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(story())
    assert Receipt.objects.filter(kind="fire").count() >= 10
    assert set(Receipt.objects.values_list("kind", flat=True)) <= {"fire", "fault", "shielded"}
