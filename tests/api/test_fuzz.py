"""Whatever the OpenAPI document allows, and much that it does not: no 5xx, and every answer as promised."""

import itertools
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gridloop.core.journal.sealing import seal_new_entries
from tests import world
from tests.api.stage import Asker, a_token

pytestmark = pytest.mark.django_db
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
EXAMPLES = 6
odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    st.sampled_from(["\x00", "' OR 1=1 --", "9" * 400, "../../etc", "=1+1", "𠮷𠮷", "-1", "1e999", "2026-99-99"]),
)  # fmt: skip


def small(**more: Any) -> Any:
    return settings(
        max_examples=more.get("examples", EXAMPLES), deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip


@pytest.fixture
def stage(town):
    """A town with cases to stumble over, and an application spoken to in process."""
    room = world.a_town_room(town.town)
    world.a_category()
    case = world.a_report(town)
    seal_new_entries()
    return town, case, a_token(room)


@pytest.fixture
def one_connection():
    """The test's transaction lives in one connection, which the end of a request must leave alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_operation_keeps_its_promises(stage, one_connection):
    _town, case, secret = stage
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @small()
        @given(asked=operation.as_strategy())
        def ask(asked: Any) -> None:
            if "number" in (asked.path_parameters or {}) and len(str(asked.body)) % 2:
                asked.path_parameters["number"] = case.number
            answer = asked.call(headers={"Authorization": f"Bearer {secret}"})
            asked.validate_response(answer, checks=CHECKS)

        ask()
        tried += 1
    assert tried >= 25


@small(examples=40)
@given(facts=st.dictionaries(st.sampled_from(["lead_unit", "assistants", "words", "category", "urgency", "parts", "case",
       "photos_after", "position", "days", "answer", "reason", "rating", "level"]), odd, max_size=5),
       turn=st.sampled_from([None, 0, 1, -1, 2**40]), move=st.integers(0, 60))  # fmt: skip
def ask_for_moves(asker: Asker, number: str, moves: list[str], facts: Any, turn: Any, move: int) -> None:
    answer = asker.post(
        f"/cases/{number}/moves", {"move": moves[move % len(moves)], "facts": facts, "turn": turn}
    )
    assert answer.status_code < 500, answer.content


def test_moves_with_odd_facts_are_refused_in_words(stage):
    from gridloop.core.cases import kinds

    _town, case, secret = stage
    moves = sorted({move.name for move in kinds.kind("report").moves})
    ask_for_moves(Asker(secret), case.number, moves)


PARAMETERS = ("service_code", "lat", "long", "address_string", "address_id", "description", "media_url", "phone", "email",
              "first_name", "status", "start_date", "end_date", "updated_after", "page", "page_size", "service_request_id",
              "extensions", "jurisdiction_id", "attribute[x]")  # fmt: skip
scalars = odd.filter(lambda value: not isinstance(value, list | dict)).map(
    lambda value: "" if value is None else str(value)
)


@small(examples=50)
@given(sent=st.dictionaries(st.sampled_from(PARAMETERS), scalars | st.sampled_from(["0102", "28.11", "121.21"]), max_size=6),
       address=st.sampled_from(["requests", "services", "services/x", "requests/x", "servicerequestupdates", "tokens/1", "discovery"]),
       ending=st.sampled_from([".json", ".xml", ""]), post=st.booleans())  # fmt: skip
def ask_open311(secret: str, sent: dict[str, str], address: str, ending: str, post: bool) -> None:
    client = Asker(secret).client
    sent = {name: value.encode("utf-8", "ignore").decode() for name, value in sent.items()}
    target = f"/open311/v2/{address}{ending}"
    answer = client.post(target, {**sent, "api_key": secret}) if post else client.get(target, sent)
    assert answer.status_code < 500, answer.content


def test_open311_bears_odd_requests(stage):
    ask_open311(stage[2])


def test_odd_bodies_are_told_as_problems(stage):
    asker = Asker(stage[2])
    bodies = [b"", b"[", b"null", b"[1]", b"\xff\xfe", b'{"words": NaN}', b'{"place": {"longitude": 1e999}}', b'{"urgency": 1' + b"0" * 400 + b"}",
              b"[" * 100_000, b'{"words":"\\ud800\\u0000","place":{"longitude":121.21,"latitude":28.11}}']  # fmt: skip
    for body, address in itertools.product(bodies, ("/cases", "/cases/moves", "/webhooks")):
        answer = asker.client.post(
            f"/api/v1{address}", body, content_type="application/json", headers=asker.headers
        )
        assert answer.status_code < 500, (body[:40], answer.content)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
    for address in (
        "/api/v1/cases/%00",
        "/api/v1/cases?q=%00",
        "/api/v1/nothing",
        "/api/v1/areas/99999999999999999999999",
    ):
        answer = asker.client.get(address, headers=asker.headers)
        assert 400 <= answer.status_code < 500 and answer["Content-Type"] == "application/problem+json"
    assert asker.delete("/cases").status_code == 405
