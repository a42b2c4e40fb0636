"""Fifty-four thousand volunteers from one spreadsheet: read, judged row by row, written in a few statements."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib.auth.hashers import make_password
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actions import new_entry, record, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.people.importing import Column, Sheet, named_rows
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.core.people.validity import is_mobile_number, tidy_phone
from gridloop.core.spreadsheets import RowError, read_rows, write_rows
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.actions import FARTHEST, NEAREST, new_number
from gridloop.scenes.volunteers.roster.availability import Hours, merged
from gridloop.scenes.volunteers.roster.models import Availability, Membership, Skill, Team, Volunteer
from gridloop.scenes.volunteers.roster.queries import roots_of_care

BATCH = 2000
Progress = Callable[[int, int], None]
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


def import_volunteers(
    source: BinaryIO | bytes | str | Path,
    *,
    by: Actor,
    progress: Progress = lambda done, total: None,
) -> Landed:
    """Lands every row that is right; rows that are wrong are listed with a reason each. Twice the same file
    changes nothing the second time.
    """
    register = Register(by)
    landed = Landed()
    found = merge(judged(named_rows(SHEET, read_rows(source)), register, landed), landed)
    progress(0, len(found))
    with transaction.atomic():
        settle(found, register, landed, by, progress)
        landed.errors.sort(key=lambda error: error.row)
        counts = {name: getattr(landed, name) for name in ("made", "changed", "same", "merged")}
        record("volunteers_imported", by=by, facts={**counts, "errors": len(landed.errors)})
    return landed


def judged(
    rows: Iterable[tuple[int, Mapping[str, str]]], register: Register, landed: Landed
) -> Iterator[Found]:
    """Each row read; wrong ones go to the errors."""
    for number, values in rows:
        try:
            yield read(number, values, register)
        except Refusal as refusal:
            landed.errors.append(RowError(number, str(refusal.words)))


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
    if not words.isdigit() or not NEAREST <= int(words) <= FARTHEST:
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


def settle(found: list[Found], register: Register, landed: Landed, by: Actor, progress: Progress) -> None:
    """Batch by batch: who is known, who is new, who differs."""
    persons = people_by_phone([each.phone_digest for each in found if each.phone_digest])
    volunteers = Volunteer.objects.in_bulk()
    by_number = {each.number: each for each in volunteers.values()}
    by_person = {each.person_id: each for each in volunteers.values()}
    taken = set(by_number)
    skills, teams = pairs_of(Volunteer.skills.through, "skill_id"), standing_pairs()
    weekly = Availability.objects.values_list("volunteer").distinct()
    timed = {volunteer for (volunteer,) in weekly}
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        fresh: list[tuple[Found, int | None]] = []
        old: list[tuple[Found, Volunteer]] = []
        for each in batch:
            person = persons.get(each.phone_digest) if each.phone_digest else None
            numbered = by_number.get(each.number) if each.number else None
            own = by_person.get(person) if person else None
            volunteer = own or numbered
            if numbered is not None and person is not None and numbered.person_id != person:
                words = _("This volunteer number belongs to somebody with another phone.")
                landed.errors.append(RowError(each.row, words))
            elif volunteer is None:
                fresh.append((each, person))
            elif each.number and each.number in taken and volunteer.number != each.number:
                words = _("This volunteer number belongs to somebody else.")
                landed.errors.append(RowError(each.row, words))
            elif outside(volunteer, register):
                words = _("This volunteer is registered outside the area you look after.")
                landed.errors.append(RowError(each.row, words))
            else:
                old.append((each, volunteer))
        pairs = write_new(fresh, register, taken, by)
        touched = write_changed(old, taken)
        pairs += old
        touched |= write_links(pairs, skills, teams, timed)
        made = {volunteer.pk for _each, volunteer in pairs[: len(fresh)]}
        tell_changes([volunteer for _each, volunteer in old if volunteer.pk in touched], by)
        landed.made += len(made)
        landed.changed += sum(volunteer.pk in touched for _each, volunteer in old)
        landed.same += sum(volunteer.pk not in touched for _each, volunteer in old)
        progress(min(start + BATCH, len(found)), len(found))


def outside(volunteer: Volunteer, register: Register) -> bool:
    return register.communities is not None and volunteer.community_id not in register.communities


def people_by_phone(digests: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(digests), BATCH):
        known = Person.objects.filter(phone_digest__in=digests[start : start + BATCH])
        found.update(known.values_list("phone_digest", "pk"))
    return found


def pairs_of(through: Any, other: str) -> set[tuple[int, int]]:
    return set(through.objects.values_list("volunteer_id", other))


def standing_pairs() -> set[tuple[int, int]]:
    """Everybody who is or was in a team: an import never puts back who left."""
    return set(Membership.objects.values_list("volunteer_id", "team_id"))


def write_new(
    fresh: list[tuple[Found, int | None]], register: Register, taken: set[str], by: Actor
) -> list[tuple[Found, Volunteer]]:
    """Persons who are new, then their volunteers, each with an entry in the journal."""
    if not fresh:
        return []
    owners = write_people(fresh, by)
    now = timezone.now()
    volunteers = []
    for (each, _person), owner in zip(fresh, owners, strict=True):
        number = each.number or free_number(each, register, taken)
        taken.add(number)
        volunteers.append(
            Volunteer(
                person_id=owner, number=number, community_id=each.community, longitude=each.longitude,
                latitude=each.latitude, radius=each.radius or 1500, in_service=each.in_service,
                work_unit=each.work_unit, joined_at=now,
            )
        )  # fmt: skip
    insert_all(volunteers)
    ids = dict(
        Volunteer.objects.filter(number__in=[each.number for each in volunteers]).values_list("number", "pk")
    )
    for volunteer in volunteers:
        volunteer.pk = ids[volunteer.number]
    record_all(
        new_entry("volunteer_enrolled", by=by, at=now, subject_kind="volunteer", subject=volunteer.pk,
                  area=volunteer.community_id, facts={"person": volunteer.person_id, "in_service": volunteer.in_service})
        for volunteer in volunteers
    )  # fmt: skip
    return [(each, volunteer) for (each, _person), volunteer in zip(fresh, volunteers, strict=True)]


def write_people(fresh: list[tuple[Found, int | None]], by: Actor) -> list[int]:
    """Who each volunteer is: the person with this phone, or a new one."""
    none, now = make_password(None), timezone.now()
    named = [
        Person(name=each.name, phone=each.phone, phone_digest=each.phone_digest, password=none, joined_at=now)
        for each, person in fresh
        if person is None and each.phone_digest
    ]
    insert_all(named)
    by_phone = people_by_phone([person.phone_digest for person in named])
    without = [
        Person(name=each.name, password=none) for each, person in fresh if not (person or each.phone_digest)
    ]
    Person.objects.bulk_create(without, batch_size=BATCH)
    unnumbered = iter(without)
    owners = [
        person or (by_phone[each.phone_digest] if each.phone_digest else next(unnumbered).pk)
        for each, person in fresh
    ]
    record_all(
        new_entry("person_joined", by=by, at=now, subject_kind="person", subject=pk)
        for pk in [*by_phone.values(), *(person.pk for person in without)]
    )
    return owners


def insert_all(rows: Sequence[Model]) -> None:
    """Many new rows in one prepared statement: half the time of `bulk_create`; their ids are not learned."""
    if not rows:
        return
    fields = [field for field in rows[0]._meta.local_concrete_fields if not field.primary_key]
    database = connections[
        DEFAULT_DB_ALIAS
    ]  # the thing itself: asking the proxy for each value takes as long as all else
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields] for row in rows
    ]
    insert_values(type(rows[0]), [str(field.column) for field in fields], values)


def insert_values(model: type[Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """The same for rows of plain numbers, which need no model."""
    if not values:
        return
    quoted = connection.ops.quote_name
    names, places = ", ".join(map(quoted, columns)), ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def free_number(each: Found, register: Register, taken: set[str]) -> str:
    place = Area(code=register.codes[each.community])
    return next(number for number in iter(lambda: new_number(place), None) if number not in taken)


def write_changed(old: list[tuple[Found, Volunteer]], taken: set[str]) -> set[int]:
    """What the file says differently; empty cells change nothing."""
    differing = []
    for each, volunteer in old:
        wanted: dict[str, Any] = {"community_id": each.community}
        if each.community != volunteer.community_id or volunteer.longitude is None:
            wanted |= {"longitude": each.longitude, "latitude": each.latitude}
        if each.number:
            wanted["number"] = each.number
        for name in ("radius", "work_unit", "in_service"):
            if getattr(each, name):
                wanted[name] = getattr(each, name)
        if any(getattr(volunteer, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(volunteer, name, value)
            taken.add(volunteer.number)
            differing.append(volunteer)
    fields = ["community", "longitude", "latitude", "number", "radius", "work_unit", "in_service"]
    Volunteer.objects.bulk_update(differing, fields, batch_size=500)
    return {volunteer.pk for volunteer in differing}


def write_links(
    pairs: list[tuple[Found, Volunteer]],
    skills: set[tuple[int, int]],
    teams: set[tuple[int, int]],
    timed: set[int],
) -> set[int]:
    """Skills, teams and weekly times that are not there yet; whom they were added to."""
    able = [
        (volunteer.pk, skill)
        for each, volunteer in pairs
        for skill in each.skills
        if (volunteer.pk, skill) not in skills
    ]
    members = [
        (volunteer.pk, team)
        for each, volunteer in pairs
        for team in each.teams
        if (volunteer.pk, team) not in teams
    ]
    times = [
        (volunteer.pk, *hours)
        for each, volunteer in pairs
        if volunteer.pk not in timed
        for hours in each.weekly
    ]
    skills.update(able)
    teams.update(members)
    insert_values(Volunteer.skills.through, ("volunteer_id", "skill_id"), able)
    insert_all([Membership(volunteer_id=one, team_id=team, state="member") for one, team in members])
    insert_values(Availability, ("volunteer_id", "weekday", "since", "until"), times)
    changed = {one for one, *_hours in times}
    timed.update(changed)
    return changed | {one for one, _other in itertools.chain(able, members)}


def tell_changes(changed: list[Volunteer], by: Actor) -> None:
    record_all(
        new_entry("volunteer_changed", by=by, subject_kind="volunteer", subject=volunteer.pk,
                  area=volunteer.community_id, facts={"fields": ["imported"]})
        for volunteer in changed
    )  # fmt: skip


def land_one(values: Mapping[str, str], by: Actor) -> Any:
    """One row alone, as the settings' tables land theirs."""
    register, landed = Register(by), Landed()
    with transaction.atomic():
        settle([read(1, values, register)], register, landed, by, lambda done, total: None)
    if landed.errors:
        raise Refusal(landed.errors[0].reason)
    return "made" if landed.made else "changed" if landed.changed else "same"


