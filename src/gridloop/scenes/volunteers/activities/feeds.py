"""Calendar addresses: iCalendar (RFC 5545) for a person and for a team, behind a secret that can be renewed."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vGeo

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.scenes.volunteers.activities import queries
from gridloop.scenes.volunteers.activities.models import CalendarFeed, Shift, Signup, SignupState
from gridloop.scenes.volunteers.roster.models import Team, Volunteer
from gridloop.scenes.volunteers.roster.queries import teams_led_by, volunteer_of

KEPT = timedelta(days=90)
ALARM = timedelta(hours=2)


def feed_of_person(person: Person) -> CalendarFeed:
    """The person's address, made when it is asked for first."""
    return CalendarFeed.objects.filter(person=person).first() or new_feed(person=person)


def feed_of_team(team: Team) -> CalendarFeed:
    return CalendarFeed.objects.filter(team=team).first() or new_feed(team=team)


def new_feed(*, person: Person | None = None, team: Team | None = None) -> CalendarFeed:
    token = secrets.token_urlsafe(32)
    return CalendarFeed.objects.create(person=person, team=team, token=token, token_digest=digest(token))


@transaction.atomic
def renew_feed(feed: CalendarFeed, *, by: Actor) -> CalendarFeed:
    """A new address; the old one shows nothing from now on."""
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    own = person is not None and feed.person_id == person.pk
    leads = person is not None and feed.team_id and teams_led_by(person).filter(pk=feed.team_id).exists()
    if not own and not leads:
        raise NotAllowed(_("A calendar address is renewed by whoever it belongs to."))
    token = secrets.token_urlsafe(32)
    feed.token, feed.token_digest, feed.renewed_at = token, digest(token), timezone.now()
    feed.save()

    record("calendar_address_renewed", by=by, subject_kind="calendar_feed", subject=feed.pk)

    return feed


def feed_by_token(token: str) -> CalendarFeed | None:
    return (
        CalendarFeed.objects.select_related("person", "team__organisation")
        .filter(token_digest=digest(token))
        .first()
    )


def calendar_of(feed: CalendarFeed, *, site: str) -> bytes:
    """What a calendar program fetches: the shifts of a person or of a team, cancelled ones marked as such."""
    since = timezone.now() - KEPT
    if feed.team is not None:
        shifts = Shift.objects.filter(activity__team=feed.team, since__gt=since)
        found = shifts.select_related("activity").order_by("since")
        return written(feed.team.organisation.name, (event_of_shift(one, site) for one in found))
    volunteer = volunteer_of(feed.person)
    return written(_("Volunteering"), events_of_volunteer(volunteer, since, site) if volunteer else ())


def events_of_volunteer(volunteer: Volunteer, since: object, site: str) -> Iterable[Event]:
    for signup in queries.signups_of(volunteer).filter(shift__since__gt=since):
        yield event_of_signup(signup, site)


def written(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//gridloop//volunteers//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "PT1H")
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def event_of_shift(shift: Shift, site: str) -> Event:
    """One shift: the same UID for ever, SEQUENCE grows with each change."""
    activity, event = shift.activity, Event()
    called_off = shift.cancelled_at is not None or activity.cancelled_at is not None
    event.add("uid", f"shift-{shift.pk}@gridloop")
    event.add("dtstamp", shift.changed_at)
    event.add("sequence", shift.edition)
    event.add("dtstart", shift.since)
    event.add("dtend", shift.until)
    event.add("summary", activity.title)
    event.add("description", activity.words)
    event.add("location", activity.place)
    event["geo"] = vGeo((activity.latitude, activity.longitude))
    event.add("url", f"{site}/activities/{activity.key}/")
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    if not called_off:
        event.add_component(alarm(activity.title))
    return event


def event_of_signup(signup: Signup, site: str) -> Event:
    """A shift as somebody stands to it: waiting is tentative, a cancelled sign-up a cancelled event."""
    event = event_of_shift(signup.shift, site)
    event["sequence"] = signup.shift.edition + signup.edition
    if signup.state == SignupState.CANCELLED:
        event["status"] = "CANCELLED"
        event.subcomponents.clear()
    elif signup.state == SignupState.WAITING:
        event["status"] = "TENTATIVE"
        event["summary"] = _("Waiting list: %(title)s") % {"title": signup.shift.activity.title}
    return event


def alarm(words: str) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", words)
    made.add("trigger", -ALARM)
    return made
