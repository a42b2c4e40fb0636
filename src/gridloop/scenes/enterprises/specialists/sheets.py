"""Specialists as a spreadsheet: the platform's own list lands here, row by row, each wrong one with a reason."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.cells import organisation_by_code
from gridloop.core.people.landing import Landed
from gridloop.core.people.models import Person
from gridloop.core.people.sheets import SHEETS, Column, Sheet
from gridloop.core.territory import tree
from gridloop.core.territory.queries import area_with_code
from gridloop.scenes.enterprises.matters.queries import classes
from gridloop.scenes.enterprises.specialists.actions import save_duty
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty

SEPARATORS = re.compile(r"[,，、;；\s]+")


def parts(cell: str) -> list[str]:
    return [part for part in SEPARATORS.split(cell) if part]


def person_named(cell: str) -> Person | None:
    """A sign-in name, or a mobile number."""
    if not cell:
        return None
    known = Person.objects.filter(handle=cell, is_active=True).first()
    return known or (
        Person.objects.filter(phone_digest__gt="", handle=cell).first() if not cell.isdigit() else None
    )


def land_specialist(values: Mapping[str, str], by: Actor) -> Landed:
    unit = organisation_by_code(values["organisation"])
    if unit is None:
        raise Refusal(_("The organisation code is empty."))
    person = person_named(values["person"])
    if person is None:
        if not values["person"].replace(" ", "").isdigit():
            raise Refusal(
                _("Nobody signs in as “%(name)s”. Give a sign-in name or a mobile number.")
                % {"name": values["person"]}
            )
        person = person_by_phone(values["person"], name=values.get("name", ""), by=by)
    deputy = person_named(values.get("deputy", ""))
    if values.get("deputy") and deputy is None:
        raise Refusal(_("The deputy “%(name)s” is not known.") % {"name": values["deputy"]})
    _duty, landed = save_duty(
        person,
        unit,
        codes=[code_of(part) for part in parts(values.get("classes", ""))],
        towns=[town_of(part) for part in parts(values.get("towns", ""))],
        deputy=deputy,
        title=values.get("title", ""),
        by=by,
    )
    return landed  # type: ignore[return-value]


def code_of(words: str) -> str:
    """A class by its code or its name."""
    by_name = dict(classes().values_list("name", "code"))
    return by_name.get(words, words)


def town_of(words: str) -> int:
    """A town by its code or its name."""
    picture = tree.current()
    named = next(
        (area for area in picture if picture.level(area) == "town" and picture.name(area) == words), None
    )
    if named is not None:
        return named
    area = area_with_code(words)
    if area is None or area.level != "town":
        raise Refusal(_("There is no town “%(name)s”.") % {"name": words})
    return area.pk


def specialist_rows() -> Iterator[list[Any]]:
    picture = tree.current()
    duties = SpecialistDuty.objects.filter(retired_at=None).select_related("organisation", "person", "deputy")
    for duty in duties.order_by("organisation__code", "pk"):
        yield [
            duty.organisation.code,
            duty.person.handle or "",
            duty.person.name,
            duty.title,
            "、".join(duty.classes),
            "、".join(picture.name(town) for town in duty.towns if town in picture),
            (duty.deputy.handle or "") if duty.deputy else "",
        ]


def column(field: str, title: Any, *also: str, note: Any = "", needed: bool = False) -> Column:
    return Column(field, title, also, note, needed)


SHEETS["specialists"] = Sheet(
    gettext_lazy("Specialists"),
    (
        column("organisation", gettext_lazy("Organisation code"), "单位编码", needed=True),
        column("person", gettext_lazy("Sign-in name or mobile number"), "登录名", "手机号", needed=True),
        column(
            "name",
            gettext_lazy("Name of the person"),
            "姓名",
            note=gettext_lazy("For a number nobody has yet"),
        ),
        column("title", gettext_lazy("Position"), "职务"),
        column(
            "classes",
            gettext_lazy("Classes"),
            "事项类别",
            note=gettext_lazy("Codes or names; empty: every class"),
        ),
        column(
            "towns",
            gettext_lazy("Towns"),
            "服务镇街",
            note=gettext_lazy("Codes or names; empty: the whole county"),
        ),
        column("deputy", gettext_lazy("Deputy (sign-in name)"), "代办人"),
    ),
    land_specialist,
    specialist_rows,
)
