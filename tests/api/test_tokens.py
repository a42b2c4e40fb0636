"""Tokens: a digest only, scopes, an end, a rate, and the last use to the minute."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gridloop.api.actions import demo_token, make_token, revoke_token
from gridloop.api.models import Token
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.journal.models import Entry
from tests import world
from tests.api.stage import Asker, a_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(town):
    return world.a_town_room(town.town)


def test_only_a_digest_is_kept_and_the_journal_knows_who_made_it(room):
    secret = a_token(room, "cases:read")
    token = Token.objects.get()
    assert secret not in str(token.__dict__) and len(token.digest) == 64 and token.prefix == secret[:8]
    made = Entry.objects.get(event="token_made")
    assert made.subject == token.pk and secret not in str(made.facts)


def test_without_a_good_token_nothing_is_read(room):
    for secret in ("", "gl_nonsense", "é"):
        answer = Asker(secret).get("/cases")
        assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "no_token" and "WWW-Authenticate" in answer


def test_a_revoked_token_is_refused_at_once_and_a_token_ends(room):
    secret = a_token(room, "cases:read", days=10)
    asker = Asker(secret)
    assert asker.get("/cases").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        assert asker.get("/cases").status_code == 401
    revoke_token(Token.objects.get(), by=SYSTEM)
    assert asker.get("/cases").status_code == 401
    with pytest.raises(Refusal):
        revoke_token(Token.objects.get(), by=SYSTEM)


def test_a_person_who_left_takes_their_tokens_along(room):
    asker = Asker(a_token(room))
    room.is_active = False
    room.save()
    assert asker.get("/cases").status_code == 401


def test_a_scope_is_needed_for_each_door(room):
    asker = Asker(a_token(room, "measures:read"))
    for address in ("/cases", "/areas", "/webhooks"):
        answer = asker.get(address)
        assert answer.status_code == 403 and answer.json()["code"] == "no_scope", address
    assert asker.post("/cases", {"words": "x", "place": {}}).status_code == 403
    with pytest.raises(Refusal):
        a_token(room, "cases:everything")


def test_only_an_administrator_makes_tokens(room):
    with pytest.raises(NotAllowed):
        make_token("mine", scopes=["cases:read"], person=room, by=world.acting(room))


def test_too_many_requests_are_told_when_to_come_back(room):
    asker = Asker(a_token(room, "cases:read", rate=60))
    answers = [asker.get("/cases").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    refused = asker.get("/cases")
    assert int(refused["Retry-After"]) >= 1 and refused.json()["code"] == "too_often"


def test_the_last_use_is_written_once_a_minute(room):
    asker = Asker(a_token(room, "cases:read"))
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        asker.get("/cases")
        clock.shift(30)
        asker.get("/cases")
        assert Token.objects.get().used_at == start
        clock.shift(40)
        asker.get("/cases")
        assert Token.objects.get().used_at == start + timedelta(seconds=70)


def test_the_demo_has_one_key_and_nobody_else(settings, town):
    with pytest.raises(Refusal):
        demo_token()
    settings.DEMO = True
    world.a_county_room(town.county)
    assert demo_token() == demo_token() and Token.objects.count() == 1
    assert Asker(demo_token()).get("/cases").status_code == 200
