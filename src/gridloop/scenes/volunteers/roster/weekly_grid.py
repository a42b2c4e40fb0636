"""The week as a grid of days and parts of the day: what people tick on a phone, to and from stored hours."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.scenes.volunteers.roster.availability import Hours, merged

DAYS: tuple[str | Promise, ...] = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
SIGNS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day, in minutes."""

    name: str
    title: str | Promise
    since: int
    until: int

    @property
    def hours(self) -> str:
        return f"{self.since // 60}–{self.until // 60}"


PARTS = (
    Part("morning", _("Morning"), 8 * 60, 12 * 60),
    Part("afternoon", _("Afternoon"), 12 * 60, 18 * 60),
    Part("evening", _("Evening"), 18 * 60, 22 * 60),
)
CELLS = {f"{day}-{part.name}": Hours(day, part.since, part.until) for day in range(7) for part in PARTS}


def hours_of(ticked: Iterable[str], exact: Iterable[Hours] = ()) -> list[Hours]:
    """The ticked cells and the exact times, as stretches that do not touch."""
    return merged([*(CELLS[name] for name in ticked if name in CELLS), *exact])


def cells_of(weekly: Iterable[Hours]) -> tuple[set[str], list[Hours]]:
    """What of the stored hours are whole cells, and what must be said exactly."""
    ticked: set[str] = set()
    exact: list[Hours] = []
    for each in weekly:
        inside = {
            name
            for name, cell in CELLS.items()
            if cell.weekday == each.weekday and each.since <= cell.since and cell.until <= each.until
        }
        covered = sum(CELLS[name].until - CELLS[name].since for name in inside)
        if covered == each.until - each.since:
            ticked |= inside
        else:
            exact.append(each)
    return ticked, exact


def words_of(hours: Iterable[Hours]) -> str:
    """Exact times as the form takes them: 周六 09:00-17:00；周日 14:00-18:00."""
    return "；".join(f"周{SIGNS[day]} {clock(since)}-{clock(until)}" for day, since, until in hours)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def rows(ticked: Iterable[str]) -> list[dict[str, object]]:
    """The grid as a page draws it."""
    chosen = set(ticked)
    return [
        {
            "title": title,
            "cells": [
                {"name": name, "part": part, "ticked": name in chosen}
                for part in PARTS
                for name in (f"{day}-{part.name}",)
            ],
        }
        for day, title in enumerate(DAYS)
    ]
