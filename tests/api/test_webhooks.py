"""Webhooks against a real receiver: signed, in order, tried again, given up where people see it, never into the house."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gridloop import api
from gridloop.api import reaching
from gridloop.api.actions import OVERLAP, revoke_token
from gridloop.api.consumers import call_webhooks
from gridloop.api.delivering import WAITS, send_due_calls
from gridloop.api.models import Token, Webhook, WebhookCall
from gridloop.core.cases.actions import move_case
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry
from gridloop.core.notices.adapters.signing import HEADER, is_genuine
from tests import world
from tests.api.stage import Asker, a_token

pytestmark = pytest.mark.django_db


class Receiver:
    """An HTTP server that keeps what it was sent and answers what it is told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook?from=gridloop"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()
    reaching.client_of.cache_clear()


@pytest.fixture
def inside(settings):
    settings.DEMO = True


def read_journal() -> None:
    call_webhooks(list(Entry.objects.order_by("pk")))


def test_what_happens_in_reach_is_sent_signed_and_once(town, receiver, inside):
    asker = Asker(a_token(world.a_town_room(town.town)))
    made = asker.post("/webhooks", {"address": receiver.address}).json()
    case = world.a_report(town)
    world.open_case(
        "report", title="远", spot=world.spot_at(121.41, 28.11), by=world.acting(world.a_resident())
    )
    read_journal()
    read_journal()
    assert send_due_calls() == 1 and send_due_calls() == 0
    (headers, body), told = receiver.heard[0], json.loads(receiver.heard[0][1])
    assert is_genuine(made["secret"], headers[HEADER], body)
    assert not is_genuine(made["secret"], headers[HEADER], body + b" ") and not is_genuine(
        "other", headers[HEADER], body
    )
    assert (told["event"], told["case"], headers["X-Gridloop-Event"]) == (
        "case_reported",
        case.number,
        "case_reported",
    )
    assert case.words not in body.decode() and case.title not in body.decode()
    calls = asker.get(f"/webhooks/{made['id']}/calls").json()
    assert [(call["state"], call["answer"]) for call in calls] == [("sent", "HTTP 200")]


def test_a_failing_receiver_is_tried_again_ever_later_then_given_up_and_sent_again_on_request(
    town, receiver, inside
):
    asker = Asker(a_token(world.a_town_room(town.town)))
    made = asker.post("/webhooks", {"address": receiver.address, "events": ["case_reported"]}).json()
    world.a_report(town)
    read_journal()
    receiver.status = 500
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for wait in WAITS:
            assert send_due_calls() == 0
            call = WebhookCall.objects.get()
            assert (call.state, call.answer) == ("waiting", "HTTP 500")
            assert call.due_at == timezone.now() + timedelta(seconds=wait)
            clock.shift(wait - 1)
            tries = len(receiver.heard)
            send_due_calls()
            assert len(receiver.heard) == tries, "too early"
            clock.shift(2)
        send_due_calls()
        assert WebhookCall.objects.get().state == "dead" and Webhook.objects.get().trouble == "HTTP 500"
        receiver.status = 204
        call = WebhookCall.objects.get()
        assert asker.post(f"/webhooks/{made['id']}/calls/{call.pk}/redeliver").json()["state"] == "waiting"
        assert asker.post(f"/webhooks/{made['id']}/calls/{call.pk}/redeliver").status_code == 409
        assert send_due_calls() == 1 and Webhook.objects.get().trouble == ""


def test_one_dead_receiver_holds_nobody_else_up(town, receiver, inside):
    asker = Asker(a_token(world.a_town_room(town.town)))
    asker.post("/webhooks", {"address": "http://127.0.0.1:9/"})
    asker.post("/webhooks", {"address": receiver.address})
    world.a_report(town)
    read_journal()
    assert send_due_calls() == 1 and len(receiver.heard) == 1


