"""Opening a case: placed, numbered, its first clocks started, its reporter standing behind it, journalled."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases import deadlines, kinds
from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.facts import told_facts
from gridloop.core.cases.models import NEVER, Case, Category, Deadline, Exhibit, Party, Urgency
from gridloop.core.cases.numbers import new_number
from gridloop.core.cases.spots import Spot
from gridloop.core.clocks import ladder
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.rows import rows_of
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.core.territory import tree

NUMBER_TRIES = 5
CASES, DEADLINES = rows_of(Case), rows_of(Deadline)


@transaction.atomic(savepoint=False)
def open_case(
    kind: str,
    *,
    title: str,
    spot: Spot,
    by: Actor,
    words: str = "",
    category: Category | None = None,
    urgency: int = Urgency.NORMAL,
    reporter: Person | None = None,
    anonymous: bool = False,
    tracking_code: str = "",
    source: str = "web",
    photos: Iterable[File] = (),
    key: uuid.UUID | None = None,
    public: bool = False,
    parent: Case | None = None,
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    level: str = "",
) -> Case:
    """Open a case of a registered kind; the same `key` again returns the case it opened the first time, not `fresh`."""
    flow = kinds.kind(kind)
    now = at or timezone.now()
    if not title.strip():
        raise CaseError(_("Say in a few words what it is about."), field="title")

    case = Case(
        key=key or uuid.uuid4(),
        kind=flow.name,
        step=flow.first,
        title=title.strip()[:120],
        words=words.replace("\x00", "").strip(),
        category=category,
        urgency=urgency,
        source=source,
        level=level or "grid",
        reporter=reporter,
        anonymous=anonymous,
        tracking_digest=digest(tracking_code),
        public=public,
        parent=parent,
        reported_at=now,
        facts=dict(facts or {}),
    )
    place_case(case, spot)
    clocks = deadlines.new_deadlines(case, flow.starts, now)
    case.due_at = min((clock.due_at for clock in clocks if clock.due_at), default=None)
    case.queue_at = case.due_at or NEVER
    if (known := _put_in(case)) is not None:
        return known
    for clock in clocks:
        clock.case_id = case.pk
    DEADLINES.insert(*clocks)
    if photos:
        Exhibit.objects.bulk_create(
            Exhibit(case=case, file=file, purpose="report", public=public) for file in photos
        )
    behind = [Party(case_id=case.pk, person_id=reporter.pk, role="reporter", at=now)] if reporter else []

    record(
        "case_reported",
        by=by,
        subject_kind="case",
        subject=case.pk,
        area=case.area_id,
        after=case.step,
        facts=told_facts(case),
        beside=[*behind, *ladder.first_timers(f"case:{case.pk}", deadlines.ladder_clocks(case, clocks))],
    )

    return case


def place_case(case: Case, spot: Spot) -> None:
    """Write the spot and the areas around it, level by level, onto the case."""
    chain = tree.current().chain(spot.area)
    case.area_id = spot.area
    case.county_id, case.town_id, case.community_id, case.grid_id = (
        chain.county,
        chain.town,
        chain.community,
        chain.grid,
    )
    case.longitude, case.latitude, case.address = spot.longitude, spot.latitude, spot.address[:200]
    case.placed_by = spot.placed_by
    if chain.grid is None and case.level == "grid":
        case.level = "town" if chain.town else "county"


def open_part(whole: Case, title: str, *, by: Actor, at: datetime) -> Case:
    """A part of a split case: the same place, words and photos, its own handling; the reporter judges the whole."""
    spot = Spot(whole.area_id, whole.longitude, whole.latitude, whole.address, whole.placed_by or "person")  # type: ignore[arg-type]
    return open_case(
        whole.kind,
        title=title,
        words=whole.words,
        spot=spot,
        by=by,
        category=whole.category,
        urgency=whole.urgency,
        source=whole.source,
        photos=File.objects.filter(exhibits__case=whole, exhibits__purpose="report").order_by("exhibits__id"),
        parent=whole,
        public=whole.public,
        at=at,
    )


def _put_in(case: Case) -> Case | None:
    """Put the case in, unless its key is there already: then the case that was sent with it before."""
    for _try in range(NUMBER_TRIES):
        case.number = new_number(case.reported_at)
        case.fresh = CASES.insert(case, taken="ON CONFLICT DO NOTHING")
        if case.fresh:
            return None
        if (known := CASES.with_value("key", case.key)) is not None:
            return known
    raise CaseError(_("No free case number was found. Please try again in a moment."), code="no_number")
