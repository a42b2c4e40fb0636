"""The tree of areas as an immutable picture in memory, exchanged whenever the territory's edition changes."""

import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gridloop.core.journal.errors import NotFound

from . import edition
from .models import Area, Level
from .names import bare_name

LEVELS: tuple[str, ...] = tuple(Level.values)
RANK: dict[str, int] = {level: rank for rank, level in enumerate(LEVELS)}

T = TypeVar("T")
Row = tuple[int, int | None, str, str, str, bool]


class Chain(NamedTuple):
    """The areas around (and with) one area, from county to building; None where the tree has none."""

    county: int | None = None
    town: int | None = None
    community: int | None = None
    grid: int | None = None
    building: int | None = None


class Texts:
    """Many short texts in one: 620,000 names take 10 MB instead of 60."""

    def __init__(self, texts: list[str]) -> None:
        self._all = "".join(texts)
        self._ends = array("i", np.cumsum([0, *map(len, texts)], dtype=np.int32).tobytes())

    def __getitem__(self, at: int) -> str:
        return self._all[self._ends[at] : self._ends[at + 1]]


class Tree:
    """All areas, retired ones too, in the order in which a walk meets them: an area, then everything
    inside it.
    """

    def __init__(self, number: int, rows: Iterable[Row]) -> None:
        rows = sorted(rows)
        self.number = number
        self.size = len(rows)
        ids = np.fromiter((row[0] for row in rows), np.int64, self.size)
        parents = np.fromiter((row[1] or 0 for row in rows), np.int64, self.size)
        parent_at = np.where(parents == 0, -1, np.searchsorted(ids, parents))
        order, ends = _walk_order(parent_at)
        position = np.empty(self.size + 1, np.int64)
        position[order], position[-1] = np.arange(self.size), -1
        ids = ids[order]
        at = np.full(int(ids.max(initial=0)) + 1, -1, np.int32)
        at[ids] = np.arange(self.size)
        self._ids = ids
        self._id = array("q", ids.tobytes())
        self._at = array("i", at.tobytes())
        self._parent = array("i", position[parent_at[order]].astype(np.int32).tobytes())
        self._end = array("i", ends.astype(np.int32).tobytes())
        walk = order.tolist()
        self._rank = array("b", (RANK[rows[i][2]] for i in walk))
        self._names = Texts([rows[i][3] for i in walk])
        self._codes = Texts([rows[i][4] for i in walk])
        self._retired = frozenset(row[0] for row in rows if row[5])

    def __contains__(self, area: int) -> bool:
        return 0 < area < len(self._at) and self._at[area] >= 0

    def __iter__(self) -> Iterator[int]:
        return iter(self._id)

    def _find(self, area: int) -> int:
        if area not in self:
            raise NotFound(_("There is no such area."), code="no_area")
        return self._at[area]

    def name(self, area: int) -> str:
        return self._names[self._find(area)]

    def code(self, area: int) -> str:
        return self._codes[self._find(area)]

    def level(self, area: int) -> str:
        return LEVELS[self._rank[self._find(area)]]

    def rank(self, area: int) -> int:
        """How deep the level lies: province 0, building 6."""
        return self._rank[self._find(area)]

    def is_retired(self, area: int) -> bool:
        return area in self._retired

    def parent(self, area: int) -> int | None:
        above = self._parent[self._find(area)]
        return None if above < 0 else self._id[above]

    def around(self, area: int) -> list[int]:
        """The area and everything around it, from itself up to the root."""
        at, found = self._find(area), []
        while at >= 0:
            found.append(self._id[at])
            at = self._parent[at]
        return found

    def chain(self, area: int) -> Chain:
        found: dict[int, int] = {}
        at = self._find(area)
        while at >= 0:
            found[self._rank[at]] = self._id[at]
            at = self._parent[at]
        return Chain(found.get(2), found.get(3), found.get(4), found.get(5), found.get(6))

    def within(self, area: int) -> frozenset[int]:
        """The area and everything inside it, retired areas too, since old cases still lie there."""
        at = self._find(area)
        return frozenset(self._ids[at : self._end[at]].tolist())

    def is_within(self, area: int, outer: int) -> bool:
        """Whether `area` is `outer` or lies inside it."""
        at, start = self._find(area), self._find(outer)
        return start <= at < self._end[start]

    def children(self, area: int) -> list[int]:
        """The areas directly inside, in order of their codes; retired ones are left out."""
        at = self._find(area)
        found, below = [], at + 1
        while below < self._end[at]:
            if self._id[below] not in self._retired:
                found.append(self._id[below])
            below = self._end[below]
        return sorted(found, key=self.code)

    def at_level(self, level: str, within: int | None = None) -> list[int]:
        """All areas of one level (inside an area), in walking order; retired ones are left out."""
        start, end = (0, self.size) if within is None else (self._find(within), self._end[self._find(within)])
        found = np.flatnonzero(np.frombuffer(self._rank, np.int8)[start:end] == RANK[level]) + start
        return [area for area in self._ids[found].tolist() if area not in self._retired]

    def common(self, areas: Iterable[int]) -> int | None:
        """The deepest area that holds them all."""
        first, *others = areas
        return next(
            (a for a in self.around(first) if all(self.is_within(other, a) for other in others)), None
        )

    def full_name(self, area: int) -> str:
        """Names from the root down; a name the next one already begins with is said once."""
        parts: list[str] = []
        for each in reversed(self.around(area)):
            name = self.name(each)
            if parts and self.rank(each) >= RANK["grid"]:
                above = self.parent(each) or each
                if name.startswith(bare_name(self.level(above), self.name(above)) or self.name(above)):
                    parts.pop()
            parts.append(name)
        return "".join(parts)

    def name_from(self, area: int, seat: int | None = None) -> str:
        """The full name as somebody says it who sits in `seat` (the county without one): what lies around both is left out."""
        if area not in self:
            return ""
        around = seat or self.chain(area).county
        return (self.full_name(area).removeprefix(self.full_name(around)) if around else "") or self.name(
            area
        )

    def neighbourhood(self, area: int) -> str:
        """Town and community, as people say where something is; never nearer than that."""
        chain = self.chain(area)
        return "".join(self.name(each) for each in (chain.town, chain.community) if each)


