"""Signed-in browsers: begun, kept awake, listed for their owner, and ended one by one or all at once."""

import datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.devices import device_words
from gridloop.core.people.models import Person, SessionRecord
from gridloop.core.people.queries import staff_hats
from gridloop.core.people.session_store import key_digest

TOUCH_EVERY = datetime.timedelta(minutes=2)
RESIDENT_DAYS = 30


def begin_session(request: HttpRequest, person: Person, *, how: str) -> None:
    """Signs the browser in under a new session key. Staff sleep after idling; residents stay for a month."""
    with transaction.atomic():
        login(request, person, backend="gridloop.core.people.signing_in.PeopleBackend")
        request.session["device"] = device_words(request.headers.get("User-Agent", ""))
        if staff_hats(person):
            request.session["idle_seconds"] = settings.IDLE_MINUTES * 60
            request.session.set_expiry(settings.SESSION_COOKIE_AGE)
        else:
            request.session.set_expiry(RESIDENT_DAYS * 24 * 3600)
        request.session.save()
        record(
            "signed_in",
            by=Actor("person", person=person.pk),
            subject_kind="person",
            subject=person.pk,
            facts={"how": how},
        )


def end_session(request: HttpRequest) -> None:
    """Signs this browser out."""
    person = request.user.pk if request.user.is_authenticated else None
    with transaction.atomic():
        logout(request)
        if person:
            record("signed_out", by=Actor("person", person=person), subject_kind="person", subject=person)


def keep_awake(request: HttpRequest) -> None:
    """Pushes the idle limit along, at most every two minutes so that reading costs no writes."""
    row: SessionRecord | None = getattr(request.session, "record", None)
    now = timezone.now()
    if row is None or row.person_id is None or now - row.seen_at < TOUCH_EVERY:
        return
    idle = request.session.get("idle_seconds")
    SessionRecord.objects.filter(pk=row.pk).update(
        seen_at=now, idle_until=now + datetime.timedelta(seconds=idle) if idle else None
    )


def open_sessions(person: Person) -> QuerySet[SessionRecord]:
    """The browsers in which this person is signed in now, last used first."""
    now = timezone.now()
    awake = Q(idle_until=None) | Q(idle_until__gt=now)
    return SessionRecord.objects.filter(awake, person=person, expire_date__gt=now).order_by("-seen_at")


def is_this_browser(row: SessionRecord, request: HttpRequest) -> bool:
    return row.pk == key_digest(request.session.session_key)


@transaction.atomic
def revoke_session(person: Person, key: str, *, by: Actor) -> None:
    """Ends one of this person's sessions, wherever it is."""
    deleted, _rows = SessionRecord.objects.filter(pk=key, person=person).delete()
    if not deleted:
        raise NotFound(_("This session has ended already."))
    record("session_revoked", by=by, subject_kind="person", subject=person.pk)


@transaction.atomic
def sign_out_everywhere(person: Person, *, by: Actor, but: str | None = None) -> int:
    """Ends all sessions of this person, except the browser with the session key `but`; returns how many."""
    rows = SessionRecord.objects.filter(person=person).exclude(pk=key_digest(but) if but else "")
    ended, _rows = rows.delete()
    record(
        "signed_out_everywhere", by=by, subject_kind="person", subject=person.pk, facts={"sessions": ended}
    )
    return ended
