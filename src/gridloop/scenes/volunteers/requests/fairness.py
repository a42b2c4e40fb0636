"""How evenly volunteers are asked: counted from the offers of some weeks, within reach, in a few queries."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.requests.models import OfferState
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import volunteers_within_reach

DAYS = 90
BANDS: tuple[tuple[str, int, int | None], ...] = (
    ("0", 0, 0), ("1", 1, 1), ("2", 2, 2), ("3-5", 3, 5), ("6-10", 6, 10), ("11-", 11, None),
)  # fmt: skip
ANSWERED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.HANDED_BACK)
SAID_YES = (OfferState.ACCEPTED, OfferState.HANDED_BACK)


@dataclass(frozen=True, slots=True)
class Band:
    """How many volunteers had this many offers."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community's offers: how many, how many accepted, how evenly spread."""

    area: int
    name: str
    volunteers: int
    offers: int
    answered: int
    accepted: int
    gini: float | None

    @property
    def share(self) -> float | None:
        return self.accepted / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Fairness:
    """The report: figures, bands, and a row a community."""

    volunteers: int
    offers: int
    answered: int
    accepted: int
    gini: float | None
    bands: list[Band]
    communities: list[CommunityRow]

    @property
    def share(self) -> float | None:
        return self.accepted / self.answered if self.answered else None


def counted(person: Person, days: int = DAYS) -> QuerySet[Any, Any]:
    """Volunteers in reach who are there, with their offers of these days."""
    since = timezone.now() - timedelta(days=days)
    lately = Q(offers__sent_at__gte=since)
    return (
        volunteers_within_reach(person)
        .filter(left_at=None)
        .annotate(
            lately=Count("offers", filter=lately, distinct=True),
            answers=Count("offers", filter=lately & Q(offers__state__in=ANSWERED), distinct=True),
            yeses=Count("offers", filter=lately & Q(offers__state__in=SAID_YES), distinct=True),
        )
    )


def fairness_of(person: Person, days: int = DAYS) -> Fairness:
    rows = list(counted(person, days).order_by().values_list("community", "lately", "answers", "yeses"))
    lately = np.array([row[1] for row in rows], np.int64)
    communities: dict[int, list[tuple[int, int, int]]] = {}
    for community, count, answers, yeses in rows:
        communities.setdefault(community or 0, []).append((count, answers, yeses))
    return Fairness(
        volunteers=len(rows),
        offers=int(lately.sum()),
        answered=sum(row[2] for row in rows),
        accepted=sum(row[3] for row in rows),
        gini=gini(lately),
        bands=bands_of(lately),
        communities=sorted(
            (community_row(area, each) for area, each in communities.items() if area),
            key=lambda row: -row.offers,
        ),
    )


def bands_of(lately: np.ndarray) -> list[Band]:
    bands = []
    for name, low, high in BANDS:
        count = int(
            ((lately >= low) & (lately <= (high if high is not None else lately.max(initial=0)))).sum()
        )
        bands.append(Band(name, count, count / len(lately) if len(lately) else 0.0))
    return bands


def community_row(area: int, rows: list[tuple[int, int, int]]) -> CommunityRow:
    counts = np.array([row[0] for row in rows], np.int64)
    return CommunityRow(
        area=area,
        name=tree.name(area),
        volunteers=len(rows),
        offers=int(counts.sum()),
        answered=sum(row[1] for row in rows),
        accepted=sum(row[2] for row in rows),
        gini=gini(counts),
    )


def gini(values: np.ndarray) -> float | None:
    """0: everybody was asked equally often; 1: one person got everything. None where nobody was asked."""
    ordered, count = np.sort(values), len(values)
    if not count or not ordered.sum():
        return None
    return float(
        2 * (np.arange(1, count + 1) * ordered).sum() / (count * ordered.sum()) - (count + 1) / count
    )


def behind(person: Person, *, band: str = "", community: int = 0, days: int = DAYS) -> QuerySet[Volunteer]:
    """The volunteers behind a figure, those who were asked longest ago first."""
    found = counted(person, days)
    for name, low, high in BANDS:
        if name == band:
            found = found.filter(lately__gte=low)
            found = found.filter(lately__lte=high) if high is not None else found
    if community:
        found = found.filter(community=community)
    return found.select_related("person", "community").order_by(F("asked_at").asc(nulls_first=True), "pk")
