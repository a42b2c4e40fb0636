"""Reads of the territory: areas by place, level, code and name, places by their QR code."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from gridloop.core.journal.errors import Refusal

from . import tree
from .geometry import read_shape
from .models import Area, Place

TOUCH = 0.001  # the share of the smaller area below which two borders only touch


def children(area: int | None) -> QuerySet[Area]:
    """The areas directly inside one (or the roots), without their shapes: those are for maps."""
    return Area.objects.filter(parent=area, retired_at=None).defer("shape").order_by("code")


def areas_at(level: str, within: Area | None = None) -> QuerySet[Area]:
    """All areas of one level, inside an area or everywhere, without their shapes."""
    found = Area.objects.filter(level=level, retired_at=None).defer("shape").order_by("code")
    return found.filter(path__startswith=within.path) if within else found


def area_with_code(code: str, on: date | None = None) -> Area | None:
    """The area that carries the code, or carried it (on that day, where a day is given)."""
    if on is None:
        now = Area.objects.filter(code=code, retired_at=None).order_by("-level").first()
        if now:
            return now
    dated = Area.objects.filter(codes__code=code)
    if on is not None:
        dated = dated.filter(
            Q(codes__since=None) | Q(codes__since__lte=on), Q(codes__until=None) | Q(codes__until__gt=on)
        )
        return dated.first() or Area.objects.filter(code=code, codes=None).first()
    return dated.order_by("-codes__until").first()


def find_areas(words: str, limit: int = 20) -> list[Area]:
    """Areas whose name or alias holds the words or whose code begins with them, larger areas first."""
    words = words.strip()
    if not words:
        return []
    found = Area.objects.filter(
        Q(name__contains=words) | Q(code__startswith=words) | Q(aliases__name__contains=words),
        retired_at=None,
    )
    return sorted(
        found.defer("shape").distinct()[: limit * 5], key=lambda area: (tree.RANK[area.level], area.code)
    )[:limit]


def place_with_code(code: str) -> Place | None:
    """The place whose QR code was scanned."""
    return Place.objects.select_related("area").defer("area__shape").filter(code=code).first()


def places_in(area: Area) -> QuerySet[Place]:
    """The places inside an area."""
    return Place.objects.filter(area__path__startswith=area.path).order_by("code")


def next_grid_code(community: int) -> str:
    """The community's code and the next free number of three digits."""
    above = Area.objects.values_list("code", flat=True).get(pk=community)
    taken = Area.objects.filter(parent=community, level="grid").values_list("code", flat=True)
    numbers = [
        int(code[len(above) :]) for code in taken if code.startswith(above) and code[len(above) :].isdigit()
    ]
    if max(numbers, default=0) >= 999:
        raise Refusal(_("This community has no grid number left; give a code."), field="code")
    return f"{above}{max(numbers, default=0) + 1:03d}"


def overlapping(shape: BaseGeometry, level: str, *, beside: Area | None = None) -> list[Area]:
    """Areas of one level whose ground the shape takes, more than borders that only touch."""
    near = Area.objects.filter(level=level, retired_at=None, shape__isnull=False)
    if beside is not None:
        near = near.exclude(pk=beside.pk)
        if beside.parent_id and beside.parent and beside.parent.parent_id:
            # Neighbours across a community's border still lie in the same town or the next one: look
            # countywide.
            near = near.filter(path__startswith=beside.path.split("/")[0] + "/")
    found = []
    for area in near.iterator(chunk_size=500):
        other = read_shape(area.shape or {})
        if other.intersects(shape) and other.intersection(shape).area > TOUCH * min(other.area, shape.area):
            found.append(area)
    return found
