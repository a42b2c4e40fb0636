"""By which ways and when somebody is told: their own wishes, else what is usual; emergencies take every way, at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from gridloop.core.notices.adapters import ADAPTERS
from gridloop.core.notices.models import Channel, Preference, PushSubscription
from gridloop.core.notices.telling import Telling
from gridloop.core.people.models import Person, Post

USUAL = {"reporter": ("push", "sms", "email")}  # the first that reaches; staff:
USUAL_FOR_STAFF = ("push", "email")
ANY_WAY = ("push", "sms", "email")
QUIET_FOR_RESIDENTS = (time(22), time(7))
WINDOW = 60  # seconds in which a unit's news are gathered into one message


@dataclass(frozen=True, slots=True)
class Way:
    """One channel a notice takes, when, and with whom it may share a message."""

    channel: Channel
    due_at: datetime
    group: str = ""


class Routes:
    """Everything needed to find the ways of a batch of notices, read once."""

    def __init__(self, people: Mapping[int, Person], organisations: Collection[int]) -> None:
        self.people = people
        self.shared: dict[str, Channel] = {}
        self.own: dict[int, list[Channel]] = {}
        for channel in Channel.objects.filter(active=True, adapter__in=ADAPTERS).order_by("pk"):
            if channel.organisation_id is None:
                self.shared.setdefault(channel.adapter, channel)
            else:
                self.own.setdefault(channel.organisation_id, []).append(channel)
        self.wishes = {wish.person_id: wish for wish in Preference.objects.filter(person__in=people)}
        self.woken = self.woken_units = frozenset[int]()
        if "push" in self.shared:
            browsers = PushSubscription.objects.all()
            self.woken = frozenset(browsers.filter(person__in=people).values_list("person", flat=True))
            staff = Post.objects.filter(organisation__in=organisations, person__in=browsers.values("person"))
            self.woken_units = (
                frozenset(staff.values_list("organisation", flat=True)) if organisations else frozenset()
            )

    def ways(self, telling: Telling) -> list[Way]:
        """Where this notice goes; the page inside gridloop always comes first."""
        now = timezone.now()
        inside = [Way(self.shared["inapp"], now)] if "inapp" in self.shared else []
        if telling.inside:
            return inside
        if telling.person is None:
            return inside + [
                self.outside(telling, channel, now)
                for channel in self.channels_of_unit(telling.organisation or 0)
            ]
        person = self.people[telling.person]
        return inside + [
            self.outside(telling, self.shared[name], self.quiet_over(telling, now))
            for name in self.names_for(telling, person)
        ]

    def channels_of_unit(self, organisation: int) -> list[Channel]:
        push = [self.shared["push"]] if organisation in self.woken_units else []
        return [
            each
            for each in self.own.get(organisation, [])
            if "organisation" in ADAPTERS[each.adapter].reaches
        ] + push

    def names_for(self, telling: Telling, person: Person) -> list[str]:
        """The adapters that reach this person now: all in an emergency, those they wish for, or the first usual one."""
        reach = {"push": person.pk in self.woken, "sms": bool(person.phone), "email": bool(person.email)}
        usable = [name for name in ANY_WAY if reach[name] and name in self.shared]
        if telling.emergency:
            return usable
        wish = self.wishes.get(person.pk)
        if wish is not None and wish.ways is not None:
            return [name for name in usable if name in wish.ways]
        usual = USUAL.get(telling.audience, USUAL_FOR_STAFF)
        return [name for name in usable if name in usual][:1]

    def outside(self, telling: Telling, channel: Channel, due_at: datetime) -> Way:
        """Staff hear once, not ten times: their news wait a little for company. Residents and emergencies do not."""
        if telling.emergency or telling.audience == "reporter" or not ADAPTERS[channel.adapter].groups:
            return Way(channel, due_at)
        group = f"p{telling.person}" if telling.person else f"o{telling.organisation}"
        window = timedelta(seconds=float(channel.options.get("window", WINDOW)))
        return Way(channel, due_at + window, group)

    def quiet_over(self, telling: Telling, now: datetime) -> datetime:
        """Now, or the end of the person's quiet hours; an emergency never waits."""
        if telling.emergency:
            return now
        wish = self.wishes.get(telling.person or 0)
        since, until = (wish.quiet_from, wish.quiet_until) if wish else (None, None)
        if since is None or until is None:
            if telling.audience != "reporter" or wish is not None:
                return now
            since, until = QUIET_FOR_RESIDENTS
        return end_of_quiet(now, since, until)


def end_of_quiet(now: datetime, since: time, until: time) -> datetime:
    """The end of the quiet hours `now` lies in, else `now`; they may go past midnight."""
    local = timezone.localtime(now)
    clock = local.time()
    quiet = since <= clock < until if since <= until else clock >= since or clock < until
    if not quiet:
        return now
    day = local.date() + timedelta(days=1 if clock >= until else 0)
    return datetime.combine(day, until, tzinfo=local.tzinfo)
