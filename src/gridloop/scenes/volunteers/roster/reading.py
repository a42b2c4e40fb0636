"""The rows of a volunteers' spreadsheet: read, judged one by one, and merged where two mean one person."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.core.people.validity import is_mobile_number, tidy_phone
from gridloop.core.spreadsheets import RowError
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.actions import FARTHEST, NEAREST
from gridloop.scenes.volunteers.roster.availability import Hours, merged
from gridloop.scenes.volunteers.roster.models import Skill, Team
from gridloop.scenes.volunteers.roster.queries import roots_of_care

YES = {"1", "y", "yes", "true", "是", "在职", "√"}
WEEKDAYS = "一二三四五六日"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–~～至]+\s*(\d{1,2})[:：](\d{2})")


@dataclass(slots=True)
class Found:
    """One volunteer as the file has them; rows of the same person are made one."""

    row: int
    name: str = ""
    phone: str = ""
    phone_digest: str = ""
    number: str = ""
    community: int = 0
    longitude: float | None = None
    latitude: float | None = None
    radius: int = 0
    in_service: bool = False
    work_unit: str = ""
    skills: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)
    weekly: list[Hours] = field(default_factory=list)


@dataclass(slots=True)
class Landed:
    """What came of an import: new volunteers, changed ones, those as they were, rows merged into others, wrong rows."""

    made: int = 0
    changed: int = 0
    same: int = 0
    merged: int = 0
    errors: list[RowError] = field(default_factory=list)


class Register:
    """What rows refer to, read once: communities in reach, skills, teams."""

    def __init__(self, by: Actor) -> None:
        self.communities = communities_within(by)
        listed = Area.objects.filter(level="community", retired_at=None)
        rows = list(listed.values_list("pk", "code", "name", "longitude", "latitude"))
        self.points = {pk: (longitude, latitude) for pk, _code, _name, longitude, latitude in rows}
        self.codes = {pk: code for pk, code, _name, _longitude, _latitude in rows}
        self.by_code = {code: pk for pk, code, *_rest in rows}
        self.by_name: dict[str, int] = {}
        for pk, _code, name, *_rest in rows:
            self.by_name[name] = 0 if name in self.by_name else pk  # a name two communities have is none
        self.skills: dict[str, int] = {}
        for skill in Skill.objects.filter(retired_at=None):
            for word in (skill.code, skill.name, skill.english.casefold()):
                self.skills[word] = skill.pk
        self.teams: dict[str, int] = {}
        for pk, code, name in Team.objects.filter(dissolved_at=None).values_list(
            "pk", "organisation__code", "organisation__name"
        ):
            self.teams[code] = pk
            self.teams[name] = 0 if name in self.teams else pk


def communities_within(by: Actor) -> frozenset[int] | None:
    """The communities whose volunteers the actor may write; None for all."""
    if by.person is None and by.kind in ("system", "rule"):
        return None
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    roots = roots_of_care(person) if person else frozenset()
    if not roots:
        raise NotAllowed(_("None of your posts allows this. Ask your administrator for the post that does."))
    paths = Area.objects.filter(pk__in=roots).values_list("path", flat=True)
    return frozenset(
        pk
        for path in paths
        for pk in Area.objects.filter(path__startswith=path, level="community").values_list("pk", flat=True)
    )


def read(row: int, values: Mapping[str, str], register: Register) -> Found:
    name, phone = values.get("name", "").strip(), values.get("phone", "").strip()
    if not name:
        raise Refusal(_("“%(name)s” is empty.") % {"name": _("Full name")})
    if not phone and not values.get("number"):
        raise Refusal(_("Give a mobile number or a volunteer number."))
    if phone and not is_mobile_number(phone):
        raise Refusal(_("“%(words)s” is not a mobile number of 11 digits.") % {"words": phone})
    phone = tidy_phone(phone) if phone else ""
    number = "".join(values.get("number", "").split()).upper()
    if number and (len(number) > 24 or not (number.isascii() and number.isalnum())):
        raise Refusal(_("A volunteer number has at most 24 letters and digits."))
    community = community_of(values.get("community", ""), register)
    point = point_of(values) or register.points[community]
    return Found(
        row=row,
        name=name,
        phone=phone,
        phone_digest=digest(phone),
        number=number,
        community=community,
        longitude=None if point[0] is None else round(point[0], 3),
        latitude=None if point[1] is None else round(point[1], 3),
        radius=radius_of(values.get("radius", "")),
        in_service=values.get("in_service", "").strip().casefold() in YES,
        work_unit=values.get("work_unit", "").strip()[:80],
        skills={
            known(each, register.skills, _("There is no skill “%(words)s”."))
            for each in parts(values.get("skills", ""))
        },
        teams={
            known(each, register.teams, _("There is no team “%(words)s”, or more than one."))
            for each in parts(values.get("teams", ""))
        },
        weekly=weekly_of(values.get("weekly", "")),
    )


def community_of(words: str, register: Register) -> int:
    words = words.strip()
    if not words:
        raise Refusal(_("“%(name)s” is empty.") % {"name": _("Community")})
    found = register.by_code.get(words) or register.by_name.get(words)
    if not found:
        raise Refusal(
            _("There is no community “%(words)s”, or more than one: use its code.") % {"words": words}
        )
    if register.communities is not None and found not in register.communities:
        raise Refusal(_("“%(words)s” lies outside the area you look after.") % {"words": words})
    return found


def point_of(values: Mapping[str, str]) -> tuple[float, float] | None:
    longitude, latitude = values.get("longitude", ""), values.get("latitude", "")
    if not longitude or not latitude:
        return None
    try:
        point = float(longitude), float(latitude)
    except ValueError:
        point = (999.0, 999.0)
    if not (73 <= point[0] <= 136 and 3 <= point[1] <= 54):
        raise Refusal(_("Longitude and latitude must be degrees within China, e.g. 121.232 and 28.135."))
    return point


def radius_of(words: str) -> int:
    if not words:
        return 0
    if not words.isdecimal() or not NEAREST <= int(words) <= FARTHEST:
        raise Refusal(_("Choose how far you come: between 200 metres and 30 kilometres."))
    return int(words)


def parts(words: str) -> list[str]:
    return [part for part in re.split(r"[,，;；、\n]+", words.strip()) if part.strip()] if words else []


def known(words: str, names: Mapping[str, int], refusal: str) -> int:
    found = names.get(words.strip()) or names.get(words.strip().casefold())
    if not found:
        raise Refusal(refusal % {"words": words.strip()})
    return found


def weekly_of(words: str) -> list[Hours]:
    """“周六 09:00-17:00；周日 14:00-18:00” or “Sat 09:00-17:00”: days, then one span for them."""
    hours: list[tuple[int, int, int]] = []
    for each in parts(words.replace("、", "")) if words else []:
        span = SPAN.search(each)
        days = days_of(each[: span.start()] if span else each)
        if span is None or not days:
            raise Refusal(
                _("“%(words)s” is no weekly time. Write it like 周六 09:00-17:00.") % {"words": each}
            )
        begin, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        hours += [(day, begin, end) for day in days]
    return merged(hours)


def days_of(words: str) -> list[int]:
    text = words.casefold().replace("天", "日")
    if "每日" in text or "daily" in text:
        return list(range(7))
    found = [day for day, name in enumerate(DAY_NAMES) if name in text]
    return found or [day for day, sign in enumerate(WEEKDAYS) if sign in text]


def merge(rows: Iterable[Found], landed: Landed) -> list[Found]:
    """Rows with the same phone or number are one person; where they contradict each other, the later is reported."""
    kept: list[Found] = []
    by_phone: dict[str, Found] = {}
    by_number: dict[str, Found] = {}
    for each in rows:
        same = by_phone.get(each.phone_digest) if each.phone_digest else None
        numbered = by_number.get(each.number) if each.number else None
        first = same or numbered
        if first is None:
            kept.append(each)
            first = each
        elif (trouble := contradiction(first, each, same, numbered)) is not None:
            landed.errors.append(RowError(each.row, trouble))
            continue
        else:
            complete(first, each)
            landed.merged += 1
        if first.phone_digest:
            by_phone[first.phone_digest] = first
        if first.number:
            by_number[first.number] = first
    return kept


def contradiction(first: Found, each: Found, same: Found | None, numbered: Found | None) -> str | None:
    where = {"row": first.row}
    if same is not None and numbered is not None and same is not numbered:
        return _("The phone belongs to row %(row)d, the volunteer number to another row.") % where
    if first.name != each.name:
        return _("Row %(row)d has the same phone or volunteer number and another name.") % where
    if first.number and each.number and first.number != each.number:
        return _("Row %(row)d has the same phone and another volunteer number.") % where
    if first.phone and each.phone and first.phone != each.phone:
        return _("Row %(row)d has the same volunteer number and another phone.") % where
    return None


def complete(first: Found, more: Found) -> None:
    """What the second row says and the first leaves open."""
    for name in ("phone", "phone_digest", "number", "radius", "work_unit", "in_service", "weekly"):
        if not getattr(first, name):
            setattr(first, name, getattr(more, name))
    first.skills |= more.skills
    first.teams |= more.teams
