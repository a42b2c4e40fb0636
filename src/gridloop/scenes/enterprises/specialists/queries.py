"""Specialists as they stand today: their duties, how much they hold, who is on leave and who stands in."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Count, Max, Q, QuerySet

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.core.people.queries import current_delegations
from gridloop.scenes.enterprises.matters.models import Choice, Matter
from gridloop.scenes.enterprises.specialists import choosing
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty

WORKING_STEPS = ("dispatched", "handling", "rectifying")


def duties_in_force() -> QuerySet[SpecialistDuty]:
    """Duties of people who are there."""
    return SpecialistDuty.objects.filter(
        retired_at=None, person__is_active=True, organisation__retired_at=None
    )


def loads() -> dict[int, int]:
    """How many matters each person has to work on now."""
    held = Matter.objects.filter(case__open=True, case__step__in=WORKING_STEPS, case__worker__isnull=False)
    return dict(held.values_list("case__worker").annotate(Count("pk")).order_by())


def stand_ins() -> dict[tuple[int, int | None], int]:
    """(who is on leave, in which organisation) -> who stands in."""
    lent = current_delegations().values_list("post__person", "post__organisation", "stand_in")
    return {(person, organisation): stand_in for person, organisation, stand_in in lent}


def duties_to_choose_from(organisation: int | None = None) -> list[choosing.Duty]:
    """Every duty as the choice wants it, in four queries however many there are."""
    rows = duties_in_force()
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    held, away = loads(), stand_ins()
    last = dict(Choice.objects.values_list("specialist").annotate(Max("pk")).order_by())
    return [
        choosing.Duty(
            person,
            unit,
            tuple(classes),
            tuple(towns),
            held.get(person, 0),
            last.get(person, 0),
            away.get((person, unit)),
        )
        for person, unit, classes, towns in rows.values_list("person", "organisation", "classes", "towns")
    ]


def choice_for(
    case: Case, *, organisation: int | None = None, without: Iterable[int] = ()
) -> choosing.Chosen | None:
    """Who should get this matter today, and why. Within a unit that was named, somebody there always fits."""
    code = case.category.code if case.category else ""
    duties = duties_to_choose_from(organisation)
    fitting = choosing.choose(duties, code, case.town_id, without=without)
    if fitting is None and organisation is not None:
        return choosing.choose([replace(duty, classes=(), towns=()) for duty in duties], "", None)
    return fitting


def returned_by(case: Case) -> set[int]:
    """The organisations that have sent it back."""
    returned = case.tasks.filter(role="lead", state="returned")
    return set(returned.values_list("organisation", flat=True))


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Names by id; they are encrypted one by one, so only those that are shown are read."""
    return {person.pk: person.name for person in Person.objects.filter(pk__in=set(people)).only("name")}


def specialist_names() -> dict[int, str]:
    """Every specialist by id, as a list people choose from: name and organisation."""
    duties = duties_in_force().select_related("person", "organisation").order_by("organisation", "pk")
    return {duty.person_id: f"{duty.organisation.name} · {duty.person.name}" for duty in duties}


def unit_of_specialist(person: int) -> int | None:
    """The organisation a specialist answers for; for a stand-in, the one they stand in for."""
    own = duties_in_force().filter(person=person).values_list("organisation", flat=True).first()
    if own is not None:
        return own
    lent = current_delegations().filter(stand_in=person, post__role="specialist")
    return lent.values_list("post__organisation", flat=True).first()


def duties_listed(words: str = "", organisation: int | None = None) -> QuerySet[SpecialistDuty]:
    """The list of the settings page; names are encrypted, so words search organisations, titles and classes."""
    rows = duties_in_force().select_related("person", "organisation", "deputy")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if words.strip():
        rows = rows.filter(
            Q(organisation__name__contains=words.strip())
            | Q(title__contains=words.strip())
            | Q(person__handle__contains=words.strip())
        )
    return rows.order_by("organisation__name", "pk")
