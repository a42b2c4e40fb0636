"""What pages and exports read: the calendar of a year, the table of limits, and timers that need a person."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from gridloop.core.clocks import calendar, limits
from gridloop.core.clocks.models import Timer, Worker
from gridloop.core.clocks.workdays import Special

CALENDAR_HEADINGS = ("day", "works", "name", "source")
LIMIT_HEADINGS = ("kind", "category", "area", "name", "value", "unit", "edition", "source")


def special_days_of(year: int) -> list[tuple[date, Special]]:
    """The holidays and exchanged workdays of a year, shipped and own, in order."""
    days = calendar.current().special.items()
    return sorted((day, special) for day, special in days if day.year == year)


def special_day_rows(year: int) -> list[list[object]]:
    """A year's special days under CALENDAR_HEADINGS, ready for `spreadsheets.write_rows` and for importing again."""
    return [
        [day.isoformat(), int(special.works), special.name, special.source]
        for day, special in special_days_of(year)
    ]


def limit_rows() -> list[list[object]]:
    """Every limit in force under LIMIT_HEADINGS, ready for `spreadsheets.write_rows` and for importing again."""
    return [[getattr(limit, heading) for heading in LIMIT_HEADINGS] for limit in limits.table()]


def dead_timers() -> QuerySet[Timer]:
    """Timers that failed too often: somebody must look, then `timers.revive_timer`."""
    return Timer.objects.filter(done_at__isnull=False).exclude(trouble="").order_by("-done_at")


def late_timers(seconds: float = 60) -> QuerySet[Timer]:
    """Timers that should have been handled by now: no worker is running, or it cannot keep up."""
    return Timer.objects.filter(
        done_at=None, due_at__lt=timezone.now() - timedelta(seconds=seconds)
    ).order_by("due_at")


def living_workers(seconds: float = 30) -> QuerySet[Worker]:
    return Worker.objects.filter(seen_at__gte=timezone.now() - timedelta(seconds=seconds)).order_by("name")
