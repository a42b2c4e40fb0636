"""Every change to persons, posts and preferences; organisations and privacy have modules of their own."""

import datetime
import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Delegation, Organisation, Person, Post, RecoveryCode, SessionRecord
from gridloop.core.people.organising import found_organisation, retire_organisation
from gridloop.core.people.personal_data import digest
from gridloop.core.people.privacy import erase_person, export_person, unmask
from gridloop.core.people.queries import current_posts, forget_hats, in_force, require
from gridloop.core.people.roles import ROLES
from gridloop.core.people.validity import is_identity_number, is_mobile_number, tidy, tidy_phone
from gridloop.core.territory.models import Area

__all__ = [
    "appoint",
    "change_language",
    "change_password",
    "close_account",
    "delegate",
    "end_post",
    "enrol_person",
    "erase_person",
    "export_person",
    "found_organisation",
    "issue_password",
    "person_by_phone",
    "reset_second_factor",
    "retire_organisation",
    "switch_large_text",
    "unmask",
    "update_person",
    "withdraw_delegation",
]


@transaction.atomic
def appoint(
    person: Person,
    role: str,
    *,
    organisation: Organisation | None = None,
    area: Area | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    part_time: bool = False,
    by: Actor,
) -> Post:
    """Gives a person a post. A role with an area takes the organisation's area when none is said."""
    require(by, "administer")
    guard_role(role)
    if area is None and organisation is not None and ROLES[role].reach == "area":
        area = organisation.area
    guard_place(role, organisation, area)
    guard_dates(since, until)
    if not person.is_active:
        raise Refusal(_("This account is closed. Open it again before giving it a post."), field="person")
    day = max(since or timezone.localdate(), timezone.localdate())
    if Post.objects.filter(
        in_force(day), person=person, role=role, organisation=organisation, area=area
    ).exists():
        raise Refusal(_("This person holds this very post already."), code="doubled_post")

    post = Post.objects.create(
        person=person,
        role=role,
        organisation=organisation,
        area=area,
        since=since,
        until=until,
        part_time=part_time,
    )

    record(
        "post_given",
        by=by,
        subject_kind="person",
        subject=person.pk,
        area=area.pk if area else None,
        after=role,
        facts={"post": post.pk, "organisation": organisation.pk if organisation else None},
    )
    forget_hats(person)
    return post


def guard_role(role: str) -> None:
    if role not in ROLES:
        raise Refusal(_("There is no role “%(role)s”.") % {"role": role}, field="role")


def guard_place(role: str, organisation: Organisation | None, area: Area | None) -> None:
    """An area role without an area would see nothing or everything; so neither exists."""
    reach = ROLES[role].reach
    if reach == "area" and area is None:
        raise Refusal(_("This role needs an area. Say which."), field="area")
    if reach == "organisation" and organisation is None:
        raise Refusal(_("This role needs an organisation. Say which."), field="organisation")
    if area is not None and area.retired_at is not None:
        raise Refusal(_("This area is no longer in use. Choose the one that took its place."), field="area")
    if organisation is not None and organisation.retired_at is not None:
        raise Refusal(_("This organisation has been dissolved. Choose another."), field="organisation")


def guard_dates(since: datetime.date | None, until: datetime.date | None) -> None:
    if since and until and until < since:
        raise Refusal(_("The last day lies before the first. Check both."), field="until")


@transaction.atomic
def end_post(post: Post, *, last_day: datetime.date | None = None, by: Actor) -> Post:
    """Ends a post: yesterday was its last day unless said otherwise, so that it stops counting at once."""
    require(by, "administer")
    day = last_day or timezone.localdate() - datetime.timedelta(days=1)
    not_over = Q(until=None) | Q(until__gte=timezone.localdate())
    if not Post.objects.filter(not_over, pk=post.pk).update(until=day):
        raise TooLate(_("This post has ended already."))
    post.until = day

    record(
        "post_ended",
        by=by,
        subject_kind="person",
        subject=post.person_id,
        area=post.area_id,
        before=post.role,
        facts={"post": post.pk, "last_day": day.isoformat()},
    )
    return post