def test_a_resident_hears_of_their_own_case_what_is_public(town, inside, receiver):
    resident, room = world.a_resident(), world.a_town_room(town.town)
    Asker(a_token(resident)).post("/webhooks", {"address": receiver.address})
    case = world.a_report(town, reporter=resident)
    world.a_report(town)
    move_case(case, "note", by=world.acting(room), facts={"words": "内部"})
    move_case(case, "accept", by=world.acting(room))
    read_journal()
    assert [call.body["event"] for call in WebhookCall.objects.order_by("entry")] == [
        "case_reported",
        "case_accepted",
    ]
    assert set(WebhookCall.objects.values_list("body__case", flat=True)) == {case.number}


def test_nothing_is_sent_for_a_token_that_was_revoked(town, receiver, inside):
    asker = Asker(a_token(world.a_town_room(town.town)))
    asker.post("/webhooks", {"address": receiver.address})
    world.a_report(town)
    read_journal()
    revoke_token(Token.objects.get(), by=SYSTEM)
    assert send_due_calls() == 0 and receiver.heard == [] and WebhookCall.objects.get().state == "dead"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]",
    ],
)
def test_webhooks_never_go_into_the_house(town, settings, address):
    settings.DEMO = settings.DEBUG = settings.WEBHOOKS_INSIDE = False
    with pytest.raises(Refusal):
        reaching.looked_up(address.strip("[]"), 80)
    answer = reaching.post(f"http://{address}/", b"{}", {})
    assert answer.status == 0 and answer.trouble


def test_a_webhook_is_the_tokens_own(town, receiver, inside):
    one, other = (Asker(a_token(world.a_town_room(town.town))) for _ in range(2))
    made = one.post("/webhooks", {"address": receiver.address}).json()
    assert [line["id"] for line in one.get("/webhooks").json()] == [made["id"]] and "secret" not in one.get(
        "/webhooks"
    ).text
    assert other.get("/webhooks").json() == []
    for refused in (other.patch(f"/webhooks/{made['id']}", {"active": False}), other.delete(f"/webhooks/{made['id']}"),
                    other.get(f"/webhooks/{made['id']}/calls")):  # fmt: skip
        assert refused.status_code == 404
    assert one.patch(f"/webhooks/{made['id']}", {"active": False}).json()["active"] is False
    assert one.delete(f"/webhooks/{made['id']}").status_code == 204 and not Webhook.objects.exists()
    assert one.post("/webhooks", {"address": "ftp://example.org/"}).json()["field"] == "address"


def test_the_receivers_recipe_of_the_docs_checks_signatures_through_a_change_of_secrets(
    town, receiver, inside
):
    recipe = Path(api.__file__ or "").parent.joinpath("templates", "api", "genuine.py.txt").read_text("utf-8")
    guide = Path(__file__).parents[2].joinpath("docs", "api.md").read_text("utf-8")
    assert f"```python\n{recipe}```" in guide
    checking: dict[str, Any] = {}
    exec(recipe, checking)
    asker = Asker(a_token(world.a_town_room(town.town)))
    made = asker.post("/webhooks", {"address": receiver.address}).json()
    renewed = asker.post(f"/webhooks/{made['id']}/secret").json()
    assert renewed["secret"] != made["secret"] and renewed["address"] == made["address"]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        world.a_report(town)
        read_journal()
        send_due_calls()
        headers, body = receiver.heard[-1]
        for secret in (made["secret"], renewed["secret"]):
            assert checking["is_genuine"](secret, headers[HEADER], body)
            assert is_genuine(secret, headers[HEADER], body)
        assert not checking["is_genuine"](renewed["secret"], headers[HEADER], body + b" ")
        clock.shift(301)
        assert not checking["is_genuine"](renewed["secret"], headers[HEADER], body), "a recording"
        clock.shift(OVERLAP)
        world.a_report(town)
        read_journal()
        send_due_calls()
        headers, body = receiver.heard[-1]
        assert checking["is_genuine"](renewed["secret"], headers[HEADER], body)
        assert not checking["is_genuine"](made["secret"], headers[HEADER], body)


def test_the_page_of_the_api_shows_the_recipe(client):
    assert "hmac.compare_digest(value, right)" in client.get("/api/docs").text
