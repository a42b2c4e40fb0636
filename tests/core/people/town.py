"""People for the people's own tests: staff made through the real operations, by an administrator."""

from itertools import count
from typing import Any

from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.people import actions
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.territory.models import Area

numbers = count(1)
PASSWORD = "quiet-river-stone"


def acting(person: Person) -> Actor:
    return Actor("person", person=person.pk)


def a_colleague(name: str = "王工作", **facts: Any) -> Person:
    facts.setdefault("password", PASSWORD)
    return actions.enrol_person(f"colleague{next(numbers)}", name=name, by=SYSTEM, **facts)


def a_bureau(
    name: str = "综合执法局", parent: Organisation | None = None, area: Area | None = None
) -> Organisation:
    code = f"BUREAU{next(numbers)}"
    return actions.found_organisation(name, kind="bureau", code=code, parent=parent, area=area, by=SYSTEM)


def holding(role: str, **place: Any) -> Person:
    """A new colleague in a post."""
    person = a_colleague()
    post_for(person, role, **place)
    return person


def post_for(person: Person, role: str, **place: Any) -> Post:
    return actions.appoint(person, role, by=SYSTEM, **place)


def an_administrator() -> Person:
    return holding("administrator")


def fresh(person: Person) -> Person:
    """The same person as another request would see them."""
    return Person.objects.get(pk=person.pk)
