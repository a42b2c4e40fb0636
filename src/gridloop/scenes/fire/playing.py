"""How the fire scene's demo plays: what a device says, who works and owns where, and one move of a live case."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of, persons_in
from gridloop.scenes.fire.ingest.signals import Raised

Step = tuple[str, Actor | None, dict[str, object]]  # the move, by whom, with what


def said_by(device: int, kind: str, *, on: bool = True, rule: str = "device", **facts: Any) -> Raised:
    """What a device says just now."""
    now = timezone.now()
    return Raised(device=device, kind=kind, on=on, at=now, received=now, rule=rule, facts=facts)


def grid_worker_of(case: Case) -> Actor | None:
    """The grid worker, else the community's clerk."""
    person = persons_in("grid_worker", area=case.grid_id).first() if case.grid_id else None
    if person is None and case.community_id:
        person = persons_in("community_clerk", area=case.community_id).first()
    return actor_of(person) if person else None


def owner_of(case: Case) -> Actor | None:
    person = Person.objects.filter(pk__in=case.facts.get("owners", ())).first()
    return actor_of(person) if person else None


def move_on(case: Case, steps: Mapping[str, Step]) -> str:
    """The move that fits where the case stands, told in a word; nothing where nobody can make it."""
    move, by, facts = steps.get(case.step, ("", None, {}))
    if by is None or not case.open:
        return ""
    try:
        move_case(case, move, by=by, facts=facts)
    except Refusal:
        return ""
    return f"{case.number} {move}"