def write_template() -> Iterator[bytes]:
    """An empty file with headers, and what each column wants in the second row."""
    headers = [f"{column.title}*" if column.needed else column.title for column in SHEET.columns]
    return write_rows(headers, [], notes=[column.note for column in SHEET.columns], title=str(SHEET.title))


def column(field: str, title: Any, *also: str, note: Any = "", needed: bool = False) -> Column:
    return Column(field, title, also, note, needed)


SHEET = Sheet(
    gettext_lazy("Volunteers"),
    (
        column("name", gettext_lazy("Full name"), "姓名", "志愿者姓名", needed=True),
        column("phone", gettext_lazy("Mobile number"), "手机号", "手机号码", "手机", "联系电话", "电话",
               note=gettext_lazy("11 digits")),
        column("number", gettext_lazy("Volunteer number"), "志愿者编号", "志愿者号", "编号", "志愿汇编号",
               note=gettext_lazy("The national number; empty: one is given here")),
        column("community", gettext_lazy("Community"), "村社区", "村（社区）", "所属社区", "所在社区", "社区代码", "社区编码",
               note=gettext_lazy("Name or code of the place where they live"), needed=True),
        column("skills", gettext_lazy("Skills"), "技能", "服务技能", "特长", note=gettext_lazy("Several with commas between them")),
        column("teams", gettext_lazy("Teams"), "所属队伍", "队伍", "志愿队伍", "服务队",
               note=gettext_lazy("Several with commas between them")),
        column("weekly", gettext_lazy("Weekly times"), "服务时间", "可服务时间", note="周六 09:00-17:00；周日 14:00-18:00"),
        column("radius", gettext_lazy("Radius in metres"), "服务半径", "半径", note="1500"),
        column("in_service", gettext_lazy("In service"), "在职", "是否在职", "在职党员", note=gettext_lazy("yes or empty")),
        column("work_unit", gettext_lazy("Work unit"), "工作单位", "所在单位", "单位"),
        column("longitude", gettext_lazy("Longitude"), "经度", note="WGS 84"),
        column("latitude", gettext_lazy("Latitude"), "纬度", note="WGS 84"),
    ),
    land_one,
    lambda: iter(()),
)  # fmt: skip
