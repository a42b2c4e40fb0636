"""What the county edits: its special days, its working hours and its limits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.clocks import calendar, limits
from gridloop.core.clocks.models import SpecialDay, TimeLimit, WorkingHours
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal

Row = Mapping[str, object]
YES = {"1", "true", "yes", "是", "班", "上班"}
NO = {"0", "false", "no", "否", "休", "休息", "放假"}


class TableError(Refusal):
    """A line of a table makes no sense; the words name the line."""

    code = "bad_table"


def numbered(rows: Iterable[Row]) -> Iterable[tuple[int, Row]]:
    """Each row with the line people see in their spreadsheet program."""
    return ((getattr(row, "number", line), row) for line, row in enumerate(rows, start=2))


@transaction.atomic
def set_special_day(day: date, *, works: bool, name: str, source: str = "", by: Actor) -> SpecialDay:
    """Say that this day works, or does not, whatever the week and the shipped table say."""
    before = SpecialDay.objects.filter(day=day).first()
    special, _made = SpecialDay.objects.update_or_create(
        day=day, defaults={"works": works, "name": name.strip()[:60], "source": source.strip()[:120]}
    )
    calendar.SHELF.renew()

    record(
        "calendar_changed",
        by=by,
        before=said_of(before),
        after=said_of(special),
        facts={"day": day.isoformat(), "works": works},
    )

    return special


def said_of(special: SpecialDay | None) -> str:
    return f"{'+' if special.works else '-'} {special.name}"[:48] if special else ""


@transaction.atomic
def clear_special_day(day: date, *, by: Actor) -> None:
    """Forget the county's own word on this day; the shipped table or the week holds again."""
    before = SpecialDay.objects.filter(day=day).first()
    SpecialDay.objects.filter(day=day).delete()
    calendar.SHELF.renew()

    record("calendar_changed", by=by, before=said_of(before), facts={"day": day.isoformat(), "works": None})


@transaction.atomic
def import_special_days(rows: Iterable[Row], *, by: Actor) -> int:
    """Days from a spreadsheet (day, works, name, source); returns how many. One bad line and nothing is taken in."""
    days = [special_day_from(row, line) for line, row in numbered(rows)]
    SpecialDay.objects.bulk_create(
        {special.day: special for special in days}.values(),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["works", "name", "source"],
    )
    calendar.SHELF.renew()

    record("calendar_imported", by=by, facts={"days": len(days), "years": sorted({s.day.year for s in days})})

    return len(days)


def special_day_from(row: Row, line: int) -> SpecialDay:
    day, works = row.get("day"), str(row.get("works", "")).strip().lower()
    try:
        found = day if isinstance(day, date) else date.fromisoformat(str(day).strip()[:10])
    except ValueError:
        raise TableError(
            _("Line %(line)d: write the day as 2027-01-01.") % {"line": line}, field="day"
        ) from None
    if works not in YES | NO:
        words = _("Line %(line)d: write 1 for a day that is worked, 0 for one that is not.")
        raise TableError(words % {"line": line}, field="works")
    return SpecialDay(
        day=found.date() if isinstance(found, datetime) else found,
        works=works in YES,
        name=str(row.get("name") or "")[:60],
        source=str(row.get("source") or "")[:120],
    )


@transaction.atomic
def set_working_hours(week: Mapping[int, Sequence[tuple[time, time]]], *, by: Actor) -> None:
    """Replace the working week; weekday 0 is Monday, a weekday left out is free."""
    hours = [(weekday, *stretch) for weekday, stretches in week.items() for stretch in stretches]
    if not hours:
        raise Refusal(_("A week needs at least one working hour."), field="opens")
    if any(
        weekday not in range(7) or (closes <= opens and closes != time()) for weekday, opens, closes in hours
    ):
        raise Refusal(_("Working hours must close after they open."), field="closes")
    WorkingHours.objects.all().delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(weekday=w, opens=opens, closes=closes) for w, opens, closes in hours
    )
    calendar.SHELF.renew()

    record(
        "working_hours_changed",
        by=by,
        facts={"week": {str(w): [[str(o), str(c)] for o, c in s] for w, s in week.items()}},
    )


@transaction.atomic
def import_limits(rows: Iterable[Row], *, edition: str, by: Actor) -> int:
    """Replace one edition of the county's limits by the lines of a spreadsheet; returns how many there are now."""
    found: dict[tuple, TimeLimit] = {}
    for line, row in numbered(rows):
        limit = limit_on_line(row, line)
        found[limit.kind, limit.category, limit.area, limit.name] = TimeLimit(
            kind=limit.kind, category=limit.category, area=limit.area, name=limit.name, value=limit.value,
            unit=limit.unit, edition=edition, source=limit.source[:200],
        )  # fmt: skip
    TimeLimit.objects.filter(edition=edition).delete()
    TimeLimit.objects.bulk_create(found.values(), batch_size=100)
    limits.SHELF.renew()

    record("limits_imported", by=by, facts={"edition": edition, "rows": len(found)})

    return len(found)


def limit_on_line(row: Row, line: int) -> limits.Limit:
    try:
        limit = limits.limit_from(row)
    except (KeyError, ValueError) as problem:
        words = _(
            "Line %(line)d: a limit needs a kind, a name, a number above zero and a unit (%(problem)s)."
        )
        raise TableError(words % {"line": line, "problem": problem}) from None
    if not limit.kind or not limit.name:
        raise TableError(_("Line %(line)d: a limit needs a kind and a name.") % {"line": line})
    return limit


@transaction.atomic
def set_limit(limit: limits.Limit, *, by: Actor) -> TimeLimit:
    """Set one row of the county's own table."""
    edition = limit.edition or "county-1"
    before = TimeLimit.objects.filter(
        kind=limit.kind, category=limit.category, area=limit.area, name=limit.name, edition=edition
    ).first()
    row, _made = TimeLimit.objects.update_or_create(
        kind=limit.kind, category=limit.category, area=limit.area, name=limit.name,
        edition=edition,
        defaults={"value": limit.value, "unit": limit.unit, "source": limit.source},
    )  # fmt: skip
    limits.SHELF.renew()

    record(
        "limit_changed",
        by=by,
        before=f"{before.value:g} {before.unit}" if before else "",
        after=f"{row.value:g} {row.unit}",
        facts={"kind": limit.kind, "category": limit.category, "area": limit.area,
               "name": limit.name, "value": limit.value, "unit": limit.unit},
    )  # fmt: skip

    return row


@transaction.atomic
def clear_limit(row: TimeLimit, *, by: Actor) -> None:
    """Take one row of the county's own table away; what gridloop ships holds again."""
    facts = {"kind": row.kind, "category": row.category, "area": row.area, "name": row.name, "value": None}
    before = f"{row.value:g} {row.unit}"
    row.delete()
    limits.SHELF.renew()

    record("limit_changed", by=by, before=before, facts=facts)