@transaction.atomic
def delegate(
    post: Post, stand_in: Person, *, since: datetime.datetime, until: datetime.datetime, by: Actor
) -> Delegation:
    """Lets somebody stand in while the holder is on leave; the holder or an administrator may say so."""
    if by.person != post.person_id:
        require(by, "administer")
    if not current_posts().filter(pk=post.pk).exists():
        raise TooLate(_("This post has ended. There is nothing to stand in for."))
    if stand_in.pk == post.person_id:
        raise Refusal(_("Nobody can stand in for themselves. Choose a colleague."), field="stand_in")
    if not stand_in.is_active or not current_posts().filter(person=stand_in).exists():
        raise Refusal(_("Only a colleague who holds a post can stand in."), field="stand_in")
    if until <= max(since, timezone.now()):
        raise Refusal(_("The leave must end after it begins, and not in the past."), field="until")
    overlapping = post.delegations.filter(withdrawn_at=None, since__lt=until, until__gt=since)
    if overlapping.exists():
        raise Refusal(_("Somebody stands in during this time already. Withdraw that first."), field="since")

    delegation = Delegation.objects.create(post=post, stand_in=stand_in, since=since, until=until)

    record(
        "post_delegated",
        by=by,
        subject_kind="person",
        subject=post.person_id,
        area=post.area_id,
        after=post.role,
        facts={
            "delegation": delegation.pk,
            "post": post.pk,
            "stand_in": stand_in.pk,
            "since": since.isoformat(),
            "until": until.isoformat(),
        },
    )
    forget_hats(stand_in)
    return delegation


@transaction.atomic
def withdraw_delegation(delegation: Delegation, *, by: Actor) -> Delegation:
    """Takes a delegation back before its end."""
    if by.person not in (delegation.post.person_id, delegation.stand_in_id):
        require(by, "administer")
    now = timezone.now()
    standing = Delegation.objects.filter(pk=delegation.pk, withdrawn_at=None, until__gt=now)
    if not standing.update(withdrawn_at=now):
        raise TooLate(_("This delegation has ended already."))
    delegation.withdrawn_at = now

    record(
        "delegation_withdrawn",
        by=by,
        subject_kind="person",
        subject=delegation.post.person_id,
        facts={"delegation": delegation.pk, "stand_in": delegation.stand_in_id},
    )
    return delegation


@transaction.atomic
def person_by_phone(phone: str, *, name: str = "", by: Actor) -> Person:
    """The person with this mobile number; a resident who is new is written down."""
    number = good_phone(phone)
    known = Person.objects.filter(phone_digest=digest(number)).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            person = Person.objects.create(
                name=name.strip(), phone=number, phone_digest=digest(number), password=make_password(None)
            )
    except IntegrityError:  # somebody else wrote the same number down at this moment
        return Person.objects.get(phone_digest=digest(number))
    record("person_joined", by=by, subject_kind="person", subject=person.pk)
    return person


def good_phone(phone: str) -> str:
    if not is_mobile_number(phone):
        raise Refusal(_("This is not a mobile number. Enter the 11 digits, e.g. 13800138000."), field="phone")
    return tidy_phone(phone)


@transaction.atomic
def enrol_person(
    handle: str,
    *,
    name: str,
    phone: str = "",
    identity_number: str = "",
    email: str = "",
    password: str | None = None,
    by: Actor,
) -> Person:
    """Opens a staff account. Without a password, `issue_password` gives a first one."""
    require(by, "administer")
    person = Person(handle=good_handle(handle), name=good_name(name), email=email.strip())
    set_numbers(person, phone, identity_number)
    person.set_password(password)
    save_new(person)

    record("person_enrolled", by=by, subject_kind="person", subject=person.pk)
    return person


def good_handle(handle: str) -> str:
    tidied = handle.strip()
    if not tidied or len(tidied) > 64 or any(character.isspace() for character in tidied):
        raise Refusal(_("A sign-in name has 1 to 64 characters and no blanks."), field="handle")
    return tidied


def good_name(name: str) -> str:
    if not name.strip():
        raise Refusal(_("Enter the person's name."), field="name")
    return name.strip()


def set_numbers(person: Person, phone: str, identity_number: str) -> None:
    person.phone = good_phone(phone) if phone.strip() else ""
    person.phone_digest = digest(person.phone)
    if identity_number.strip() and not is_identity_number(identity_number):
        raise Refusal(
            _("This identity number is not valid. Compare its 18 characters."), field="identity_number"
        )
    person.identity_number = tidy(identity_number)


def save_new(person: Person) -> None:
    if Person.objects.filter(handle=person.handle).exclude(pk=person.pk).exists():
        raise Refusal(_("This sign-in name is taken. Choose another."), field="handle")
    taken = Person.objects.filter(phone_digest=person.phone_digest).exclude(pk=person.pk)
    if person.phone_digest and taken.exists():
        raise Refusal(_("This mobile number belongs to another person already."), field="phone")
    person.save()


