"""What the county edits: its special days, its working hours and its limits."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.clocks import calendar, limits
from gridloop.core.clocks.models import SpecialDay, TimeLimit, WorkingHours
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal


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
