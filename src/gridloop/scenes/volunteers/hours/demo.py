"""The demo county's hours: a year of them for some volunteers, confirmed, published and counted; some still in publicity."""

from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from gridloop.core.clocks.timers import set_timers
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.scenes.stage import Act, Stage
from gridloop.scenes.volunteers.activities.models import CheckIn
from gridloop.scenes.volunteers.hours.actions import confirm_hours
from gridloop.scenes.volunteers.hours.models import (
    Confirmation,
    HoursEntry,
    HoursStanding,
    HoursState,
    Objection,
)
from gridloop.scenes.volunteers.roster.models import Volunteer

WITH_A_YEAR = 160  # volunteers whose whole year stands in the ledger
PUBLICITY = timedelta(days=7)


def make(stage: Stage) -> None:
    """Hours of attended shifts, and a year of help and visits for some; never two at one time."""
    volunteers = list(
        Volunteer.objects.filter(left_at=None)
        .select_related("person", "community")
        .order_by("pk")[:WITH_A_YEAR]
    )
    entries = [entry for volunteer in volunteers for entry in year_of(stage, volunteer)]
    days = {(one.volunteer_id, one.day) for one in entries}
    entries += hours_of_shifts(days)
    HoursEntry.objects.bulk_create(entries, batch_size=2000)
    standings = [standing_of(stage, entry) for entry in entries]
    HoursStanding.objects.bulk_create(standings, batch_size=2000)
    Confirmation.objects.bulk_create(confirmations_of(entries, standings), batch_size=4000)
    link_check_ins(entries)
    record_all(told(stage, entry, standing) for entry, standing in zip(entries, standings, strict=True))
    set_timers(
        (f"hours:{one.entry_id}", "hours_publicity_over", one.public_until, {"entry": one.entry_id})
        for one in standings
        if one.state == HoursState.PUBLISHED
    )
    show_one_objection(stage, standings)
    stage.progress(f"{len(entries)} entries of hours ...")


def year_of(stage: Stage, volunteer: Volunteer) -> list[HoursEntry]:
    """One stretch on some days of the year: help in the morning, visits in the afternoon."""
    random, made = stage.random, []
    often = 40 if (volunteer.person.handle or "").startswith("demo-") else random.randint(4, 26)
    midnight = timezone.localtime(stage.now).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in sorted(random.sample(range(1, 360), often), reverse=True):
        kind = random.choice(("request", "request", "visit"))
        start = (
            midnight
            - timedelta(days=days)
            + timedelta(hours=9 if kind == "request" else 15, minutes=random.randint(0, 59))
        )
        made.append(
            entry_of(volunteer, kind, days, start, timedelta(minutes=random.choice((30, 45, 60, 90, 120))))
        )
    return made


