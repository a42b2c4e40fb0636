"""Lists by key: a page continues after the last row seen, so that page 1,000 costs what page 1 does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import F, Q, QuerySet

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import any_of

Key = tuple[datetime | None, int]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the keys of the pages before and after it (None at the ends)."""

    cases: Sequence[Case]
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a page wants of a list: so many rows after a key, forward or backward, by what is due next or newest first."""

    by_due: bool
    backward: bool
    key: Key | None
    size: int

    @classmethod
    def after(cls, key: str, *, by_due: bool, size: int) -> "Stretch":
        """`key` is a page's `newer` or `older`; one that nobody gave out means the first page."""
        found = _read_key(key[1:], by_due)
        return cls(by_due, found is not None and key.startswith("<"), found, size)

    @property
    def up(self) -> bool:
        return self.by_due != self.backward  # forward, moments ascend and ids descend

    @property
    def most(self) -> int:
        return self.size + 1  # one row too many says that there are more

    def beyond(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The cases after the key, said so that an index on (queue_at, id) is entered at the right place."""
        if self.key is None:
            return cases
        moment, pk = self.key
        side = "gt" if self.up else "lt"
        later = Q(**{f"pk__{side}": pk})
        if moment is not None:
            later = Q(**{f"queue_at__{side}e": moment}) & (Q(**{f"queue_at__{side}": moment}) | later)
        return cases.filter(later)

    def first(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        order = ("queue_at", "id") if self.by_due else ("id",)
        return cases.order_by(*(order if self.up else [f"-{field}" for field in order]))[: self.most]

    def sorted(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The same of few cases found in no order: PostgreSQL shall sort them and not walk its index to meet them."""
        place = F("pk") + 0
        return cases.order_by(place.asc() if self.up else place.desc())[: self.most]

    def first_of(self, branches: Sequence[QuerySet[Case]]) -> QuerySet[Case]:
        """The first of all branches together: each is walked by its own index, then the first of their first ones."""
        firsts = [self.first(branch) for branch in branches]
        if len(firsts) == 1:
            return firsts[0]
        pks = [first.values("pk") for first in firsts]
        if connection.features.supports_slicing_ordering_in_compound:
            return self.first(Case.objects.filter(pk__in=pks[0].union(*pks[1:], all=True)))
        return self.first(Case.objects.filter(any_of(Q(pk__in=each) for each in pks)))

    def page(self, rows: Sequence[Case]) -> Page:
        """The rows as they were found, `most` at most, in the order of the list and with the keys around them."""
        more, shown = len(rows) > self.size, list(rows[: self.size])
        if not shown:
            return Page([], None, None)
        if self.backward:
            shown.reverse()
        newer = f"<{self._key_of(shown[0])}" if (more if self.backward else self.key) else None
        older = f">{self._key_of(shown[-1])}" if more or self.backward else None
        return Page(shown, newer, older)

    def _key_of(self, case: Case) -> str:
        return f"{case.queue_at.timestamp():.6f}_{case.pk}" if self.by_due else str(case.pk)


def _read_key(at: str, by_due: bool) -> Key | None:
    stamp, _line, pk = at.rpartition("_")
    try:
        moment = datetime.fromtimestamp(float(stamp), UTC) if by_due else None
        return (moment, int(pk)) if abs(int(pk)) < 2**63 else None
    except (ValueError, OverflowError):
        return None
