"""Rules change while devices are beyond their limits: nothing stays open that nobody weighs, nothing is lost that goes on."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gridloop.scenes.fire.ingest.changing import let_go
from gridloop.scenes.fire.ingest.receiving import Intake
from gridloop.scenes.fire.ingest.registering import shipped_rules
from gridloop.scenes.fire.ingest.rules import SHIPPED, Held, Rule, RuleSet
from gridloop.scenes.fire.ingest.state import DEVICE_KINDS
from gridloop.scenes.fire.ingest.storing import Unit
from tests.scenes.fire.ingest.intakes import NOW, a_fleet, an_intake, told
from tests.scenes.fire.ingest.test_receiving import read

HOT = next(rule for rule in SHIPPED if rule.name == "hot")
OTHERS = [rule for rule in SHIPPED if rule.name != "hot"]


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    made = an_intake(tmp_path, a_fleet(("P", "panel"), ("H", "heat"), ("E", "electrical")))
    yield made
    made.history.turn_over()


def changed(intake: Intake, *rules: Rule, retired: tuple[Rule, ...] = ()) -> Unit:
    before, intake.rules = intake.rules, RuleSet([*OTHERS, *rules], DEVICE_KINDS, retired=retired)
    intake.mark_remembered()
    return let_go(intake, before, NOW + 60)


def test_what_a_retired_rule_raised_is_over(intake: Intake) -> None:
    assert told(read(intake, "H", "temperature", 80)) == [(2, "fire", True)]
    unit = changed(intake)

    assert told(unit) == [(2, "fire", False)]
    assert unit.findings[0].rule == "hot" and unit.memories[0].held is None
    assert not intake.fleet.is_on(intake.fleet.row(b"v/H"), "fire")
    assert told(read(intake, "H", "temperature", 90, 90)) == []


def test_other_limits_let_an_alarm_go_on_until_the_new_all_clear(intake: Intake) -> None:
    read(intake, "H", "temperature", 80)
    unit = changed(intake, msgspec.structs.replace(HOT, on_limit=60.0, off_limit=40.0, version=2))

    assert (unit.findings, unit.memories) == ([], [])
    assert told(read(intake, "H", "temperature", 50, 90)) == []
    assert told(read(intake, "H", "temperature", 39, 120)) == [(2, "fire", False)]


def test_rule_that_raises_something_else_ends_the_one_and_begins_the_other(intake: Intake) -> None:
    read(intake, "H", "temperature", 80)
    unit = changed(intake, msgspec.structs.replace(HOT, raises="reading", version=2))

    assert told(unit) == [(2, "fire", False)]
    assert told(read(intake, "H", "temperature", 80, 90)) == [(2, "reading", True)]


def test_device_of_a_kind_no_longer_watched_is_let_go_alone(intake: Intake) -> None:
    read(intake, "H", "temperature", 80)
    read(intake, "E", "temperature", 80)
    unit = changed(intake, msgspec.structs.replace(HOT, kinds=("electrical",), version=2))

    assert told(unit) == [(2, "fire", False)]


def test_duration_that_runs_is_forgotten_with_its_rule(intake: Intake) -> None:
    read(intake, "E", "temperature", 60)
    intake.rules, before = RuleSet([HOT], DEVICE_KINDS), intake.rules
    intake.mark_remembered()
    unit = let_go(intake, before, NOW + 60)

    assert unit.findings == [] and [memory.rule for memory in unit.memories] == ["warm_long"]
    assert intake.sweep(NOW + 99).findings == []


def test_rule_retired_while_nobody_listened_is_ended_at_the_start(tmp_path: Path) -> None:
    memory = {(2, "hot"): Held(NOW, NOW, 1, True), (1, "offline"): Held(NOW, NOW, 1, True)}
    intake = an_intake(tmp_path, a_fleet(("P", "panel"), ("H", "heat")), memory)
    rules = RuleSet(OTHERS, DEVICE_KINDS, retired=[HOT])
    intake.rules = rules

    assert told(let_go(intake, rules, NOW)) == [(2, "fire", False)]
    assert list(intake.memory) == [(1, "offline")]
    assert told(let_go(intake, rules, NOW)) == []


def test_nothing_changes_when_nothing_changed(intake: Intake) -> None:
    read(intake, "H", "temperature", 80)

    assert let_go(intake, shipped_rules(), NOW + 60) == Unit([], [])
