"""The county's calendar, kept in every process: what gridloop ships, with the county's own days and hours on top."""

from collections import defaultdict
from datetime import date, time
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from gridloop.core.clocks import shipped
from gridloop.core.clocks.editions import Shelf
from gridloop.core.clocks.models import SpecialDay, WorkingHours
from gridloop.core.clocks.workdays import WEEK, Calendar, Special

NOTICE_MONTH = 11  # the State Council's notice for the next year has come in late October or November


class CalendarWarning(NamedTuple):
    """A year whose holidays nobody has entered; "soon" while the notice cannot be expected yet."""

    year: int
    level: Literal["soon", "now"]
    words: str


def shipped_calendar() -> Calendar:
    return Calendar(shipped.special_days(), WEEK, ZoneInfo(settings.TIME_ZONE))


def load_calendar(token: str) -> Calendar:
    """The county's own days win over shipped ones; its own hours, once there are any, replace the shipped week."""
    own = {
        day.day: Special(day.works, day.name, day.source or "county")
        for day in SpecialDay.objects.order_by("day")
    }
    hours: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in WorkingHours.objects.order_by("weekday", "opens"):
        hours[row.weekday].append((row.opens, row.closes))
    week = {weekday: tuple(stretches) for weekday, stretches in hours.items()} or WEEK
    return Calendar({**shipped.special_days(), **own}, week, ZoneInfo(settings.TIME_ZONE), token)


SHELF: Shelf[Calendar] = Shelf("calendar", shipped_calendar, load_calendar)


def current() -> Calendar:
    """The calendar in force; never raises, and asks the database at most every two seconds."""
    return SHELF.current()


def calendar_warnings(today: date, *, calendar: Calendar | None = None) -> list[CalendarWarning]:
    """The years that need a table: this one and the next. Until they have one, deadlines skip weekends only."""
    known = (calendar or current()).known_years
    found = []
    if today.year not in known:
        words = _(
            "The holidays of %(year)s are missing: deadlines skip weekends only. Enter them in the calendar."
        )
        found.append(CalendarWarning(today.year, "now", words % {"year": today.year}))
    if today.year + 1 not in known:
        words = _(
            "The holidays of %(year)s are not in the calendar yet. The notice is published around November."
        )
        level: Literal["soon", "now"] = "now" if today.month >= NOTICE_MONTH else "soon"
        found.append(CalendarWarning(today.year + 1, level, words % {"year": today.year + 1}))
    return found
