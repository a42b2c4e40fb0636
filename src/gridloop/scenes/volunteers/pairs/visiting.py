"""Visits: scheduled by the rhythm, proved when made, offered to the backup when not, a case when nobody came."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Urgency
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot
from gridloop.core.clocks.timers import cancel_timer, set_timers
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.scenes.volunteers.hours.actions import claim_hours, confirm_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.hours.presence import prove_by_code, prove_by_position
from gridloop.scenes.volunteers.pairs import queries
from gridloop.scenes.volunteers.pairs.models import Companion, CompanionState, Pairing, Visit, VisitState
from gridloop.scenes.volunteers.pairs.telling import tell_clerks, tell_companion, tell_of_due

NEAR = 300  # metres: the kept point itself is rounded to about 100 m
STEP_IN = timedelta(hours=6)  # what the backup has before a case is opened
USUAL_VISIT = timedelta(minutes=30)
LONGEST_VISIT = timedelta(hours=4)
REMINDED = timedelta(hours=24)


def due_after(pairing: Pairing, start: datetime) -> datetime:
    """The end of the window, as many days after `start` as the rhythm says."""
    day = timezone.localdate(start) + timedelta(days=pairing.every_days)
    midnight = timezone.make_aware(datetime(day.year, day.month, day.day))
    return midnight + timedelta(minutes=pairing.window_until)


def subject_of(visit: Visit) -> str:
    return f"visit:{visit.pk}"


def schedule_visit(pairing: Pairing, *, start: datetime | None = None) -> Visit | None:
    """The next visit of a pair that has a first companion; one lies ahead at a time."""
    companion = queries.companion_of(pairing, "primary")
    if companion is None or pairing.ended_at is not None:
        return None
    due = max(due_after(pairing, start or timezone.now()), timezone.now() + timedelta(hours=1))
    try:
        with transaction.atomic():
            visit = Visit.objects.create(pairing=pairing, companion=companion, due_at=due)
    except IntegrityError:
        return None  # there is one ahead already
    arm(visit)
    return visit


def arm(visit: Visit) -> None:
    late = visit.due_at + timedelta(hours=visit.pairing.grace_hours)
    set_timers(
        [
            (
                f"visit:{visit.pk}:remind",
                "visit_remind",
                max(visit.due_at - REMINDED, timezone.now()),
                {"visit": visit.pk},
            ),
            (f"visit:{visit.pk}", "visit_overdue", late, {"visit": visit.pk}),
        ]
    )


def cancel_visits(pairing: Pairing) -> None:
    for visit in Visit.objects.filter(pairing=pairing, state__in=queries.OPEN):
        Visit.objects.filter(pk=visit.pk, state__in=queries.OPEN).update(state=VisitState.CANCELLED)
        cancel_timer(f"visit:{visit.pk}")
        cancel_timer(f"visit:{visit.pk}:remind")


def remind(visit: Visit) -> None:
    if visit.state == VisitState.DUE:
        tell_of_due(visit)


def make_visit(
    visit: Visit,
    *,
    by: Actor,
    words: str,
    code: str = "",
    longitude: float | None = None,
    latitude: float | None = None,
    device_at: datetime | None = None,
    came_at: datetime | None = None,
) -> Visit:
    """A companion was there: proved by the code the person or a relative shows, or by position near the home."""
    companion = own_companion(visit, by)
    how, metres = prove(visit, code, longitude, latitude, person=companion.volunteer.person_id)
    if not words.strip():
        raise Refusal(_("Write in a few words how the person is."), field="words")

    with transaction.atomic():
        now = timezone.now()
        came = came_at if came_at and now - LONGEST_VISIT <= came_at < now else now - USUAL_VISIT
        open_or_missed = Visit.objects.filter(
            pk=visit.pk, state__in=[*queries.OPEN, VisitState.MISSED], done_at=None
        )
        changes = {
            "state": VisitState.DONE, "companion": companion, "came_at": came, "done_at": now,
            "device_at": device_at, "how": how, "metres": metres, "words": words.strip(),
        }  # fmt: skip
        if open_or_missed.update(**changes) != 1:
            raise TooLate(_("This visit is done or cancelled already."))
        was_missed = visit.state == VisitState.MISSED
        visit.refresh_from_db()
        cancel_timer(f"visit:{visit.pk}")
        cancel_timer(f"visit:{visit.pk}:remind")

        # How somebody is stays out of the journal.
        record_visit("visit_made", visit, by=by, how=how, late=was_missed)

        keep_hours(visit, companion, by=by)
        close_case_of(visit)
        schedule_visit(visit.pairing, start=now)
    return visit


def own_companion(visit: Visit, by: Actor) -> Companion:
    """The companion who speaks: first or in reserve, accepted."""
    found = Companion.objects.filter(
        pairing=visit.pairing, volunteer__person=by.person or 0, state=CompanionState.ACCEPTED
    )
    companion = found.select_related("volunteer__person", "pairing__vulnerable").first()
    if companion is None:
        raise NotAllowed(_("Visits are made by the companions of this pair."))
    return companion


def prove(
    visit: Visit, code: str, longitude: float | None, latitude: float | None, *, person: int
) -> tuple[str, int | None]:
    if code.strip():
        prove_by_code(subject_of(visit), code, person=person)
        return "code", None
    home = visit.pairing.vulnerable
    if longitude is None or latitude is None or home.longitude is None or home.latitude is None:
        raise Refusal(_("Send your position, or type the code the person you visit sees."), field="position")
    metres = prove_by_position(
        longitude=longitude, latitude=latitude, place=(home.longitude, home.latitude), radius=NEAR
    )
    return "position", metres


def keep_hours(visit: Visit, companion: Companion, *, by: Actor) -> HoursEntry | None:
    """Hours of a visit; the proof of presence speaks for the person visited. A full day leaves the visit without."""
    home = visit.pairing.vulnerable
    assert visit.came_at is not None and visit.done_at is not None
    try:
        entry = claim_hours(
            companion.volunteer, kind="visit", source=visit.pk, started_at=visit.came_at,
            ended_at=visit.done_at, area=home.community, by=by, key=f"visit:{visit.pk}",
        )  # fmt: skip
        confirm_hours(entry, side="volunteer", by=by)
        confirm_hours(entry, side="receiver", by=SYSTEM)
    except Refusal:
        return None
    Visit.objects.filter(pk=visit.pk).update(entry=entry)
    return entry


def close_case_of(visit: Visit) -> None:
    """A companion came after all: the case of the missed visit ends."""
    if visit.case is not None and visit.case.open:
        try:
            move_case(visit.case, "visited", by=SYSTEM)
        except Refusal:
            return  # somebody is at the door already and will account for it


@transaction.atomic
def cannot_come(visit: Visit, *, reason: str, by: Actor) -> Visit:
    """The companion whose turn it is cannot: the backup is asked; if it is the backup who cannot, a case is opened."""
    companion = own_companion(visit, by)
    if not reason.strip():
        raise Refusal(_("Say why, so that the community knows."), field="words")
    state = Visit.objects.get(pk=visit.pk).state
    if state not in queries.OPEN:
        raise TooLate(_("This visit is done or cancelled already."))
    if visit.companion_id not in (None, companion.pk):
        raise NotAllowed(_("This visit is somebody else's turn."))
    Visit.objects.filter(pk=visit.pk).update(cannot=reason.strip()[:200])

    record_visit("visit_not_possible", visit, by=by, words=reason.strip())

    visit.refresh_from_db()
    if state == VisitState.DUE and offer_to_backup(visit, but=companion):
        return visit
    miss(visit)
    return visit


def look_at_overdue(visit: Visit) -> None:
    """The grace is over: first the backup is offered the visit; when that time is over too, it is missed."""
    if visit.state == VisitState.DUE and offer_to_backup(visit, but=visit.companion):
        return
    if visit.state in queries.OPEN:
        miss(visit)


def offer_to_backup(visit: Visit, *, but: Companion | None) -> bool:
    """Whether somebody else of the pair is asked to step in."""
    backup = queries.companion_of(visit.pairing, "backup")
    if backup is None or (but is not None and backup.pk == but.pk):
        return False
    if (
        Visit.objects.filter(pk=visit.pk, state=VisitState.DUE).update(
            state=VisitState.OFFERED, companion=backup
        )
        != 1
    ):
        return False
    until = (
        max(timezone.now() + STEP_IN, visit.due_at)
        if visit.due_at > timezone.now()
        else timezone.now() + STEP_IN
    )
    set_timers([(f"visit:{visit.pk}", "visit_overdue", until, {"visit": visit.pk})])
    visit.refresh_from_db()

    record_visit("visit_offered", visit, by=SYSTEM)

    tell_companion("visit_offered", backup, key=str(visit.pk), emergency=True)
    return True


def miss(visit: Visit) -> None:
    """Nobody came: an urgent case, so that a grid worker checks at the door; the rhythm goes on."""
    if Visit.objects.filter(pk=visit.pk, state__in=queries.OPEN).update(state=VisitState.MISSED) != 1:
        return
    visit.refresh_from_db()
    home = visit.pairing.vulnerable
    spot = Spot(home.grid_id or home.community_id, home.longitude, home.latitude, "", "person")
    with override(settings.LANGUAGE_CODE):  # kept in the county's language, whoever's turn makes it
        title = str(_("Nobody came to a standing visit: check at the door"))
        words = str(_("The visit of a pair was not made. Please look in at the door and account for it."))
    case = open_case(
        "missed_visit",
        title=title,
        words=words,
        spot=spot,
        by=SYSTEM,
        urgency=Urgency.URGENT,
        source="system",
        key=uuid.uuid5(uuid.NAMESPACE_URL, f"gridloop:missed-visit:{visit.pk}"),
        facts={"visit": visit.pk},
    )
    Visit.objects.filter(pk=visit.pk).update(case=case)
    visit.case = case

    record_visit("visit_missed", visit, by=SYSTEM, case=case.pk)

    tell_clerks("visit_missed", visit.pairing, key=str(visit.pk), emergency=True, number=case.number)
    schedule_visit(visit.pairing)


def record_visit(event: str, visit: Visit, *, by: Actor, words: str = "", **facts: object) -> None:
    record(
        event,
        by=by,
        subject_kind="visit",
        subject=visit.pk,
        area=visit.pairing.vulnerable.community_id,
        after=visit.state,
        words=words,
        facts={"pairing": visit.pairing_id, "companion": visit.companion_id, **facts},
    )
