"""Reading for dispatch: cases that look alike, and why a case was classed and routed as it was."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.cases.needs import metres_between
from gridloop.core.cases.opening import Spot
from gridloop.core.dispatch.text import telling_bigrams
from gridloop.core.territory import tree

NEAR_DEGREES = 0.02  # about 2 km: farther reports are not looked at
LOOKED_AT = 200
ALIKE_DAYS = 60
ALIKE = 0.25


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that resembles a text: how much, how far away, and the pieces of words they share."""

    case: Case
    score: float
    metres: float | None
    shared: list[str]


def similar_open_cases(
    words: str, spot: Spot, *, public_only: bool = False, limit: int = 5, leave_out: int | None = None
) -> list[Alike]:
    """Open cases near in place, time and words, best first. Two queries however many there are."""
    wanted = set(telling_bigrams(words))
    if not wanted:
        return []
    found = []
    for case in _candidates(spot, public_only=public_only):
        if case.pk == leave_out:
            continue
        have = set(telling_bigrams(f"{case.title} {case.words}"))
        shared = wanted & have
        if not shared:
            continue
        likeness = len(shared) / (min(len(wanted), len(have)) or 1)
        metres = None
        if None not in (spot.longitude, spot.latitude, case.longitude, case.latitude):
            metres = metres_between(spot.longitude, spot.latitude, case.longitude, case.latitude)  # type: ignore[arg-type]
        nearness = 0.8 if metres is None else max(0.0, 1 - metres / 2000)
        score = round(likeness * (0.4 + 0.6 * nearness), 3)
        if score >= ALIKE:
            found.append(Alike(case, score, metres, sorted(shared)[:6]))
    return sorted(found, key=lambda one: -one.score)[:limit]


def _candidates(spot: Spot, *, public_only: bool) -> QuerySet[Case]:
    since = timezone.now() - timedelta(days=ALIKE_DAYS)
    cases = Case.objects.filter(open=True, reported_at__gte=since).select_related("category")
    if public_only:
        cases = cases.filter(public=True)
    if spot.longitude is not None and spot.latitude is not None:
        cases = cases.filter(
            longitude__range=(spot.longitude - NEAR_DEGREES, spot.longitude + NEAR_DEGREES),
            latitude__range=(spot.latitude - NEAR_DEGREES, spot.latitude + NEAR_DEGREES),
        )
    chain = tree.current().chain(spot.area)
    if chain.town:
        cases = cases.filter(town=chain.town)
    return cases.order_by("-id")[:LOOKED_AT]
