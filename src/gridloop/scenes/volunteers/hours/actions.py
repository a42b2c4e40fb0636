"""Every change to hours: claimed, confirmed by both sides, shown to the public, counted, or reversed."""

from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.clocks.timers import cancel_timer, set_timer
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.people.queries import require
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.hours import queries
from gridloop.scenes.volunteers.hours.certifying import withdraw_certificates_with
from gridloop.scenes.volunteers.hours.cutting import Cut, Taken, cut_overlaps, cut_to_cap
from gridloop.scenes.volunteers.hours.models import (
    Confirmation,
    HoursEntry,
    HoursRules,
    HoursStanding,
    HoursState,
)
from gridloop.scenes.volunteers.hours.telling import tell_volunteer
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import cares_for

Kind = Literal["request", "shift", "visit", "backdated"]
Side = Literal["volunteer", "receiver"]
SLACK = timedelta(minutes=5)  # clocks of servers differ a little
LONGEST = timedelta(hours=24)


class Overlap(Refusal):
    """Somebody cannot be in two places at once."""

    code = "overlap"


class DailyCap(Refusal):
    """The day is full."""

    code = "daily_cap"


@transaction.atomic
def claim_hours(
    volunteer: Volunteer,
    *,
    kind: Kind,
    source: int,
    started_at: datetime,
    ended_at: datetime,
    area: Area,
    by: Actor,
    key: str,
    reason: str = "",
    evidence: File | None = None,
) -> HoursEntry:
    """Enter hours into the ledger; the same key again returns what it entered the first time.

    They count once both sides have confirmed and the publicity is over. `reason` and `evidence` belong to the road
    for back-dated hours, which a clerk approves.
    """
    known = HoursEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    guard_times(kind, started_at, ended_at)
    if kind == "backdated":
        guard_backdated(reason, evidence)
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer.pk)  # two claims of one day wait
    cut = cut_claim(volunteer, started_at, ended_at)

    entry = HoursEntry.objects.create(
        volunteer=volunteer,
        kind=kind,
        source=source,
        started_at=started_at,
        ended_at=ended_at,
        day=timezone.localdate(started_at),
        claimed=int((ended_at - started_at).total_seconds() // 60),
        minutes=cut.minutes,
        explanation=cut.explanation,
        area=area,
        reason=reason.strip(),
        evidence=evidence,
        claimed_by_id=by.person,
        key=key,
    )
    HoursStanding.objects.create(entry=entry)

    record_hours("hours_claimed", entry, by=by, after=HoursState.CLAIMED)

    return entry


def guard_times(kind: str, started_at: datetime, ended_at: datetime) -> None:
    """Hours lie in the past, are not longer than a day, and not too old for their road."""
    now, rules = timezone.now(), queries.rules()
    if ended_at <= started_at:
        raise Refusal(_("The end lies before the beginning. Check both."), field="ended_at")
    if ended_at > now + SLACK:
        raise Refusal(_("These hours lie in the future. Enter them when they are over."), field="ended_at")
    if ended_at - started_at > LONGEST:
        raise Refusal(_("That is more than a day. Enter each day for itself."), field="ended_at")
    if kind != "backdated" and ended_at < now - timedelta(days=rules.late_days):
        raise Refusal(
            _(
                "These hours are more than %(days)d days old. Enter them as back-dated hours, with a reason and evidence."
            )
            % {"days": rules.late_days},
            code="too_old",
        )
    if ended_at < now - timedelta(days=rules.oldest_days):
        raise Refusal(
            _("Hours older than %(days)d days can no longer be entered.") % {"days": rules.oldest_days},
            code="too_old",
        )


def guard_backdated(reason: str, evidence: File | None) -> None:
    if len(reason.strip()) < 4:
        raise Refusal(_("Say why these hours were not entered in time."), field="reason")
    if evidence is None:
        raise Refusal(_("Add a photo or document that shows you were there."), field="evidence")


def cut_claim(volunteer: Volunteer, since: datetime, until: datetime) -> Cut:
    """What may count of a claim, after overlaps and the daily cap; refuses when nothing is left."""
    taken = [
        Taken(one.started_at, one.ended_at, one.pk) for one in queries.overlapping(volunteer, since, until)
    ]
    cut = cut_overlaps(since, until, taken)
    if cut.explanation and (queries.rules().overlap == "refuse" or cut.minutes < 1):
        first = next(one for one in queries.overlapping(volunteer, since, until))
        raise Overlap(
            _(
                "Hours from %(since)s to %(until)s are entered already for that time. Nobody is in two places at once."
            )
            % {
                "since": f"{timezone.localtime(first.started_at):%m-%d %H:%M}",
                "until": f"{timezone.localtime(first.ended_at):%H:%M}",
            }
        )
    if cut.minutes < 1:
        raise Refusal(_("That is less than a minute."), field="ended_at")
    day = timezone.localdate(since)
    cut = cut_to_cap(cut, left=volunteer.daily_minutes - queries.minutes_on(volunteer, day))
    if cut.minutes < 1:
        raise DailyCap(
            _("No more than %(hours)s hours count on one day, and this day is full.")
            % {"hours": f"{volunteer.daily_minutes / 60:g}"}
        )
    return cut


@transaction.atomic
def confirm_hours(entry: HoursEntry, *, side: Side, by: Actor) -> HoursEntry:
    """One side says the hours are true; when both have, they go into publicity. Saying it twice changes nothing."""
    if entry.kind == "backdated":
        raise NotAllowed(_("Back-dated hours are decided by a clerk of the community, not confirmed."))
    guard_side(entry, side, by)
    standing = HoursStanding.objects.select_for_update().get(entry=entry)
    if entry.confirmations.filter(side=side).exists():
        return entry
    if standing.state != HoursState.CLAIMED:
        raise TooLate(_("These hours can no longer be confirmed: they were refused or reversed."))

    Confirmation.objects.create(entry=entry, side=side, person_id=by.person)

    record_hours("hours_confirmed", entry, by=by, facts={"side": side})

    # Asked of the table: an entry read for a page carries the confirmations of before.
    if Confirmation.objects.filter(entry=entry).count() == 2:
        publish(entry, by=by)
    return entry


def guard_side(entry: HoursEntry, side: str, by: Actor) -> None:
    """The two sides are two people; gridloop may speak for a side that has proved itself by code or position."""
    if by.person is None:
        return
    own = by.person == entry.volunteer.person_id
    if side == "volunteer" and not own:
        raise NotAllowed(_("Only the volunteer can confirm this side."))
    if side == "receiver" and own:
        raise NotAllowed(
            _("Your own hours are confirmed by the one you helped or by the leader of the shift.")
        )


def publish(entry: HoursEntry, *, by: Actor) -> None:
    """Into publicity: until its end anybody can object."""
    until = timezone.now() + timedelta(days=queries.rules().publicity_days)
    if not shift_state(entry, (HoursState.CLAIMED,), HoursState.PUBLISHED, public_until=until):
        raise TooLate(_("Somebody has decided about these hours meanwhile."))
    set_timer(f"hours:{entry.pk}", "hours_publicity_over", until, {"entry": entry.pk})

    record_hours("hours_published", entry, by=by, before=HoursState.CLAIMED, after=HoursState.PUBLISHED)


@transaction.atomic
def count_hours(entry: HoursEntry, *, by: Actor) -> bool:
    """After the publicity, without an open objection, hours count; whether they do now."""
    over = HoursStanding.objects.filter(
        entry=entry, state=HoursState.PUBLISHED, public_until__lte=timezone.now()
    )
    if over.update(state=HoursState.COUNTED, changed_at=timezone.now()) != 1:
        return False

    record_hours("hours_counted", entry, by=by, before=HoursState.PUBLISHED, after=HoursState.COUNTED)

    return True


@transaction.atomic
def approve_backdated(entry: HoursEntry, *, by: Actor) -> HoursEntry:
    """A clerk who saw the evidence approves; the publicity follows as for all others."""
    guard_decision(entry, by)

    Confirmation.objects.get_or_create(entry=entry, side="clerk", defaults={"person_id": by.person})

    record_hours("hours_approved", entry, by=by, facts={"side": "clerk"})

    publish(entry, by=by)
    return entry


@transaction.atomic
def refuse_hours(entry: HoursEntry, *, reason: str, by: Actor) -> HoursEntry:
    """Claimed hours that are not true: the claim stays readable, and counts for nothing."""
    if entry.kind == "backdated":
        guard_decision(entry, by)
    elif by.person == entry.volunteer.person_id:
        raise NotAllowed(_("Take back your own hours instead."))
    if not reason.strip():
        raise Refusal(_("Say why, the volunteer will read it."), field="reason")
    if not shift_state(entry, (HoursState.CLAIMED,), HoursState.REFUSED):
        raise TooLate(_("Somebody has decided about these hours meanwhile."))

    record_hours(
        "hours_refused",
        entry,
        by=by,
        before=HoursState.CLAIMED,
        after=HoursState.REFUSED,
        words=reason.strip(),
    )

    tell_volunteer(entry, "hours_refused", words=reason.strip())
    return entry


def guard_decision(entry: HoursEntry, by: Actor) -> None:
    """Back-dated hours are approved by a clerk of the place who neither did nor claimed them."""
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not cares_for(person, entry.area_id):
        raise NotAllowed(_("Back-dated hours are decided by a clerk of the community they were done in."))
    if person.pk in (entry.volunteer.person_id, entry.claimed_by_id):
        raise NotAllowed(_("You cannot decide about hours you did or entered yourself. Ask a colleague."))


@transaction.atomic
def reverse_hours(entry: HoursEntry, *, reason: str, by: Actor) -> HoursEntry:
    """Take an entry back by one that stands against it; certificates that rest on it are withdrawn."""
    guard_reversal(entry, reason, by)
    state = HoursStanding.objects.get(entry=entry).state
    if not shift_state(entry, queries.ALIVE, HoursState.REVERSED):
        raise TooLate(_("These hours are reversed or refused already."))

    reversal = HoursEntry.objects.create(
        volunteer=entry.volunteer,
        kind=entry.kind,
        source=entry.source,
        started_at=entry.started_at,
        ended_at=entry.ended_at,
        day=entry.day,
        claimed=0,
        minutes=-entry.minutes,
        area=entry.area,
        reverses=entry,
        reason=reason.strip(),
        claimed_by_id=by.person,
        key=f"reversal:{entry.pk}",
    )
    HoursStanding.objects.create(entry=reversal, state=HoursState.REVERSED)
    cancel_timer(f"hours:{entry.pk}")

    record_hours("hours_reversed", entry, by=by, before=state, after=HoursState.REVERSED, words=reason.strip(),
        facts={"reversal": reversal.pk},
    )  # fmt: skip

    withdraw_certificates_with(entry, by=by)
    if by.person != entry.volunteer.person_id:
        tell_volunteer(entry, "hours_reversed", words=reason.strip())
    return reversal


def guard_reversal(entry: HoursEntry, reason: str, by: Actor) -> None:
    if len(reason.strip()) < 2:
        raise Refusal(_("Say why these hours are taken back."), field="reason")
    if by.person is None or by.person == entry.volunteer.person_id:
        return
    person = Person.objects.filter(pk=by.person).first()
    if person is None or not cares_for(person, entry.area_id):
        raise NotAllowed(_("Hours are taken back by the volunteer or by a clerk of the community."))


def shift_state(entry: HoursEntry, before: tuple[str, ...], after: str, **changes: Any) -> bool:
    """Move the standing of an entry, unless somebody else was faster."""
    mine = HoursStanding.objects.filter(entry=entry, state__in=before)
    return mine.update(state=after, changed_at=timezone.now(), **changes) == 1


def record_hours(
    event: str,
    entry: HoursEntry,
    *,
    by: Actor,
    before: str = "",
    after: str = "",
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """One entry of the journal with all a stranger needs to add hours up: who (by number), when, how many minutes."""
    record(
        event,
        by=by,
        subject_kind="hours",
        subject=entry.pk,
        area=entry.area_id,
        before=before,
        after=after,
        words=words,
        facts={
            "volunteer": entry.volunteer.number,
            "kind": entry.kind,
            "source": entry.source,
            "started_at": entry.started_at.isoformat(),
            "ended_at": entry.ended_at.isoformat(),
            "minutes": entry.minutes,
            **(facts or {}),
        },
    )


@transaction.atomic
def change_rules(
    *, publicity_days: int, overlap: str, late_days: int, oldest_days: int, by: Actor
) -> HoursRules:
    """The county's rules for hours; publicity of at least seven days, as the 2020 measures ask."""
    require(by, "administer")
    if publicity_days < 7:
        raise Refusal(_("Publicity lasts seven days at least."), field="publicity_days")
    if overlap not in ("cut", "refuse"):
        raise Refusal(_("Choose what happens to overlapping hours."), field="overlap")

    rules = queries.rules()
    rules.publicity_days, rules.overlap = publicity_days, overlap
    rules.late_days, rules.oldest_days = late_days, oldest_days
    rules.save()

    record(
        "hours_rules_changed",
        by=by,
        subject_kind="hours_rules",
        subject=rules.pk,
        facts={
            "publicity_days": publicity_days,
            "overlap": overlap,
            "late_days": late_days,
            "oldest_days": oldest_days,
        },
    )

    return rules