@transaction.atomic
def update_person(
    person: Person,
    *,
    name: str | None = None,
    phone: str | None = None,
    identity_number: str | None = None,
    email: str | None = None,
    by: Actor,
) -> list[str]:
    """Changes what is given and returns the names of the fields that differ; the journal gets no contents."""
    if by.person != person.pk:
        require(by, "administer")
    before = {field: getattr(person, field) for field in ("name", "phone", "identity_number", "email")}
    if name is not None:
        person.name = good_name(name)
    if email is not None:
        person.email = email.strip()
    set_numbers(
        person,
        person.phone if phone is None else phone,
        person.identity_number if identity_number is None else identity_number,
    )
    changed = [field for field, value in before.items() if getattr(person, field) != value]
    if changed:
        save_new(person)
        record("person_changed", by=by, subject_kind="person", subject=person.pk, facts={"fields": changed})
    return changed


@transaction.atomic
def close_account(person: Person, *, by: Actor) -> Person:
    """The person can no longer sign in; their posts end and their sessions with them."""
    require(by, "administer")
    if by.person == person.pk:
        raise NotAllowed(_("You cannot close your own account. Ask another administrator."))
    if not Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise TooLate(_("This account is closed already."))
    person.is_active = False
    not_over = Q(until=None) | Q(until__gte=timezone.localdate())
    for post in Post.objects.filter(not_over, person=person):
        end_post(post, by=by)
    SessionRecord.objects.filter(person=person).delete()

    record("account_closed", by=by, subject_kind="person", subject=person.pk)
    forget_hats(person)
    return person


@transaction.atomic
def issue_password(person: Person, *, by: Actor) -> str:
    """A first (or forgotten) password, returned once and to be replaced at the next sign-in; sessions end."""
    require(by, "administer")
    if not person.handle:
        raise Refusal(_("Only staff with a sign-in name have a password."), field="handle")
    password = "-".join(secrets.token_hex(2) for _part in range(4))
    person.set_password(password)
    person.password_issued = True
    person.save(update_fields=["password", "password_issued"])
    SessionRecord.objects.filter(person=person).delete()

    record("password_issued", by=by, subject_kind="person", subject=person.pk)
    return password


@transaction.atomic
def change_password(person: Person, *, new: str, by: Actor) -> None:
    """The person's own new password; every other session ends with the old one."""
    if by.person != person.pk:
        raise NotAllowed(_("Only the person themselves can choose their password."))
    try:
        validate_password(new, person)
    except ValidationError as weak:
        raise Refusal(" ".join(weak.messages), field="new") from weak
    if person.check_password(new):
        raise Refusal(_("This is the old password. Choose another."), field="new")
    person.set_password(new)
    person.password_issued = False
    person.save(update_fields=["password", "password_issued"])

    record("password_changed", by=by, subject_kind="person", subject=person.pk)


@transaction.atomic
def reset_second_factor(person: Person, *, by: Actor) -> None:
    """For a lost phone without recovery codes: the person enrols anew at the next sign-in."""
    require(by, "administer")
    Person.objects.filter(pk=person.pk).update(one_time_secret="", one_time_step=0)
    person.one_time_secret = ""
    RecoveryCode.objects.filter(person=person).delete()
    SessionRecord.objects.filter(person=person).delete()

    record("second_factor_reset", by=by, subject_kind="person", subject=person.pk)


@transaction.atomic
def change_language(person: Person, language: str, *, by: Actor) -> None:
    """The language of pages and notices for this person."""
    try:
        chosen = get_supported_language_variant(language)
    except LookupError as unknown:
        raise Refusal(_("This language is not available."), field="language") from unknown
    if Person.objects.filter(pk=person.pk).exclude(language=chosen).update(language=chosen):
        person.language = chosen
        record("language_changed", by=by, subject_kind="person", subject=person.pk, after=chosen)


@transaction.atomic
def switch_large_text(person: Person, on: bool, *, by: Actor) -> None:
    """Elder mode: large text and few choices."""
    if Person.objects.filter(pk=person.pk, large_text=not on).update(large_text=on):
        person.large_text = on
        record(
            "large_text_switched",
            by=by,
            subject_kind="person",
            subject=person.pk,
            after="on" if on else "off",
        )
