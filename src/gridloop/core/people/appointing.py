"""Who holds which post, from when until when, and who stands in for them."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Delegation, Organisation, Person, Post
from gridloop.core.people.queries import current_posts, forget_hats, in_force, require
from gridloop.core.people.roles import ROLES
from gridloop.core.territory.models import Area


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
