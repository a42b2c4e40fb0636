"""What residents may read: the reports they stand behind, the one they hold the code of, and what is public."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from gridloop.core.cases.flow import CaseKind, Step
from gridloop.core.cases.models import Case, Party, Question
from gridloop.core.cases.numbers import number_in
from gridloop.core.cases.queries import coarse_point, public_cases
from gridloop.core.cases.worklist import at_steps, reported_by
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.core.spelling import letters_of
from gridloop.core.territory.coordinates import metres_between

NEAR_DEGREES = 0.03  # about 3 km: what lies farther is not near
COMPARED = 500


@dataclass(frozen=True, slots=True)
class Near:
    """A public report and how far it is from somebody, to about 100 m as its place is known to neighbours."""

    case: Case
    metres: int


def report_by_code(number: str, code: str) -> Case:
    """The report an anonymous reporter holds the code of; a wrong code and a wrong number are one answer."""
    found = Case.objects.filter(number=number_in(number), kind="report").exclude(tracking_digest="").first()
    if found is None or not hmac.compare_digest(found.tracking_digest, digest(written_code(code))):
        raise NotFound(_("No report has this number and code. Look at your receipt and type both again."))
    return found


def written_code(typed: str) -> str:
    """As it stands on the receipt (`tokens.tracking_code`), however it was typed."""
    letters = letters_of(typed)
    return f"{letters[:5]}-{letters[5:]}"


def stood_behind(person: Person | None, tracked: Sequence[int]) -> QuerySet[Case]:
    """The cases somebody stands behind: in person, and by the codes this browser has shown; newest first."""
    own = Q(pk__in=list(tracked))
    if person is not None:
        own |= Q(pk__in=reported_by(person).values("pk"))
    return Case.objects.filter(own).order_by("-id")


def brought_among(cases: Iterable[Case], person: Person | None, tracked: Sequence[int]) -> set[int]:
    """Which of these somebody brought here: who joined one reads neither its title, its words nor its exact place."""
    pks = {case.pk for case in cases}
    brought = pks & set(tracked)
    if person is not None:
        brought |= set(
            Party.objects.brought().filter(case__in=pks, person=person).values_list("case", flat=True)
        )
    return brought


def waiting_for(person: Person | None, tracked: Sequence[int]) -> QuerySet[Case]:
    """What cannot go on, or not well, without a word of theirs: a question to who wrote the report, a verdict of who asked."""
    mine, wrote, late = Party.objects.filter(person=person), Q(pk__in=list(tracked)), Q()
    if person is not None:
        wrote |= Q(pk__in=mine.brought().values("case"))
        late = ~Q(pk__in=mine.filter(role="joined", at__gt=F("case__completed_at")).values("case"))
    unanswered = Question.objects.filter(answered_at=None).values("case")
    asked = wrote & Q(open=True, suspended_at__isnull=False, pk__in=unanswered)
    return stood_behind(person, tracked).filter(
        asked | (late & Q(suspended_at=None) & at_steps(is_judged_next))
    )


def is_judged_next(kind: CaseKind, step: Step) -> bool:
    """Whoever asked for it says next whether it helped: a main move from here is a verdict, or theirs by name."""
    return any(
        move.weight == "main"
        and move.leads_from(step.name, open=False)
        and (move.event == "case_reviewed" or "reporter" in move.who.name)
        for move in kind.moves
    )


def public_reports() -> QuerySet[Case]:
    return public_cases().filter(kind="report").select_related("category")


def public_reports_near(longitude: float, latitude: float, most: int) -> list[Near]:
    """Public reports around a point, nearest first; distances are from their rounded places, so none tells a home."""
    around = public_reports().filter(
        longitude__range=(longitude - NEAR_DEGREES, longitude + NEAR_DEGREES),
        latitude__range=(latitude - NEAR_DEGREES, latitude + NEAR_DEGREES),
    )
    found = []
    for case in around.order_by("-id")[:COMPARED]:
        point = coarse_point(case)
        if point is not None:
            metres = metres_between(longitude, latitude, point.longitude, point.latitude)
            found.append(Near(case, about(float(metres))))
    return sorted(found, key=lambda near: (near.metres, -near.case.pk))[:most]


def about(metres: float) -> int:
    """How far a neighbour is told that it is: to 100 m, and never nearer."""
    return max(100, int(round(metres, -2)))
