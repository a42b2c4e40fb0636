"""Lands rows of areas: new ones in bulk, known ones changed, wrong ones listed with a reason."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal

from . import edition
from .geometry import label_point, read_shape, write_shape
from .models import Area
from .numbering import reserve_area_ids
from .tree import LEVELS, RANK

BATCH = 5_000
COLUMNS = "id, parent_id, path, level, code, name, purpose, households, residents, longitude, latitude, shape"

Progress = Callable[[int], None]
Change = Callable[..., Area]


@dataclass(slots=True)
class AreaRow:
    """One area as a file gives it; numbers are still words, the line is where the person finds it."""

    level: str
    code: str
    name: str
    parent: str = ""
    formerly: str = ""
    households: str = ""
    residents: str = ""
    purpose: str = ""
    shape: Any = None
    has_shape: bool = False
    longitude: float | None = None
    latitude: float | None = None
    source: str = ""
    line: int = 0

    @property
    def bare_code(self) -> str:
        """The code without the zeros that only fill it up: "331083" for "331083000000"."""
        code = self.code
        for length in (2, 4, 6, 9):
            if len(code) == 12 and code[length:].strip("0") == "":
                return code[:length]
        return code


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that did not land, and why."""

    source: str
    line: int
    code: str
    words: str | Promise


