"""What follows the journal inside cases: the word index, breached clocks, and areas that split, merge or move."""

from collections.abc import Sequence

from django.db.models import F

from gridloop.core.cases.facts import told_facts
from gridloop.core.cases.models import Case, Deadline
from gridloop.core.cases.opening import place_case
from gridloop.core.cases.search import index_cases
from gridloop.core.cases.spots import Spot
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.core.territory.locating import locate


@consumer("search", events={"case_reported", "case_corrected", "case_placed"})
def index_reported(entries: Sequence[Entry]) -> None:
    reported = [int(entry.subject) for entry in entries if entry.subject is not None]
    index_cases(Case.objects.filter(pk__in=reported))


@consumer("breaches", events={"deadline_breached"})
def mark_breaches(entries: Sequence[Entry]) -> None:
    """A broken deadline stays on record with its moment; the case says it is overdue until it is met.

    The cases are taken first, as every move does, and in one order: so nobody waits for anybody in a ring.
    """
    told = sorted({entry.subject for entry in entries if entry.subject is not None})
    list(Case.objects.select_for_update(of=("self",)).filter(pk__in=told).order_by("pk").values_list("pk"))
    for entry in entries:
        broken = Deadline.objects.filter(pk=entry.facts.get("deadline"), met_at=None, breached_at=None)
        if broken.update(breached_at=entry.at):
            Case.objects.filter(pk=entry.subject or 0, open=True).update(overdue=True)


@consumer("carrying", events={"area_split", "area_merged", "area_moved", "area_redrawn"})
def carry_open_cases(entries: Sequence[Entry]) -> None:
    """Open cases follow their area: to the grid that now holds their point, or to the one that took over."""
    for entry in entries:
        touched = [entry.subject, *entry.facts.get("from", [])]
        taken_over = (entry.facts.get("to") or [entry.subject])[0]
        for case in Case.objects.filter(open=True, area__in=touched).iterator():
            before = case.area_id
            found = locate(case.longitude, case.latitude) if case.longitude and case.latitude else None
            area = found.area if found else taken_over
            place_case(
                case, Spot(area, case.longitude, case.latitude, case.address, "point" if found else "none")
            )
            Case.objects.filter(pk=case.pk).update(
                area=case.area_id,
                county=case.county_id,
                town=case.town_id,
                community=case.community_id,
                grid=case.grid_id,
                turn=F("turn") + 1,
            )
            if case.area_id != before:  # so that counts of open cases move along
                record("case_carried", by=SYSTEM, subject_kind="case", subject=case.pk, area=case.area_id, after=case.step,
                       facts=told_facts(case))  # fmt: skip