def _walk_order(parent_at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers in walking order, and for each position where its inside ends."""
    size = len(parent_at)
    generations, here = [np.flatnonzero(parent_at < 0)], np.flatnonzero(parent_at < 0)
    grouped = np.argsort(parent_at, kind="stable")
    first = np.searchsorted(parent_at[grouped], np.arange(size + 1))
    while here.size:
        counts = first[here + 1] - first[here]
        starts = np.repeat(first[here] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        here = grouped[starts + np.arange(counts.sum())]
        generations.append(here)
    weight = np.ones(size, np.int64)
    for generation in reversed(generations[1:]):
        np.add.at(weight, parent_at[generation], weight[generation])
    before = np.cumsum(weight[grouped]) - weight[grouped]
    group_start = first[np.maximum(parent_at[grouped], 0)]
    group_start[parent_at[grouped] < 0] = 0
    offset = np.empty(size, np.int64)
    offset[grouped] = before - before[group_start] if size else before
    position = np.zeros(size, np.int64)
    for depth, generation in enumerate(generations):
        above = position[parent_at[generation]] + 1 if depth else 0
        position[generation] = above + offset[generation]
    order = np.empty(size, np.int64)
    order[position] = np.arange(size)
    return order, np.arange(size) + weight[order]


_lock = threading.RLock()
_tree: Tree | None = None


def current() -> Tree:
    """The tree of the present edition; a change by any process is seen by the next call."""
    global _tree
    number, tree = edition.number(), _tree
    if tree is not None and tree.number == number:
        return tree
    with _lock:
        if _tree is None or _tree.number != number:
            rows = Area.objects.values_list("id", "parent_id", "level", "name", "code", "retired_at")
            _tree = Tree(number, ((*row[:5], row[5] is not None) for row in rows.iterator(chunk_size=20_000)))
        return _tree


def forget() -> None:
    """Drop the picture; for tests that write areas past every operation."""
    global _tree
    _tree = None


def per_edition(build: Callable[[Tree], T]) -> Callable[[], T]:
    """Keep what `build` makes until the edition changes; one thread builds while the others wait."""
    held: list[tuple[Tree, T]] = []
    lock = threading.Lock()

    def kept() -> T:
        tree = current()
        if held and held[0][0] is tree:
            return held[0][1]
        with lock:
            if not held or held[0][0] is not tree:
                held[:] = [(tree, build(tree))]
            return held[0][1]

    return kept


def chain(area: int) -> Chain:
    return current().chain(area)


def within(area: int) -> frozenset[int]:
    return current().within(area)


def name(area: int) -> str:
    return current().name(area)


def full_name(area: int) -> str:
    return current().full_name(area)


def level(area: int) -> str:
    return current().level(area)
