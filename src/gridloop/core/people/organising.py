"""Changes to organisations: founded, changed, dissolved, and paired with each other."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Organisation, OrganisationKind, Partnership
from gridloop.core.people.queries import current_posts, organisations_at_and_below, require
from gridloop.core.territory.models import Area

PARTNERSHIP_KINDS = ("co_building", "twinning", "alliance")


@transaction.atomic
def found_organisation(
    name: str,
    *,
    kind: str,
    code: str,
    parent: Organisation | None = None,
    area: Area | None = None,
    by: Actor,
) -> Organisation:
    """A new organisation under its parent, tied to the area it serves."""
    require(by, "administer")
    organisation = Organisation(code=good_code(code))
    if Organisation.objects.filter(code=organisation.code).exists():
        raise Refusal(_("Another organisation has this code already."), field="code")
    set_facts(organisation, name=name, kind=kind, parent=parent, area=area)
    organisation.save()

    record(
        "organisation_founded",
        by=by,
        subject_kind="organisation",
        subject=organisation.pk,
        area=organisation.area_id,
        after=organisation.kind,
    )
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    kind: str,
    parent: Organisation | None,
    area: Area | None,
    by: Actor,
) -> list[str]:
    """Renames, moves or re-ties an organisation; returns the names of the fields that differ."""
    require(by, "administer")
    before = {field: getattr(organisation, field) for field in ("name", "kind", "parent_id", "area_id")}
    if parent is not None and parent.pk in organisations_at_and_below([organisation.pk]):
        raise Refusal(_("An organisation cannot stand below itself. Choose another parent."), field="parent")
    set_facts(organisation, name=name, kind=kind, parent=parent, area=area)
    changed = [field for field, value in before.items() if getattr(organisation, field) != value]
    if changed:
        organisation.save()
        record(
            "organisation_changed",
            by=by,
            subject_kind="organisation",
            subject=organisation.pk,
            area=organisation.area_id,
            facts={"fields": changed, "before": {field: before[field] for field in changed}},
        )
    return changed


def good_code(code: str) -> str:
    tidied = code.strip()
    if not tidied or len(tidied) > 40:
        raise Refusal(_("An organisation's code has 1 to 40 characters."), field="code")
    return tidied


def set_facts(
    organisation: Organisation, *, name: str, kind: str, parent: Organisation | None, area: Area | None
) -> None:
    if not name.strip() or len(name.strip()) > 120:
        raise Refusal(_("An organisation's name has 1 to 120 characters."), field="name")
    if kind not in OrganisationKind.values:
        raise Refusal(_("There is no kind of organisation “%(kind)s”.") % {"kind": kind}, field="kind")
    if parent is not None and parent.retired_at is not None:
        raise Refusal(_("The parent has been dissolved. Choose another."), field="parent")
    organisation.name, organisation.kind = name.strip(), kind
    organisation.parent, organisation.area = parent, area


@transaction.atomic
def retire_organisation(organisation: Organisation, *, by: Actor) -> Organisation:
    """Dissolves an organisation nobody works in any more; what it did stays on record."""
    require(by, "administer")
    holding = current_posts().filter(organisation=organisation).count()
    if holding:
        raise Refusal(
            ngettext(
                "%(count)d person still holds a post here. End it first.",
                "%(count)d persons still hold posts here. End them first.",
                holding,
            )
            % {"count": holding}
        )
    if organisation.children.filter(retired_at=None).exists():
        raise Refusal(_("Organisations stand below this one. Move or dissolve them first."))
    now = timezone.now()
    if not Organisation.objects.filter(pk=organisation.pk, retired_at=None).update(retired_at=now):
        raise TooLate(_("This organisation has been dissolved already."))
    organisation.retired_at = now

    record(
        "organisation_retired",
        by=by,
        subject_kind="organisation",
        subject=organisation.pk,
        area=organisation.area_id,
    )
    return organisation


@transaction.atomic
def pair_organisations(
    one: Organisation, other: Organisation, *, kind: str, since: datetime.date | None = None, by: Actor
) -> Partnership:
    """Pairs two organisations: co-building, twinning or an alliance."""
    require(by, "administer")
    if kind not in PARTNERSHIP_KINDS:
        raise Refusal(_("There is no kind of partnership “%(kind)s”.") % {"kind": kind}, field="kind")
    if one.pk == other.pk:
        raise Refusal(_("An organisation cannot be paired with itself."), field="other")
    day = since or timezone.localdate()
    both = Q(one=one, other=other) | Q(one=other, other=one)
    if Partnership.objects.filter(both, Q(until=None) | Q(until__gte=day), kind=kind).exists():
        raise Refusal(_("These two are paired in this way already."), field="other")

    partnership = Partnership.objects.create(kind=kind, one=one, other=other, since=day)

    record(
        "organisations_paired",
        by=by,
        subject_kind="organisation",
        subject=one.pk,
        after=kind,
        facts={"partnership": partnership.pk, "other": other.pk},
    )
    return partnership


@transaction.atomic
def end_partnership(partnership: Partnership, *, by: Actor) -> Partnership:
    """Ends a pairing as of today."""
    require(by, "administer")
    today = timezone.localdate()
    if not Partnership.objects.filter(pk=partnership.pk, until=None).update(until=today):
        raise TooLate(_("This partnership has ended already."))
    partnership.until = today

    record(
        "partnership_ended",
        by=by,
        subject_kind="organisation",
        subject=partnership.one_id,
        before=partnership.kind,
        facts={"partnership": partnership.pk, "other": partnership.other_id},
    )
    return partnership