def entry_of(volunteer: Volunteer, kind: str, source: int, start: datetime, length: timedelta) -> HoursEntry:
    minutes = int(length.total_seconds() // 60)
    return HoursEntry(
        volunteer=volunteer, kind=kind, source=source, started_at=start, ended_at=start + length,
        day=timezone.localdate(start), claimed=minutes, minutes=minutes, area=volunteer.community,
        claimed_by=volunteer.person, key=f"demo:{kind}:{volunteer.pk}:{start:%Y%m%d%H%M}", made_at=start + length,
    )  # fmt: skip


def hours_of_shifts(days: set[tuple[int, date]]) -> list[HoursEntry]:
    """Confirmed attendances, but for days on which something else stands already."""
    rows = CheckIn.objects.filter(confirmed_at__isnull=False, entry=None, out_at__isnull=False)
    made = []
    for row in rows.select_related(
        "signup__volunteer__community", "signup__volunteer__person", "signup__shift"
    ):
        volunteer = row.signup.volunteer
        start = max(row.at, row.signup.shift.since)
        length = min(row.out_at or start, row.signup.shift.until) - start
        if (
            (volunteer.pk, timezone.localdate(start)) in days
            or volunteer.community is None
            or length < timedelta(minutes=5)
        ):
            continue
        made.append(entry_of(volunteer, "shift", row.pk, start, length))
    return made


def standing_of(stage: Stage, entry: HoursEntry) -> HoursStanding:
    """Old ones count; those of the last days are in publicity, some of yesterday's wait for a side."""
    age = stage.now - entry.ended_at
    if age > PUBLICITY + timedelta(hours=6):
        return HoursStanding(entry=entry, state=HoursState.COUNTED, public_until=entry.ended_at + PUBLICITY)
    if age < timedelta(days=2) and stage.random.random() < 0.5:
        return HoursStanding(entry=entry, state=HoursState.CLAIMED)
    return HoursStanding(
        entry=entry, state=HoursState.PUBLISHED, public_until=entry.ended_at + PUBLICITY + timedelta(hours=7)
    )


def confirmations_of(entries: list[HoursEntry], standings: list[HoursStanding]) -> list[Confirmation]:
    """Both sides of what is published; of claimed ones the other side has confirmed and the volunteer has not."""
    made = []
    for entry, standing in zip(entries, standings, strict=True):
        made.append(Confirmation(entry=entry, side="receiver", at=entry.ended_at + timedelta(minutes=20)))
        if standing.state != HoursState.CLAIMED:
            made.append(
                Confirmation(
                    entry=entry,
                    side="volunteer",
                    person=entry.volunteer.person,
                    at=entry.ended_at + timedelta(minutes=5),
                )
            )
    return made


def link_check_ins(entries: list[HoursEntry]) -> None:
    of_shifts = {entry.source: entry for entry in entries if entry.kind == "shift"}
    rows = list(CheckIn.objects.filter(pk__in=of_shifts))
    for row in rows:
        row.entry = of_shifts[row.pk]
    CheckIn.objects.bulk_update(rows, ["entry"], batch_size=1000)


def told(stage: Stage, entry: HoursEntry, standing: HoursStanding) -> Entry:
    """What the journal says of an entry: the last thing that happened to it."""
    event = {"counted": "hours_counted", "published": "hours_published"}.get(standing.state, "hours_claimed")
    at = entry.ended_at + PUBLICITY if event == "hours_counted" else entry.ended_at + timedelta(minutes=30)
    return new_entry(
        event, by=stage.by, at=at, subject_kind="hours", subject=entry.pk, area=entry.area_id, after=standing.state,
        facts={
            "volunteer": entry.volunteer.number, "kind": entry.kind, "source": entry.source,
            "started_at": entry.started_at.isoformat(), "ended_at": entry.ended_at.isoformat(), "minutes": entry.minutes,
        },
    )  # fmt: skip


def show_one_objection(stage: Stage, standings: list[HoursStanding]) -> None:
    """In the visitors' community a neighbour doubts an entry."""
    shown = Volunteer.objects.filter(person__handle="demo-volunteer").first()
    if shown is None or shown.community is None:
        return
    near = [
        one
        for one in standings
        if one.state == HoursState.PUBLISHED and one.entry.area_id == shown.community_id
    ]
    if near:
        doubted = near[-1]
        Objection.objects.create(
            entry=doubted.entry,
            person=None,
            words="当天下雨，活动应该没有举行，请核实。",
            made_at=stage.now - timedelta(hours=5),
        )
        HoursStanding.objects.filter(pk=doubted.pk).update(state=HoursState.OBJECTED)


def volunteer_confirms(random: Random) -> object:
    """A volunteer confirms hours the other side has confirmed."""
    waiting = HoursEntry.objects.filter(
        standing__state=HoursState.CLAIMED, confirmations__side="receiver"
    ).exclude(kind="backdated")
    entries = list(
        waiting.exclude(volunteer__person__handle__startswith="demo-").select_related("volunteer__person")[
            :20
        ]
    )
    if not entries:
        return None
    entry = random.choice(entries)
    return confirm_hours(entry, side="volunteer", by=Actor("person", person=entry.volunteer.person_id))


ACTS = (Act("confirm_hours", 0.8, volunteer_confirms),)
