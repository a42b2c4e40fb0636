"""What frames mean: alarm kinds, what is over, codes of devices, readings in their units."""

from gridloop.scenes.fire.adapters.gb26875.clock import encode_clock
from gridloop.scenes.fire.adapters.gb26875.frames import Frame
from gridloop.scenes.fire.adapters.gb26875.meaning import States, is_urgent, signals_of
from gridloop.scenes.fire.adapters.gb26875.objects import (
    Analogue,
    ComponentState,
    Operation,
    SystemState,
    TransmitterOperation,
    TransmitterState,
    decode_content,
    encode_content,
)
from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, dialect

NOW = 1_772_596_801
SOURCE = bytes([1, 2, 3, 4, 5, 6])


def heard(kind, *objects, states=None, spoken=STANDARD, serial=1, tag=None):
    data = encode_content(kind, objects, spoken) if objects else b""
    frame = Frame(
        serial, SOURCE, bytes(6), 2, data, encode_clock(NOW, bcd=spoken.bcd) if tag is None else tag
    )
    content = decode_content(data, spoken) if data else None
    return signals_of(
        frame, content, vendor="v", dialect=spoken, received=NOW + 2.5, states=states or States()
    )


def detector(state, component=40, place=b"\1\0\2\0", at=NOW - 5, text="三楼"):
    return ComponentState(1, 1, component, place, state, text, at)


def test_fire_of_a_detector_names_the_detector_and_its_way() -> None:
    (signal,) = heard(2, detector(0b11))

    assert (signal.vendor, signal.device, signal.kind, signal.on) == (
        "v",
        "010203040506-1.1-1.2",
        "fire",
        True,
    )
    assert (signal.at, signal.received) == (NOW - 5, NOW + 2.5)
    assert signal.facts["through"] == "010203040506"
    assert signal.facts["text"] == "三楼"
    assert is_urgent([signal])


def test_gas_detectors_raise_gas() -> None:
    assert [signal.kind for signal in heard(2, detector(0b11, component=11))] == ["gas"]


def test_several_bits_are_several_signals_with_keys_of_their_own() -> None:
    signals = heard(2, detector(0b1_0000_0111))

    assert [signal.kind for signal in signals] == ["fault", "fire", "main_power"]
    assert len({signal.key for signal in signals}) == 3


def test_bit_that_went_out_is_told_and_all_clear_is_restored() -> None:
    states = States()
    heard(2, detector(0b111), states=states)

    assert [(s.kind, s.on) for s in heard(2, detector(0b101), states=states)] == [
        ("fault", True),
        ("fire", False),
    ]
    assert [(s.kind, s.on) for s in heard(2, detector(1), states=states)] == [
        ("fault", False),
        ("restored", True),
    ]
    assert [(s.kind, s.on) for s in heard(2, detector(1), states=states)] == [("restored", True)]


def test_cleared_test_bit_never_silences_a_fire() -> None:
    (signal,) = heard(2, detector(0b10))

    assert signal.kind == "fire" and signal.facts["test"] is True
    assert [s.kind for s in heard(2, detector(0))] == ["test"]


def test_states_of_systems_and_transmitters() -> None:
    system = heard(1, SystemState(1, 2, 1 | 1 << 8 | 1 << 10, NOW))
    assert [(s.kind, s.device) for s in system] == [
        ("fault", "010203040506-1.2"),
        ("main_power", "010203040506-1.2"),
    ]
    transmitter = heard(21, TransmitterState(1 | 1 << 3 | 1 << 4 | 1 << 5, NOW))
    assert [s.kind for s in transmitter] == ["backup_power", "fault", "main_power"]
    assert {s.device for s in transmitter} == {"010203040506"}


def test_manual_alarm_is_a_fire_and_duty_answers_are_operations() -> None:
    assert [s.kind for s in heard(4, Operation(1, 1, 1 << 2, 7, NOW))] == ["fire"]
    (answer,) = heard(24, TransmitterOperation(1 << 5, 7, NOW))
    assert answer.kind == "operation" and answer.facts["operations"] == ["confirmed"]
    assert [s.kind for s in heard(24, TransmitterOperation(1, 7, NOW))] == ["reset"]


def test_readings_come_in_their_units_and_are_not_urgent() -> None:
    signals = heard(
        3,
        Analogue(1, 1, 31, bytes(4), 3, 245, NOW),
        Analogue(1, 1, 91, bytes(4), 5, -4, NOW),
        Analogue(1, 1, 96, bytes(4), 10, 15, NOW),
    )

    assert [s.facts for s in signals] == [
        {"temperature": 24.5, "through": "010203040506"},
        {"pressure": -0.0004, "through": "010203040506"},
        {"value": 1.5, "unit": "L/s", "through": "010203040506"},
    ]
    assert not is_urgent(signals)


def test_empty_data_are_a_heartbeat_of_the_transmitter() -> None:
    (beat,) = heard(0)

    assert (beat.kind, beat.device, beat.at) == ("heartbeat", "010203040506", NOW)


def test_device_without_any_clock_is_taken_at_its_arrival() -> None:
    (signal,) = heard(2, detector(0b11, at=None), tag=bytes(6))

    assert signal.at == NOW + 2.5


def test_key_is_the_same_when_sent_again_and_not_otherwise() -> None:
    first, again, other = heard(2, detector(3)), heard(2, detector(3)), heard(2, detector(3), serial=2)

    assert first[0].key == again[0].key != other[0].key


def test_dialect_writes_the_addresses() -> None:
    (signal,) = heard(2, detector(3, place=b"\0\1\0\2"), spoken=dialect("jk-gh2013g"))

    assert signal.device == "060504030201-1.1-1.2"


def test_states_are_bounded() -> None:
    states = States(most=10)
    for number in range(100):
        states.exchange("v", str(number), 1)

    assert len(states.words) == 10
