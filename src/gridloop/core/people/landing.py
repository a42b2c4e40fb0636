"""How a row of a spreadsheet becomes an organisation, a person or a post, or changes one."""

from collections.abc import Mapping
from typing import Any, Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import appoint, enrol_person, update_person
from gridloop.core.people.cells import area_by_code, day_of, meaning, organisation_by_code
from gridloop.core.people.models import Organisation, OrganisationKind, Person, Post
from gridloop.core.people.organising import change_organisation, found_organisation
from gridloop.core.people.queries import current_posts
from gridloop.core.people.roles import ROLES

Landed = Literal["made", "changed", "same"]


def land_organisation(values: Mapping[str, str], by: Actor) -> Landed:
    organisation = Organisation.objects.filter(code=values["code"]).first()
    kind = meaning(
        values["kind"], OrganisationKind.choices, _("There is no kind of organisation “%(words)s”.")
    )
    parent = organisation_by_code(values.get("parent", ""))
    area = area_by_code(values.get("area", ""))
    facts: dict[str, Any] = {"name": values["name"], "kind": kind}
    if organisation is None:
        found_organisation(code=values["code"], parent=parent, area=area, by=by, **facts)
        return "made"
    facts |= {"parent": parent or organisation.parent, "area": area or organisation.area}
    return "changed" if change_organisation(organisation, by=by, **facts) else "same"


def land_person(values: Mapping[str, str], by: Actor) -> Landed:
    given = {name: values[name] for name in ("name", "phone", "identity_number", "email") if values.get(name)}
    person = Person.objects.filter(handle=values["handle"].strip()).first()
    if person is None:
        enrol_person(values["handle"], by=by, **given)
        return "made"
    return "changed" if update_person(person, by=by, **given) else "same"


def land_post(values: Mapping[str, str], by: Actor) -> Landed:
    person = Person.objects.filter(handle=values["handle"].strip()).first()
    if person is None:
        raise Refusal(
            _("There is no person with the sign-in name “%(handle)s”.") % {"handle": values["handle"]}
        )
    roles = [(role.name, role.title) for role in ROLES.values()]
    role = meaning(values["role"], roles, _("There is no role “%(words)s”."))
    organisation = organisation_by_code(values.get("organisation", ""))
    area = area_by_code(values.get("area", ""))
    if area is None and organisation is not None and ROLES[role].reach == "area":
        area = organisation.area
    since, until = day_of(values.get("since", "")), day_of(values.get("until", ""))
    held = Post.objects.filter(person=person, role=role, organisation=organisation, area=area)
    held = held.filter(Q(since=since) | Q(since=None) | Q(pk__in=current_posts().values("pk")))
    if held.exists():
        return "same"
    appoint(
        person,
        role,
        organisation=organisation,
        area=area,
        since=since,
        until=until,
        part_time=values.get("part_time", "").casefold() in {"1", "y", "yes", "是", "兼职"},
        by=by,
    )
    return "made"
