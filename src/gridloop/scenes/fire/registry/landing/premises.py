"""Premises from rows, with the persons who own them."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.personal_data import digest
from gridloop.scenes.fire.registry.cells import number_in, phone_in, point_in, words_in, yes_in
from gridloop.scenes.fire.registry.landing.references import References, Values, in_parts
from gridloop.scenes.fire.registry.landing.writing import Counts, Judged, given, write
from gridloop.scenes.fire.registry.models import Premises
from gridloop.scenes.fire.registry.placing import where_is


def prepare_premises(references: References, rows: Sequence[Values]) -> None:
    references.locate(rows)
    codes = {values.get("organisation", "").strip() for values in rows} - {""}
    references.organisations = dict(
        Organisation.objects.filter(code__in=codes, retired_at=None).values_list("code", "pk")
    )


def judge_premises(references: References, values: Values) -> Judged:
    point = point_in(values, references.system)
    if point is not None:
        where = references.where(values)
    elif values.get("grid", "").strip():
        grid, *middle = references.grid(values["grid"].strip())
        where, point = references.within_reach(where_is(grid)), (middle[0], middle[1])
    else:
        raise Refusal(_("Write longitude and latitude, or the code of the grid."))
    organisation = values.get("organisation", "").strip()
    if organisation and organisation not in references.organisations:
        raise Refusal(_("There is no organisation with the code “%(code)s”.") % {"code": organisation[:40]})
    facts: dict[str, Any] = {
        "name": words_in(values, "name", 80),
        "kind": references.premises_kinds.of(values["kind"]),
        "longitude": point[0],
        "latitude": point[1],
        "grid_id": where.grid,
        "community_id": where.community,
        "town_id": where.town,
        "county_id": where.county,
    }
    facts |= given(
        address=words_in(values, "address", 200),
        organisation_id=references.organisations.get(organisation),
        duty_phone=words_in(values, "duty_phone", 30),
        built=number_in(values, "built", 1000, 2200),
        people=number_in(values, "people", 0, 1_000_000),
        electric_bikes=yes_in(values, "electric_bikes"),
    )
    owner = {"phone": phone_in(values, "owner_phone"), "name": words_in(values, "owner", 60)}
    return Judged(words_in(values, "code", 32), facts, owner)


def settle_premises(references: References, rows: list[Judged], counts: Counts) -> None:
    owners = owners_of(rows, references.by)
    for each in rows:
        if each.more["phone"]:
            each.facts["owner_id"] = owners[digest(each.more["phone"])]
    known = {one.code: one for one in in_parts(Premises.objects.all(), "code", [each.key for each in rows])}
    write(Premises, ("code",), rows, known, counts, retired_at=None)


def owners_of(rows: Sequence[Judged], by: Actor) -> dict[str, int]:
    """Persons by digest of their number; those nobody knew are written down as residents."""
    wanted = {digest(each.more["phone"]): each.more for each in rows if each.more["phone"]}
    found = dict(Person.objects.filter(phone_digest__in=list(wanted)).values_list("phone_digest", "pk"))
    none = make_password(None)
    new = [
        Person(name=more["name"], phone=more["phone"], phone_digest=key, password=none)
        for key, more in wanted.items()
        if key not in found
    ]
    if new:
        Person.objects.bulk_create(new, ignore_conflicts=False)
        record_all(new_entry("person_joined", by=by, subject_kind="person", subject=one.pk) for one in new)
        found |= {one.phone_digest: one.pk for one in new}
    return found