@dataclass(slots=True)
class Landed:
    """What came of an import."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: list[WrongRow] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, words: str | Promise) -> None:
        self.words = words


@dataclass(slots=True)
class _Known:
    """What is needed of an area that is there already."""

    id: int
    path: str
    name: str
    rank: int


def full_code(level: str, code: str) -> str:
    """Official codes are filled up to 12 digits, as the statistics bureau writes them ("1101" ->
    "110100000000").
    """
    if len(code) >= 12 or not code.isdigit() or RANK[level] > RANK["community"]:
        return code
    return code.ljust(12, "0")


@transaction.atomic
def land_areas(
    rows: Iterable[AreaRow],
    *,
    by: Actor,
    move: Change,
    recode: Change,
    into: Landed | None = None,
    system: str = "wgs84",
    progress: Progress | None = None,
) -> Landed:
    """Create what is new, change what differs, leave the rest; a parent may stand anywhere in the same rows.

    `move` and `recode` are the operations for a known area under another parent or with another code.
    """
    landed = into if into is not None else Landed()
    before = (landed.created, landed.changed, len(landed.wrong))
    landing = _Landing(landed, by, move, recode, system, progress)

    for level, group in _by_level(rows, landed):
        landing.land(level, group)

    created, changed = landed.created - before[0], landed.changed - before[1]
    if created or changed:
        wrong = len(landed.wrong) - before[2]
        record("areas_imported", by=by, facts={"created": created, "changed": changed, "wrong": wrong})
        edition.grow()
    return landed


def _by_level(rows: Iterable[AreaRow], landed: Landed) -> Iterator[tuple[str, list[AreaRow]]]:
    groups: dict[str, list[AreaRow]] = {level: [] for level in ("", *LEVELS)}
    for row in rows:
        if row.level in groups and (row.level or row.has_shape):
            groups[row.level].append(row)
        else:
            _refuse(
                landed,
                row,
                _("The level is not one of province, city, county, town, community, grid, building."),
            )
    for level in (*LEVELS, ""):
        if groups[level]:
            yield level, groups[level]


def _refuse(landed: Landed, row: AreaRow, words: str | Promise) -> None:
    landed.wrong.append(WrongRow(row.source, row.line, row.code, words))


class _Landing:
    """One import under way: the areas known so far, by level and code."""

    def __init__(
        self, landed: Landed, by: Actor, move: Change, recode: Change, system: str, progress: Progress | None
    ) -> None:
        self.landed, self.by, self.move, self.recode = landed, by, move, recode
        self.system, self.progress = system, progress
        self.known: dict[str, dict[str, _Known]] = {level: {} for level in LEVELS}
        self.seen: set[tuple[str, str]] = set()
        self.done = 0
        self._read_known()

    def _read_known(self) -> None:
        rows = Area.objects.filter(retired_at=None).values_list("level", "code", "id", "path", "name")
        for level, code, id_, path, name in rows.iterator(chunk_size=20_000):
            self.known[level][code] = _Known(id_, path, name, RANK[level])

    def land(self, level: str, rows: list[AreaRow]) -> None:
        fresh: list[tuple[AreaRow, _Known | None]] = []
        for row in rows:
            try:
                above = self._examine(level, row)
                known = self._find(row.level, row)
                if known is None:
                    fresh.append((row, above))
                else:
                    self._change(known, above, row)
            except _Wrong as wrong:
                _refuse(self.landed, row, wrong.words)
            except Refusal as refusal:
                _refuse(self.landed, row, refusal.words)
        self._create(fresh)
        self.done += len(rows)
        if self.progress:
            self.progress(self.done)

    def _examine(self, level: str, row: AreaRow) -> _Known | None:
        """Everything that can be wrong with a row; gives the area it belongs to."""
        if not row.code:
            raise _Wrong(_("The code is missing."))
        if len(row.code) > 24 or not row.code.replace("-", "").isalnum():
            raise _Wrong(_("The code is longer than 24 signs or holds signs other than letters and digits."))
        if not level:
            self._take_level(row)
            return None
        row.code = full_code(level, row.code)
        if not row.name:
            raise _Wrong(_("The name is missing."))
        if len(row.name) > 120:
            raise _Wrong(_("The name is longer than 120 signs."))
        if (level, row.code) in self.seen:
            raise _Wrong(_("The code stands in the file twice."))
        self.seen.add((level, row.code))
        for number in (row.households, row.residents):
            if number and not (number.isascii() and number.isdigit()):
                raise _Wrong(_("The number of households or residents is not a whole number."))
        if row.has_shape and row.shape is not None:
            self._take_shape(row)
        return self._above(level, row)

    def _take_level(self, row: AreaRow) -> None:
        """A shape names only a code: it must be that of an area that is there."""
        for level in reversed(LEVELS):
            if row.code in self.known[level] or full_code(level, row.code) in self.known[level]:
                row.level, row.code = level, full_code(level, row.code)
                break
        else:
            raise _Wrong(
                _("No area carries this code; import the areas first, or give level, name and parent.")
            )
        self._take_shape(row)

    def _take_shape(self, row: AreaRow) -> None:
        shape = read_shape(row.shape, self.system)
        row.shape = write_shape(shape)
        row.longitude, row.latitude = label_point(shape)

    def _above(self, level: str, row: AreaRow) -> _Known | None:
        if not row.parent:
            if level == "grid":
                raise _Wrong(_("A grid belongs to a community: give the code of its parent."))
            return None
        for upper in reversed(LEVELS[: RANK[level]]):
            found = self.known[upper].get(row.parent) or self.known[upper].get(full_code(upper, row.parent))
            if found:
                if level == "grid" and upper != "community":
                    raise _Wrong(_("A grid belongs to a community, not to an area of another level."))
                return found
        raise _Wrong(_("There is no larger area with the parent's code %(code)s.") % {"code": row.parent})

    def _find(self, level: str, row: AreaRow) -> _Known | None:
        known = self.known[level].get(row.code)
        if known or not row.formerly:
            return known
        formerly = self.known[level].pop(full_code(level, row.formerly), None)
        if formerly:
            self.recode(Area.objects.get(pk=formerly.id), row.code, by=self.by)
            self.known[level][row.code] = formerly
        return formerly

    def _change(self, known: _Known, above: _Known | None, row: AreaRow) -> None:
        changes: dict[str, Any] = {}
        if row.name and row.name != known.name:
            changes["name"] = row.name
        if row.households:
            changes["households"] = int(row.households)
        if row.residents:
            changes["residents"] = int(row.residents)
        if row.purpose:
            changes["purpose"] = row.purpose
        if row.has_shape and row.shape is not None:
            changes |= {"shape": row.shape, "longitude": row.longitude, "latitude": row.latitude}
        moved = above is not None and known.path != f"{above.path}{known.id}/"
        if moved and above is not None:
            self.move(Area.objects.get(pk=known.id), Area.objects.get(pk=above.id), by=self.by)
            self._read_known()  # every path inside has changed
        if changes:
            there = Area.objects.filter(pk=known.id).values(*changes).get()
            changes = {name: value for name, value in changes.items() if there[name] != value}
        if changes:
            Area.objects.filter(pk=known.id).update(**changes)
        if changes or moved:
            self.landed.changed += 1
        else:
            self.landed.unchanged += 1

    def _create(self, fresh: list[tuple[AreaRow, _Known | None]]) -> None:
        ids = reserve_area_ids(len(fresh)) if fresh else []
        values = []
        for id_, (row, above) in zip(ids, fresh, strict=True):
            path = f"{above.path if above else ''}{id_}/"
            self.known[row.level][row.code] = _Known(id_, path, row.name, RANK[row.level])
            values.append((id_, above.id if above else None, path, row))
            if len(values) == BATCH:
                self._insert(values)
                values = []
        if values:
            self._insert(values)

    def _insert(self, values: list[tuple[int, int | None, str, AreaRow]]) -> None:
        insert_areas(values)
        self.landed.created += len(values)
        if self.progress:
            self.progress(self.done + len(values))


def insert_areas(values: Iterable[tuple[int, int | None, str, AreaRow]]) -> None:
    """Write new areas whose ids and paths are settled; past Django's models, which take four times as
    long.
    """
    lines = [
        (
            id_, parent, path, row.level, row.code, row.name, row.purpose or "general",
            int(row.households or 0), int(row.residents or 0), row.longitude, row.latitude,
            None if row.shape is None else json.dumps(row.shape, separators=(",", ":")),
        )
        for id_, parent, path, row in values
    ]  # fmt: skip
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            places = ", ".join(["%s"] * len(lines[0])) if lines else ""
            cursor.executemany(f"INSERT INTO territory_area ({COLUMNS}) VALUES ({places})", lines)  # noqa: S608
            return
        with cursor.cursor.copy(f"COPY territory_area ({COLUMNS}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
