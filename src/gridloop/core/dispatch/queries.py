"""Reading for dispatch: open cases that look like a text."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import COARSE_DIGITS, coarse
from gridloop.core.cases.spots import Spot
from gridloop.core.dispatch.similar import Match, Report, find_similar
from gridloop.core.territory import tree

NEAR_DEGREES = 0.02  # about 2 km: farther reports are not looked at
LOOKED_AT = 200
ALIKE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that resembles a text: how much (0 to 1), how far away, and the words they share."""

    case: Case
    score: float
    metres: float | None
    shared: tuple[str, ...]


def similar_open_cases(
    words: str, spot: Spot, *, public_only: bool = False, limit: int = 5, leave_out: int | None = None
) -> list[Alike]:
    """Open cases near in place, time and words, best first; two queries however many there are."""
    found = matches(words, spot, public_only=public_only, limit=limit, leave_out=leave_out)
    cases = Case.objects.select_related("category").in_bulk([match.key for match in found])
    return [
        Alike(cases[match.key], match.likeness.score, match.likeness.metres, match.likeness.shared)
        for match in found
        if match.key in cases
    ]


def matches(
    words: str, spot: Spot, *, public_only: bool = False, limit: int = 5, leave_out: int | None = None
) -> list[Match[int]]:
    """The ids of open cases like these words, best first; one query, for of the many compared few are shown.

    `public_only` is for strangers: to them every case lies at its point rounded to about 100 m, so that asking from
    many places does not find the exact home.
    """
    compared = ("pk", "title", "words", "reported_at", "longitude", "latitude")
    near = _candidates(spot, public_only=public_only).values_list(*compared)
    new = Report(words, timezone.now(), point=_point(spot.longitude, spot.latitude))
    place = coarse if public_only else _point
    known = [
        (pk, Report(f"{title} {told}", at, point=place(longitude, latitude)))
        for pk, title, told, at, longitude, latitude in near
        if pk != leave_out
    ]
    return find_similar(new, known, limit=limit)


def _point(longitude: float | None, latitude: float | None) -> tuple[float, float] | None:
    return None if longitude is None or latitude is None else (longitude, latitude)


def _around(degrees: float) -> tuple[float, float]:
    """What is near, ending half way between two rounded points: who lies within tells no more than the rounded point."""
    half = 0.5 * 10**-COARSE_DIGITS
    return (
        round(degrees - NEAR_DEGREES, COARSE_DIGITS) - half,
        round(degrees + NEAR_DEGREES, COARSE_DIGITS) + half,
    )


def _candidates(spot: Spot, *, public_only: bool) -> QuerySet[Case]:
    since = timezone.now() - timedelta(days=ALIKE_DAYS)
    cases = Case.objects.filter(open=True, reported_at__gte=since)
    if public_only:
        cases = cases.filter(public=True)
    if spot.longitude is not None and spot.latitude is not None:
        cases = cases.filter(longitude__range=_around(spot.longitude), latitude__range=_around(spot.latitude))
    chain = tree.current().chain(spot.area)
    if chain.town:
        cases = cases.filter(town=chain.town)
    return cases.order_by("-id")[:LOOKED_AT]
