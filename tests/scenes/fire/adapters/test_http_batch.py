"""Messages over HTTP: who may send, what is refused and why, what is durable, what is sent twice."""

import json

import msgspec
import pytest
from django.db import DatabaseError
from django.test import Client

from gridloop.scenes.fire.adapters import http_batch
from gridloop.scenes.fire.adapters.allowance import Allowance
from gridloop.scenes.fire.adapters.credentials import digest_of, new_secret, vendor_by_secret
from gridloop.scenes.fire.adapters.http_batch import forget_keys
from gridloop.scenes.fire.adapters.models import HeardKey
from gridloop.scenes.fire.ingest.models import Posted
from gridloop.scenes.fire.ingest.posting import oldest
from gridloop.scenes.fire.models import Vendor

pytestmark = pytest.mark.django_db
NOW = 1_772_596_801
ADDRESS = "/api/fire/messages"


@pytest.fixture
def secret() -> str:
    made = new_secret()
    Vendor.objects.create(code="first", name="一号", secret_digest=digest_of(made))
    return made


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_batch, "ALLOWANCE", Allowance(rate=2_000, burst=20_000))


def send(secret: str, rows: object, **more):
    return Client().post(
        ADDRESS,
        rows if isinstance(rows, bytes) else json.dumps(rows),
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
        **more,
    )


def posted() -> list:
    return [signal for _number, signals in oldest() for signal in signals]


def fire(**more) -> dict:
    return {"device": "A1", "kind": "fire", "at": NOW, "key": "k1", **more}


def test_alarms_and_readings_are_taken_with_the_vendor_of_the_secret(secret: str) -> None:
    answer = send(secret, [fire(facts={"text": "三楼"}), {"device": "A2", "facts": {"temperature": 21.5}}])

    assert answer.status_code == 200
    assert answer.json() == {"taken": 2, "known": 0, "refused": 0, "rows": []}
    alarm, reading = posted()
    assert (alarm.vendor, alarm.device, alarm.kind, alarm.at, alarm.key) == ("first", "A1", "fire", NOW, "k1")
    assert reading.kind == "reading" and reading.at == reading.received and reading.key


def test_secret_may_stand_in_a_header_of_its_own(secret: str) -> None:
    answer = Client().post(ADDRESS, "[]", "application/json", headers={"X-Gridloop-Secret": secret})

    assert answer.json() == {"taken": 0, "known": 0, "refused": 0, "rows": []}


def test_row_sent_again_is_known_and_stored_once(secret: str) -> None:
    send(secret, [fire()])

    assert send(secret, [fire(), fire(key="k2"), fire(key="k2")]).json() == {
        "taken": 1,
        "known": 2,
        "refused": 0,
        "rows": [{"row": 0, "outcome": "known"}, {"row": 2, "outcome": "known"}],
    }
    assert [signal.key for signal in posted()] == ["k1", "k2"]


def test_same_key_of_another_vendor_is_another_message(secret: str) -> None:
    other = new_secret()
    Vendor.objects.create(code="second", name="二号", secret_digest=digest_of(other))
    send(secret, [fire()])

    assert send(other, [fire()]).json()["taken"] == 1


@pytest.mark.parametrize(
    "row",
    [
        7, [], None, "x", {}, {"device": ""}, {"device": 7, "kind": "fire"}, fire(device="x" * 65), fire(kind="boom"),
        fire(kind=[]), fire(on="yes"), fire(at="now"), fire(at=True), fire(at=-5), fire(key="k" * 201), fire(facts=[]),
        fire(device="a\0b"), fire(facts={"text": "a\0b"}), fire(facts={"text": "x" * 3000}), fire(extra=1),
        {"device": "A1", "kind": "reading"},
    ],
)  # fmt: skip
def test_wrong_row_is_refused_with_a_reason_and_the_others_are_taken(secret: str, row: object) -> None:
    answer = send(secret, [row, fire()]).json()

    assert (answer["taken"], answer["refused"]) == (1, 1)
    (told,) = answer["rows"]
    assert told["row"] == 0 and told["outcome"] == "refused" and len(told["why"]) > 10
    assert len(posted()) == 1


def test_reasons_come_in_the_language_of_the_request(secret: str) -> None:
    answer = send(secret, [{}], HTTP_ACCEPT_LANGUAGE="zh-CN")

    assert "device" in answer.json()["rows"][0]["why"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b'{"a": 1}', 400), (b"\xff\xfe", 400), (b"[NaN]", 400), (b"[" * 100_000, 400),
        (b"[" + b"1," * 1_000 + b"1]", 413), (b'["' + b"x" * 1_048_576 + b'"]', 413),
    ],
)  # fmt: skip
def test_request_that_cannot_be_taken_says_why(secret: str, body: bytes, status: int) -> None:
    answer = send(secret, body)

    assert answer.status_code == status
    assert answer.json()["words"]
    assert not Posted.objects.exists()


def test_without_a_good_secret_nothing_is_taken(secret: str) -> None:
    Vendor.objects.create(code="idle", name="停用", secret_digest=digest_of("gf_idle"), active=False)

    assert Client().post(ADDRESS, "[]", "application/json").status_code == 401
    for wrong in ("gf_nothing", "gf_idle", "\udcff"):
        assert vendor_by_secret(wrong) is None
    answer = send("gf_idle", [fire()])
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer")
    assert not Posted.objects.exists()


def test_guessing_secrets_is_slowed_down(secret: str) -> None:
    statuses = {send(f"gf_{number}", []).status_code for number in range(70)}

    assert statuses == {401, 429}
    assert send(secret, [fire()]).status_code == 200  # who knows it is not held up


def test_too_many_rows_a_second_are_turned_away_whole(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_batch, "ALLOWANCE", Allowance(rate=0.0, burst=2))

    assert send(secret, [fire()]).status_code == 200
    answer = send(secret, [fire(key="k2"), fire(key="k3")])
    assert answer.status_code == 429 and answer["Retry-After"]
    assert len(posted()) == 1


def test_database_that_is_away_leaves_nothing_half_taken(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_signals: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(http_batch, "post_signals", away)
    answer = send(secret, [fire()])
    assert answer.status_code == 503 and answer["Retry-After"]
    monkeypatch.undo()

    assert send(secret, [fire()]).json()["taken"] == 1


def test_only_post_is_answered(secret: str) -> None:
    assert Client().get(ADDRESS).status_code == 405


def test_number_of_queries_does_not_grow_with_the_rows(secret: str, django_assert_num_queries) -> None:
    for number in (1, 200):
        rows = [fire(key=f"{number}-{each}") for each in range(number)]
        with django_assert_num_queries(6):  # vendor, savepoint, known keys, keys, messages, release
            assert send(secret, rows).json()["taken"] == number


def test_keys_are_forgotten_after_a_week(secret: str, time_machine) -> None:
    time_machine.move_to("2026-03-04T00:00:00Z")
    send(secret, [fire()])
    time_machine.move_to("2026-03-12T00:00:00Z")

    assert forget_keys() == 1
    assert not HeardKey.objects.exists()


def test_posted_rows_are_what_the_listener_reads(secret: str) -> None:
    send(secret, [fire(on=False)])

    (raw,) = Posted.objects.values_list("signals", flat=True)
    (signal,) = msgspec.msgpack.decode(bytes(raw))
    assert signal["on"] is False
