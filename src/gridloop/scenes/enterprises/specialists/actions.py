"""Every write about specialists: who answers for what, and who goes on leave."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.actions import appoint, delegate, end_post
from gridloop.core.people.models import Delegation, Organisation, Person, Post
from gridloop.core.people.queries import current_posts, require
from gridloop.core.territory import tree
from gridloop.scenes.enterprises.matters.queries import classes
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty

ROLE = "specialist"


@transaction.atomic
def save_duty(
    person: Person,
    organisation: Organisation,
    *,
    codes: Sequence[str] = (),
    towns: Sequence[int] = (),
    deputy: Person | None = None,
    title: str = "",
    by: Actor,
) -> tuple[SpecialistDuty, str]:
    """What somebody answers for, new or changed; the post of a specialist comes with it. ("made", "changed", "same")"""
    require(by, "administer")
    guard_duty(person, codes, towns, deputy)

    wanted = {"classes": sorted(set(codes)), "towns": sorted(set(towns)), "title": title.strip()[:60]}
    wanted["deputy_id"] = deputy.pk if deputy else None  # type: ignore[assignment]
    duty, made = SpecialistDuty.objects.get_or_create(
        person=person, organisation=organisation, retired_at=None, defaults=wanted
    )
    changed = [name for name, value in wanted.items() if getattr(duty, name) != value]
    if changed:
        SpecialistDuty.objects.filter(pk=duty.pk).update(**wanted)
        duty.refresh_from_db()
    if not current_posts().filter(role=ROLE, person=person, organisation=organisation).exists():
        appoint(person, ROLE, organisation=organisation, by=by)
    if not made and not changed:
        return duty, "same"

    record("specialist_saved", by=by, subject_kind="specialist", subject=duty.pk,
           facts={"person": person.pk, "organisation": organisation.pk, "fields": changed})  # fmt: skip
    return duty, "made" if made else "changed"


def guard_duty(person: Person, codes: Sequence[str], towns: Sequence[int], deputy: Person | None) -> None:
    known = set(classes().values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Refusal(
            _("There is no class “%(code)s” among the matters.") % {"code": unknown[0]}, field="classes"
        )
    picture = tree.current()
    if any(town not in picture or picture.level(town) != "town" for town in towns):
        raise Refusal(_("Choose towns of this county."), field="towns")
    if deputy is not None and deputy.pk == person.pk:
        raise Refusal(_("Nobody is their own deputy. Choose a colleague."), field="deputy")


@transaction.atomic
def retire_duty(duty: SpecialistDuty, *, by: Actor) -> None:
    """Somebody answers no longer; what they have in hand stays theirs until it is handed over."""
    require(by, "administer")
    if SpecialistDuty.objects.filter(pk=duty.pk, retired_at=None).update(retired_at=timezone.now()) != 1:
        raise TooLate(_("This duty has ended already."))
    for post in current_posts().filter(role=ROLE, person=duty.person_id, organisation=duty.organisation_id):
        end_post(post, by=by)

    record("specialist_retired", by=by, subject_kind="specialist", subject=duty.pk,
           facts={"person": duty.person_id})  # fmt: skip


@transaction.atomic
def send_on_leave(
    duty: SpecialistDuty,
    *,
    since: datetime.datetime,
    until: datetime.datetime,
    stand_in: Person | None = None,
    by: Actor,
) -> Delegation:
    """The deputy (or who is named) stands in; matters not yet taken go along when the leave begins now."""
    chosen = stand_in or duty.deputy
    if chosen is None:
        raise Refusal(_("Name a deputy first, or choose who stands in."), field="stand_in")
    post = Post.objects.filter(
        pk__in=current_posts().values("pk"),
        role=ROLE,
        person=duty.person_id,
        organisation=duty.organisation_id,
    ).first()
    if post is None:
        raise TooLate(_("This specialist holds no post any more."))

    lent = delegate(post, chosen, since=since, until=until, by=by)
    if since <= timezone.now():
        for case in Case.objects.filter(kind="matter", open=True, step="dispatched", worker=duty.person_id):
            reason = _("On leave until %(day)s") % {"day": timezone.localtime(until).date().isoformat()}
            move_case(
                case,
                "hand_over",
                by=Actor("person", person=duty.person_id, post=post.pk),
                facts={"specialist": chosen.pk, "reason": reason},
            )

    return lent
