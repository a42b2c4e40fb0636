"""What a cockpit page is about: an area within reach, a period, and the day it ends on; read from the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.errors import NotAllowed, NotFound
from gridloop.core.measures.daily import By, Scope
from gridloop.core.people.queries import reach_of
from gridloop.core.territory import tree
from gridloop.web.acting import person_of

LEVELS = ("county", "town", "community", "grid")
DAYS = {
    7: gettext_lazy("7 days"),
    30: gettext_lazy("30 days"),
    90: gettext_lazy("90 days"),
    365: gettext_lazy("A year"),
}
USUAL = 30
ABILITIES = ("see_measures", "dispatch", "audit")
BYS: tuple[By, ...] = ("area", "unit", "category", "post")


@dataclass(frozen=True)
class Chosen:
    """The area, the last day and the length of the period; `past` when the day is not today."""

    area: int
    level: str
    day: date
    today: date
    days: int
    roots: tuple[int, ...]
    shade: str = "open"
    by: By = "area"
    member: int = 0
    picture: tree.Tree = field(repr=False, compare=False, default=None)  # type: ignore[assignment]

    @property
    def past(self) -> bool:
        return self.day < self.today

    @property
    def as_of(self) -> date | None:
        """The day for reading what stood when it ended; None for now."""
        return self.day if self.past else None

    @property
    def since(self) -> date:
        return self.day - timedelta(days=self.days - 1)

    @property
    def before(self) -> tuple[date, date]:
        """The period of the same length just before."""
        return self.since - timedelta(days=self.days), self.since - timedelta(days=1)

    @property
    def whole(self) -> bool:
        """Whether the area is the whole territory, so that nothing lies outside it."""
        return self.level == "county" and len(self.picture.at_level("county")) == 1

    @property
    def scope(self) -> Scope:
        return Scope(self.area, self.level, self.by, self.member, self.whole)

    @property
    def name(self) -> str:
        return self.picture.name(self.area)

    @property
    def below(self) -> str:
        """The level one step down; "" for a grid."""
        place = LEVELS.index(self.level) + 1
        return LEVELS[place] if place < len(LEVELS) else ""

    def address(self, **changes: Any) -> str:
        """This choice as a query, with changes; what is usual is left out."""
        told: dict[str, Any] = {
            "area": self.area,
            "days": "" if self.days == USUAL else self.days,
            "day": self.day.isoformat() if self.past else "",
            "shade": "" if self.shade == "open" else self.shade,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in told.items() if value not in ("", None)})

    def trail(self) -> list[dict[str, Any]]:
        """The areas from the root of the person's reach down to this one."""
        return [{"title": self.picture.name(area), "url": self.address(area=area)} for area in self.around()]

    def around(self) -> list[int]:
        around = [
            area for area in reversed(self.picture.around(self.area)) if self.picture.level(area) in LEVELS
        ]
        return [area for area in around if any(self.picture.is_within(area, root) for root in self.roots)]

    def children(self) -> list[int]:
        """The areas one level down."""
        return [area for area in self.picture.children(self.area) if self.picture.level(area) in LEVELS]

    def choices(self) -> list[tuple[int, str]]:
        """Where one may go from here: the person's own areas, this one and those inside it."""
        listed = dict.fromkeys([*self.roots, *self.around(), *self.children()])
        return [(area, self.picture.name(area)) for area in listed]

    def period_tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "title": title,
                "url": self.address(days="" if days == USUAL else days),
                "current": days == self.days,
            }
            for days, title in DAYS.items()
        ]


def chosen(request: HttpRequest, *, area: int | None = None) -> Chosen:
    """Read the address; what is not given or cannot be read takes its usual value. Out of reach is not found."""
    picture = tree.current()
    roots = roots_of(request, picture)
    given = request.GET
    wanted = area or number(given.get("area")) or roots[0]
    if wanted not in picture or not any(picture.is_within(wanted, root) for root in roots):
        raise NotFound(_("There is no such area, or it is not yours to see."))
    wanted = next((each for each in picture.around(wanted) if picture.level(each) in LEVELS), roots[0])
    today = timezone.localdate()
    days = number(given.get("days")) or USUAL
    by, _dash, text = given.get("whose", "").partition("-")  # "unit-12", as a select gives it
    by, member = (
        (by, number(text) or 0) if text else (given.get("by", "area"), number(given.get("member")) or 0)
    )
    return Chosen(
        area=wanted,
        level=picture.level(wanted),
        day=day_of(given, today),
        today=today,
        days=days if days in DAYS else USUAL,
        roots=roots,
        shade="overdue" if given.get("shade") == "overdue" else "open",
        by=by if by in BYS and member else "area",  # type: ignore[arg-type]
        member=member,
        picture=picture,
    )


def day_of(given: Mapping[str, Any], today: date) -> date:
    try:
        day = parse_date(given.get("day") or "")
    except ValueError:
        day = None
    return min(day, today) if day else today


def number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def roots_of(request: HttpRequest, picture: tree.Tree) -> tuple[int, ...]:
    """The person's areas, widest first; a city or province stands for its counties."""
    person = person_of(request)
    reach = reach_of(person).roots if person else frozenset()
    found: dict[int, None] = {}
    for root in sorted(
        (area for area in reach if area in picture), key=lambda area: (picture.rank(area), area)
    ):
        level = picture.level(root)
        if level in LEVELS:
            found[root] = None
        elif level != "building":
            found |= dict.fromkeys(picture.at_level("county", root))
    if not found:
        raise NotAllowed(
            _("The cockpit shows an area, and none of your posts has one. Ask your administrator.")
        )
    return tuple(found)
