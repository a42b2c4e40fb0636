"""Every change of the territory: each one an operation with history, dated codes and a new edition."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate

from . import edition
from .geometry import GeoJSON, label_point, read_shape, write_shape
from .landing import AreaRow, Landed, land_areas
from .models import Area, AreaAlias, AreaCode, Level
from .queries import next_grid_code, overlapping
from .tree import RANK

SLACK = 0.01  # the share of a grid that drawn parts may leave out, cover twice or reach beyond


class AreaRefused(Refusal):
    """The territory would no longer fit together."""

    code = "area_refused"


@dataclass(frozen=True, slots=True)
class NewGrid:
    """One part of a split grid; without a code it gets the next free number of its community."""

    name: str
    shape: GeoJSON | None = None
    code: str = ""
    households: int = 0
    residents: int = 0


def import_areas(
    rows: Iterable[AreaRow],
    *,
    by: Actor,
    into: Landed | None = None,
    system: str = "wgs84",
    progress: Callable[[int], None] | None = None,
) -> Landed:
    """Bring rows of areas in: in bulk, one journal entry for all, wrong rows listed with reasons."""
    return land_areas(
        rows, by=by, move=move_area, recode=recode_area, into=into, system=system, progress=progress
    )


@transaction.atomic
def add_area(
    level: str,
    *,
    name: str,
    code: str,
    parent: Area | None,
    by: Actor,
    shape: GeoJSON | None = None,
    purpose: str = "general",
) -> Area:
    """A new area inside another one."""
    _check_place(level, parent)
    _check_code(level, code)
    if not name.strip():
        raise AreaRefused(_("Give the area a name."), field="name")

    area = Area(level=level, name=name.strip(), code=code, parent=parent, purpose=purpose)
    _draw(area, shape)
    area.save()

    record("area_added", by=by, subject_kind="area", subject=area.pk, area=area.pk, facts={"to": [area.pk]})
    return area


@transaction.atomic
def split_grid(grid: Area, parts: Sequence[NewGrid], *, by: Actor, words: str = "") -> list[Area]:
    """Divide a grid: it lives on as the first part, so its code and its people stay; the other parts are
    new.
    """
    if grid.level != Level.GRID or len(parts) < 2:
        raise AreaRefused(_("Only a grid can be split, and into at least two parts."))
    _check_parts(grid, [read_shape(part.shape) for part in parts if part.shape], len(parts))
    _hold(grid)

    first, *others = parts
    grid.name, grid.households, grid.residents = first.name, first.households, first.residents
    _draw(grid, first.shape)
    grid.save()
    made = [grid]
    for part in others:
        code = part.code or next_grid_code(grid.parent_id or 0)
        _check_code(Level.GRID, code)
        area = Area(level=Level.GRID, name=part.name, code=code, parent=grid.parent, purpose=grid.purpose)
        area.households, area.residents = part.households, part.residents
        _draw(area, part.shape)
        area.save()
        made.append(area)

    _record_shapes("area_split", grid, [grid], made, by=by, words=words)
    return made


@transaction.atomic
def merge_grids(grids: Sequence[Area], *, by: Actor, name: str = "", words: str = "") -> Area:
    """Join grids of one community: the first lives on with the ground of all, the others are retired."""
    if len({grid.pk for grid in grids}) < 2 or any(grid.level != Level.GRID for grid in grids):
        raise AreaRefused(_("Choose at least two grids to merge."))
    if len({grid.parent_id for grid in grids}) > 1:
        raise AreaRefused(_("Grids of different communities cannot be merged; move one of them first."))
    for grid in grids:
        _hold(grid)

    kept, *gone = grids
    kept.name = name or kept.name
    kept.households = sum(grid.households for grid in grids)
    kept.residents = sum(grid.residents for grid in grids)
    shapes = [read_shape(grid.shape) for grid in grids if grid.shape]
    if shapes:
        _draw(kept, write_shape(shapely.set_precision(shapely.union_all(shapes), 1e-6)))
    kept.save()
    for grid in gone:
        _retire(grid)

    _record_shapes("area_merged", kept, grids, [kept], by=by, words=words)
    return kept


@transaction.atomic
def move_area(area: Area, parent: Area, *, by: Actor, code: str = "", words: str = "") -> Area:
    """Put an area, with everything inside it, under another parent; a new code is dated from today."""
    _check_place(area.level, parent)
    if parent.path.startswith(area.path):
        raise AreaRefused(_("An area cannot be moved into itself."), field="parent")
    _hold(area)

    old_parent, old_path, new_path = area.parent_id, area.path, f"{parent.path}{area.pk}/"
    Area.objects.filter(pk=area.pk).update(parent=parent)
    # One statement for the whole inside: what stood before the old path is exchanged.
    Area.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1))
    )
    area.parent, area.path = parent, new_path
    if code and code != area.code:
        _date_code(area, code, since=timezone.localdate())
    edition.grow()

    facts = {"from": [old_parent], "to": [parent.pk], "areas": [area.pk], "shapes": {}}
    record(
        "area_moved", by=by, subject_kind="area", subject=area.pk, area=area.pk,
        before=str(old_parent or ""), after=str(parent.pk), words=words, facts=facts,
    )  # fmt: skip
    return area


@transaction.atomic
def redraw_area(area: Area, shape: GeoJSON, *, by: Actor, system: str = "wgs84", words: str = "") -> Area:
    """Give an area another border; neighbours it now overlaps are named in the journal, so that they get
    redrawn.
    """
    drawn = read_shape(shape, system)
    _hold(area)

    area.shape = write_shape(drawn)
    area.longitude, area.latitude = label_point(drawn)
    area.save(update_fields=["shape", "longitude", "latitude"])

    overlaps = [other.pk for other in overlapping(drawn, area.level, beside=area)]
    _record_shapes("area_redrawn", area, [area], [area], by=by, words=words, overlaps=overlaps)
    return area


@transaction.atomic
def rename_area(area: Area, name: str, *, by: Actor) -> Area:
    """Another name; the old one stays as an alias, because people go on using it."""
    name = name.strip()
    if not name or len(name) > 120:
        raise AreaRefused(_("Give the area a name of at most 120 signs."), field="name")
    _hold(area)

    old, area.name = area.name, name
    area.save(update_fields=["name"])
    if old != name:
        AreaAlias.objects.get_or_create(area=area, name=old)

    record(
        "area_renamed",
        by=by,
        subject_kind="area",
        subject=area.pk,
        area=area.pk,
        before=old[:48],
        after=name[:48],
    )
    return area


@transaction.atomic
def recode_area(
    area: Area, code: str, *, by: Actor, since: date | None = None, system: str = "statistics"
) -> Area:
    """Another official code, dated; the old one still finds the area."""
    _check_code(area.level, code)
    _hold(area)

    old = area.code
    _date_code(area, code, since=since or timezone.localdate(), system=system)
    edition.grow()

    record("area_recoded", by=by, subject_kind="area", subject=area.pk, area=area.pk, before=old, after=code)
    return area


@transaction.atomic
def retire_area(area: Area, *, by: Actor, words: str = "") -> Area:
    """Take an area out of use; what is open in it goes to the area around it."""
    if Area.objects.filter(parent=area, retired_at=None).exists():
        raise AreaRefused(_("There are areas inside this one; move or retire them first."))
    _hold(area)

    _retire(area)

    _record_shapes("area_retired", area, [area], [area.parent] if area.parent else [], by=by, words=words)
    return area


@transaction.atomic
def add_alias(area: Area, name: str, *, by: Actor) -> AreaAlias:
    """Another name people use for an area, for matching addresses."""
    name = name.strip()
    if len(name) < 2:
        raise AreaRefused(_("An alias needs at least two signs."), field="name")

    alias, _made = AreaAlias.objects.get_or_create(area=area, name=name)
    edition.grow()

    record("area_alias_added", by=by, subject_kind="area", subject=area.pk, area=area.pk, after=name[:48])
    return alias


def _hold(area: Area) -> None:
    """Only an area in use can be changed, and only in the place the actor saw it in."""
    if Area.objects.filter(pk=area.pk, retired_at=None, path=area.path).update(level=F("level")) != 1:
        raise TooLate(
            _("Somebody has changed or retired %(name)s meanwhile; look at it again.") % {"name": area.name}
        )


def _check_place(level: str, parent: Area | None) -> None:
    if level not in RANK:
        raise AreaRefused(_("There is no such level of area."), field="level")
    if parent is None:
        if RANK[level] > RANK["county"]:
            raise AreaRefused(_("Choose the area this one belongs to."), field="parent")
        return
    if parent.retired_at is not None:
        raise AreaRefused(_("The larger area is no longer in use; choose another one."), field="parent")
    if RANK[parent.level] >= RANK[level]:
        raise AreaRefused(_("An area belongs to a larger one; choose one of a higher level."), field="parent")
    if level == Level.GRID and parent.level != Level.COMMUNITY:
        raise AreaRefused(_("A grid belongs to a community; choose one."), field="parent")


def _check_code(level: str, code: str) -> None:
    if not code or len(code) > 24 or not code.replace("-", "").isalnum():
        raise AreaRefused(_("A code has 1 to 24 letters and digits."), field="code")
    if Area.objects.filter(level=level, code=code, retired_at=None).exists():
        raise AreaRefused(_("Another area carries the code %(code)s.") % {"code": code}, field="code")


def _check_parts(grid: Area, parts: list[BaseGeometry], expected: int) -> None:
    """The parts of a drawn grid lie side by side and fill it."""
    if not parts:
        return
    if len(parts) != expected:
        raise AreaRefused(_("Draw every part, or none of them."), field="shape")
    whole = shapely.union_all(parts)
    if sum(part.area for part in parts) - whole.area > SLACK * whole.area:
        raise AreaRefused(_("The parts overlap; draw them side by side."), field="shape")
    if grid.shape and read_shape(grid.shape).symmetric_difference(whole).area > SLACK * whole.area:
        raise AreaRefused(_("The parts must fill the grid and stay inside it."), field="shape")


def _draw(area: Area, shape: GeoJSON | None) -> None:
    if shape is None:
        return
    drawn = read_shape(shape)
    area.shape = write_shape(drawn)
    area.longitude, area.latitude = label_point(drawn)


def _retire(area: Area) -> None:
    area.retired_at = timezone.now()
    area.save(update_fields=["retired_at"])
    AreaCode.objects.filter(area=area, until=None).update(until=timezone.localdate())


def _date_code(area: Area, code: str, *, since: date, system: str = "statistics") -> None:
    """The old code ends where the new one begins; the first change writes down the one before it, too."""
    ended = AreaCode.objects.filter(area=area, system=system, until=None).update(until=since)
    if not ended:
        AreaCode.objects.create(area=area, system=system, code=area.code, until=since)
    AreaCode.objects.create(area=area, system=system, code=code, since=since)
    area.code = code
    Area.objects.filter(pk=area.pk).update(code=code)


def _record_shapes(
    event: str,
    area: Area,
    before: Sequence[Area],
    after: Sequence[Area],
    *,
    by: Actor,
    words: str,
    **more: Any,
) -> None:
    """Say which areas became which, with the new shapes, so that whoever holds something there can carry
    it along.
    """
    facts = {
        "from": [each.pk for each in before],
        "to": [each.pk for each in after],
        "shapes": {str(each.pk): each.shape for each in after if each.shape and event != "area_retired"},
        **more,
    }
    record(event, by=by, subject_kind="area", subject=area.pk, area=area.pk, words=words, facts=facts)
