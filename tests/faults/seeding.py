"""Run inside an installation: a small town, people who are signed in, and limits so short that clocks ring at once."""

import json
import sys
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from gridloop.api.actions import make_token
from gridloop.core.clocks import limits
from gridloop.core.clocks.models import TimeLimit
from gridloop.core.journal.actor import Actor
from gridloop.core.notices.models import Channel
from gridloop.core.people.models import Person
from gridloop.core.people.session_store import SessionStore
from tests import world

HOUR_OF_SECONDS = 1 / 3600


def session_of(person: Person) -> str:
    """The cookie of a browser in which this person is signed in."""
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "gridloop.core.people.signing_in.PeopleBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save(must_create=True)
    return str(store.session_key)


def seed(*, residents: int = 4, hurried: bool = True) -> dict[str, Any]:
    """`hurried`: acknowledging is due after three seconds, so that reminders and breaches come while processes are killed."""
    call_command("migrate", verbosity=0)
    town = world.a_town()
    world.a_category()
    rooms = [world.a_town_room(town.town) for _each in range(2)]
    worker = world.a_grid_worker(town.grids[0])
    unit = world.a_unit(area=town.county)
    people = [world.a_resident(f"李居民{number}") for number in range(residents)]
    for person in [*rooms, worker, *people]:
        person.password = make_password(None)
        person.save()
    if hurried:
        TimeLimit.objects.update_or_create(
            kind="report", category="", area=None, name="first_response", edition="county-1",
            defaults={"value": 3 * HOUR_OF_SECONDS, "unit": "hours"},
        )  # fmt: skip
        limits.SHELF.renew()
    Channel.objects.create(
        name="短信", adapter="sms", demo="works", options={"sign": "格环", "template": "SMS_NEWS"}
    )
    longitude, latitude = town.point()
    key = make_token(
        "bench", scopes=["cases:read", "cases:write"], person=people[0], rate=10**6, by=Actor("system")
    )
    return {
        "key": key,
        "residents": [session_of(person) for person in people],
        "rooms": [session_of(person) for person in rooms],
        "worker": session_of(worker),
        "unit": unit.pk,
        "point": [longitude, latitude],
    }


if __name__ == "__main__":
    print(json.dumps(seed(hurried="--usual-limits" not in sys.argv)))
