"""What people are owed about their data: unmasked only for a reason, handed out whole, erased on request."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal, TooLate
from gridloop.core.people.acquaintance import can_see_person
from gridloop.core.people.cards import PERSONAL_FIELDS
from gridloop.core.people.models import Delegation, Person, Post
from gridloop.core.people.queries import current_posts, may, require, unmaskings_of

SHORTEST_REASON = 4  # characters: "核实案情" is a reason, "看看" is none

# Packages further down add what they hold of a person (for the export), and how they erase it (a count).
holdings: dict[str, Callable[[Person], Any]] = {}
erasers: dict[str, Callable[[Person], int]] = {}


@transaction.atomic
def unmask(person: Person, field: str, *, reason: str, by: Actor) -> str:
    """One value in plain, for a reason that is journalled and shown to the person concerned."""
    if field not in PERSONAL_FIELDS:
        raise NotFound(_("There is no such field."))
    if by.person != person.pk:
        guard_unmasking(person, reason, by)

    value = str(getattr(person, field))

    if by.person != person.pk:
        record(
            "data_unmasked",
            by=by,
            subject_kind="person",
            subject=person.pk,
            words=reason.strip(),
            facts={"field": field},
        )
    return value


def guard_unmasking(person: Person, reason: str, by: Actor) -> None:
    viewer = Person.objects.filter(pk=by.person).first() if by.person else None
    if viewer is None or not (may(viewer, "unmask") or may(viewer, "administer")):
        raise NotAllowed(_("None of your posts allows this. Ask your command room to look it up."))
    if not can_see_person(viewer, person):
        raise NotFound(_("There is no such person in your reach."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(
            _("Say in a few words why you need to see this. The person concerned can read it."),
            field="reason",
        )


@transaction.atomic
def export_person(person: Person, *, by: Actor) -> dict[str, Any]:
    """Everything held about a person, ready for JSON; for the person themselves or an administrator."""
    if by.person != person.pk:
        require(by, "administer")
    held = everything_held(person)

    record("person_exported", by=by, subject_kind="person", subject=person.pk)
    return held


def everything_held(person: Person) -> dict[str, Any]:
    return {
        "exported_at": timezone.now().isoformat(),
        "person": {
            "number": person.pk,
            "handle": person.handle or "",
            **{field: getattr(person, field) for field in PERSONAL_FIELDS},
            "language": person.language,
            "large_text": person.large_text,
            "joined_at": person.joined_at.isoformat(),
            "last_signed_in": person.last_login.isoformat() if person.last_login else "",
        },
        "posts": [
            post_facts(post) for post in person.posts.select_related("organisation", "area").order_by("pk")
        ],
        "stands_in": [
            {"post": row.post_id, "since": row.since.isoformat(), "until": row.until.isoformat()}
            for row in Delegation.objects.filter(stand_in=person).order_by("pk")
        ],
        "sessions": [
            {"device": row.device, "since": row.started_at.isoformat(), "last_seen": row.seen_at.isoformat()}
            for row in person.sessions.order_by("-seen_at")
        ],
        "outside_accounts": list(person.outside_accounts.values("issuer", "subject")),
        "looked_at_by": [
            {
                "at": entry.at.isoformat(),
                "who": entry.person,
                "field": entry.facts["field"],
                "why": entry.words,
            }
            for entry in unmaskings_of(person)
        ],
        **{name: holding(person) for name, holding in holdings.items()},
    }


def post_facts(post: Post) -> dict[str, Any]:
    return {
        "role": post.role,
        "organisation": post.organisation.name if post.organisation else "",
        "area": post.area.name if post.area else "",
        "since": post.since.isoformat() if post.since else "",
        "until": post.until.isoformat() if post.until else "",
    }


@transaction.atomic
def erase_person(person: Person, *, by: Actor, words: str = "", rule: str = "request") -> Person:
    """Anonymises: what they did stays countable, who they were is gone; the journal keeps the ledger."""
    if by.person != person.pk:
        require(by, "administer")
    if current_posts().filter(person=person).exists():
        raise Refusal(_("This person still holds a post. End it first, then erase."), code="holds_post")

    now = timezone.now()
    blank: dict[str, Any] = dict.fromkeys((*PERSONAL_FIELDS, "phone_digest", "one_time_secret"), "")
    kept = Person.objects.filter(pk=person.pk, erased_at=None)
    if not kept.update(**blank, handle=None, is_active=False, erased_at=now, password=make_password(None)):
        raise TooLate(_("This person's data were erased already."))
    counts = {
        "sessions": person.sessions.all().delete()[0],
        "recovery_codes": person.recovery_codes.all().delete()[0],
        "outside_accounts": person.outside_accounts.all().delete()[0],
        **{name: eraser(person) for name, eraser in erasers.items()},
    }

    record(
        "person_erased",
        by=by,
        subject_kind="person",
        subject=person.pk,
        words=words,
        facts={"rule": rule, "fields": list(PERSONAL_FIELDS), "counts": counts},
    )
    person.refresh_from_db()
    return person
