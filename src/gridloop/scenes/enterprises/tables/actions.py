"""Every write about round tables: called, its agenda set, decided matter by matter, its minutes closed."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import require
from gridloop.scenes.enterprises.tables.models import AgendaItem, RoundTable

ABILITY = "arbitrate"  # the county centre


@transaction.atomic
def call_table(
    *,
    day: datetime.date,
    place: str = "",
    chair: Person | None = None,
    items: Iterable[AgendaItem] = (),
    by: Actor,
) -> RoundTable:
    """A meeting on a day to come, with the matters that wait for one."""
    require(by, ABILITY)
    if day < timezone.localdate():
        raise Refusal(_("That day is over. Choose one to come."), field="day")

    table = RoundTable.objects.create(day=day, place=place.strip()[:120], chair=chair)
    for item in items:
        put_on_agenda(table, item, by=by)

    record("round_table_called", by=by, subject_kind="round_table", subject=table.pk, after=day.isoformat())
    return table


@transaction.atomic
def put_on_agenda(table: RoundTable, item: AgendaItem, *, by: Actor) -> AgendaItem:
    require(by, ABILITY)
    if table.closed_at is not None:
        raise TooLate(_("The minutes of this round table are closed. Choose a later one."))
    if AgendaItem.objects.filter(pk=item.pk, table=None, decided_at=None).update(table=table) != 1:
        raise TooLate(_("This matter stands on an agenda already, or is decided."))
    item.table = table

    record(
        "matter_put_on_agenda",
        by=by,
        subject_kind="round_table",
        subject=table.pk,
        facts={"case": item.case_id},
    )
    return item


@transaction.atomic
def put_off(item: AgendaItem, *, by: Actor) -> AgendaItem:
    """Off this agenda; it waits for the next table."""
    require(by, ABILITY)
    before = item.table_id
    if AgendaItem.objects.filter(pk=item.pk, decided_at=None, table__closed_at=None).update(table=None) != 1:
        raise TooLate(_("This matter is decided already, or the minutes are closed."))
    item.table = None

    record("matter_put_off", by=by, subject_kind="round_table", subject=before, facts={"case": item.case_id})
    return item


def decide_item(
    item: AgendaItem, *, unit: Organisation, days: int, words: str, specialist: int | None = None, by: Actor
) -> Case:
    """One matter decided: a move of the case, which goes back into the loop with a lead that cannot return it."""
    facts = {"lead_unit": unit.pk, "days": days, "reason": words, "specialist": specialist}
    return move_case(item.case, "decide", by=by, facts=facts)


@transaction.atomic
def close_minutes(table: RoundTable, *, words: str = "", by: Actor) -> RoundTable:
    """Everything on the agenda is decided or put off; the minutes stand."""
    require(by, ABILITY)
    if table.items.filter(decided_at=None).exists():
        raise Refusal(_("Some matters are not decided yet. Decide them, or put them off to the next table."))
    now = timezone.now()
    if RoundTable.objects.filter(pk=table.pk, closed_at=None).update(closed_at=now, words=words.strip()) != 1:
        raise TooLate(_("The minutes are closed already."))
    table.closed_at, table.words = now, words.strip()

    record(
        "round_table_closed",
        by=by,
        subject_kind="round_table",
        subject=table.pk,
        facts={"matters": table.items.count()},
    )
    return table
