"""What becomes of signals: strangers, replays, clocks that are off, overtaken messages, floods, silence, resets."""

from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from gridloop.scenes.fire.ingest.receiving import ALARM_FLOOD, FLOOD, Intake
from gridloop.scenes.fire.ingest.rules import QUANTITY, Held
from gridloop.scenes.fire.ingest.storing import Unit
from tests.scenes.fire.ingest.intakes import NOW, a_fleet, a_signal, an_intake, told


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    made = an_intake(tmp_path, a_fleet(("P", "panel"), ("H", "heat"), ("S", "smoke"), panel=1))
    yield made
    made.history.turn_over()


def read(intake: Intake, device: str, quantity: str, value: float, after: float = 0.0) -> Unit:
    rows = intake.fleet.rows([f"v/{device}".encode()])
    columns = (
        rows,
        numpy.array([QUANTITY[quantity]], "u1"),
        numpy.array([NOW + after]),
        numpy.array([value], "f4"),
    )
    return intake.weigh_readings(columns, NOW + after)


def test_alarm_of_a_registered_device_is_found(intake: Intake) -> None:
    assert told(intake.weigh_signals([a_signal("H")])) == [(2, "fire", True)]
    assert intake.fleet.is_on(intake.fleet.row(b"v/H"), "fire")


def test_stranger_is_noted_and_nothing_else_happens(intake: Intake) -> None:
    unit = intake.weigh_signals([a_signal("nobody"), a_signal("nobody", after=1)])

    assert unit.findings == []
    assert intake.strangers.take()["v", "nobody"][0] == 2


def test_replay_has_the_same_key_and_another_message_has_not(intake: Intake) -> None:
    first, again = intake.weigh_signals([a_signal("H"), a_signal("H", received=NOW + 9)]).findings
    other = intake.weigh_signals([a_signal("H", after=1)]).findings[0]

    assert first.key == again.key != other.key


@pytest.mark.parametrize("off", [-9 * 86400.0, 3600.0])
def test_clock_that_cannot_be_true_is_not_believed(intake: Intake, off: float) -> None:
    finding = intake.weigh_signals([a_signal("H", at=NOW + off)]).findings[0]

    assert finding.at == NOW
    assert finding.facts["clock_off"] == off


def test_message_that_waited_in_a_gateway_keeps_its_time(intake: Intake) -> None:
    finding = intake.weigh_signals([a_signal("H", at=NOW - 7200)]).findings[0]

    assert (finding.at, finding.facts["delayed"]) == (NOW - 7200, 7200)


def test_older_message_does_not_change_what_is_known(intake: Intake) -> None:
    intake.weigh_signals([a_signal("H", on=False, after=60)])
    finding = intake.weigh_signals([a_signal("H", after=30)]).findings[0]

    assert finding.facts["late"] is True
    assert not intake.fleet.is_on(intake.fleet.row(b"v/H"), "fire")


def test_older_reading_does_not_change_what_is_known(intake: Intake) -> None:
    read(intake, "H", "temperature", 30, after=10)

    assert told(read(intake, "H", "temperature", 90, after=5)) == []
    assert intake.counts["out_of_order"] == 1


def test_rule_over_readings_raises_and_remembers(intake: Intake) -> None:
    unit = read(intake, "H", "temperature", 90)

    assert told(unit) == [(2, "fire", True)]
    assert [(memory.device, memory.rule) for memory in unit.memories] == [(2, "hot")]
    assert told(read(intake, "H", "temperature", 40, after=1)) == [(2, "fire", False)]


def test_duration_goes_on_after_a_restart(tmp_path: Path) -> None:
    fleet = a_fleet(("E", "electrical"), silence=10_000)
    killed = an_intake(tmp_path / "1", fleet)
    begun = read(killed, "E", "temperature", 60)
    killed.history.turn_over()
    memory = {(m.device, m.rule): Held(*m.held) for m in begun.memories if m.held}
    restarted = an_intake(tmp_path / "2", a_fleet(("E", "electrical"), silence=10_000), memory)

    assert told(restarted.sweep(NOW + 119)) == []
    assert told(restarted.sweep(NOW + 121)) == [(1, "reading", True)]
    assert told(restarted.sweep(NOW + 122)) == []


def test_flood_of_telemetry_is_dropped_and_counted_until_the_next_second(intake: Intake) -> None:
    rows = intake.fleet.rows([b"v/H"])
    within = [bool(intake.hear(rows, NOW, Unit([], []))[0]) for _each in range(FLOOD + 5)]

    assert within == [True] * FLOOD + [False] * 5
    intake.sweep(NOW)
    assert bool(intake.hear(rows, NOW, Unit([], []))[0])


def test_flood_of_alarms_never_hides_a_fire(intake: Intake) -> None:
    unit = intake.weigh_signals([a_signal("H", "fault", key=str(n)) for n in range(ALARM_FLOOD * 10)])
    assert len(unit.findings) == ALARM_FLOOD

    assert told(intake.weigh_signals([a_signal("H", "fire")])) == [(2, "fire", True)]


def test_silence_is_an_alarm_once_and_a_word_ends_it(intake: Intake) -> None:
    assert told(intake.sweep(NOW + 99)) == []
    assert sorted(told(intake.sweep(NOW + 101))) == [
        (1, "offline", True),
        (2, "offline", True),
        (3, "offline", True),
    ]
    assert told(intake.sweep(NOW + 102)) == []
    assert told(intake.weigh_signals([a_signal("S", "heartbeat", after=103)])) == [(3, "offline", False)]


def test_reset_of_a_panel_clears_its_points(intake: Intake) -> None:
    intake.weigh_signals([a_signal("H"), a_signal("S", "gas")])
    unit = intake.weigh_signals([a_signal("P", "reset", after=5)])

    assert {(2, "fire", False), (3, "gas", False)} <= set(told(unit))
    assert told(unit)[-1] == (1, "reset", True)


def test_alarm_of_a_device_under_test_says_so(intake: Intake) -> None:
    intake.weigh_signals([a_signal("H", "test")])

    assert intake.weigh_signals([a_signal("H", after=1)]).findings[0].facts == {"test": True}


def test_what_devices_say_is_cleaned(intake: Intake) -> None:
    facts = {"text": "a\0b" * 900, "late": True, "odd": float("nan"), "deep": {"a": [1]}, "bad": "\ud800"}
    found = intake.weigh_signals([a_signal("H", facts=facts)]).findings[0].facts

    assert len(found["text"]) == 400 and "\0" not in found["text"]
    assert "late" not in found and found["odd"] is None and found["bad"] == "?"
