"""Organisations, persons and posts from spreadsheets: wrong rows are listed, the rest lands."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import appoint, enrol_person, update_person
from gridloop.core.people.models import Organisation, OrganisationKind, Person, Post
from gridloop.core.people.organising import change_organisation, found_organisation
from gridloop.core.people.queries import current_posts, require
from gridloop.core.people.roles import ROLES
from gridloop.core.spreadsheets import Row, RowError, Unreadable, read_rows, write_rows
from gridloop.core.territory.models import Area, AreaCode

Landed = Literal["made", "changed", "same"]
PROGRESS_EVERY = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, other headers counties use for it, and its note in the second row."""

    field: str
    title: str | Promise
    also: tuple[str, ...]
    note: str | Promise = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of spreadsheet: its columns, how a row lands, and the rows an export holds."""

    title: str | Promise
    columns: tuple[Column, ...]
    land: Callable[[Mapping[str, str], Actor], Landed]
    rows: Callable[[], Iterable[list[Any]]]


@dataclass(slots=True)
class ImportResult:
    """What came of an import."""

    made: int = 0
    changed: int = 0
    same: int = 0
    errors: list[RowError] = field(default_factory=list)


class NotYet(Refusal):
    """The row names another that may stand further down in the same file."""


def import_sheet(
    kind: str,
    source: BinaryIO | bytes | str | Path,
    *,
    by: Actor,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportResult:
    """Lands every row that is right, each in a transaction of its own. `kind` is a key of `SHEETS`."""
    require(by, "administer")
    sheet = SHEETS[kind]
    result = ImportResult()
    rows = list(named_rows(sheet, read_rows(source)))
    while rows:
        waiting = []
        for done, row in enumerate(rows):
            if done % PROGRESS_EVERY == 0:
                progress(done, len(rows))
            if not land_row(sheet, *row, result, by=by):
                waiting.append(row)
        if len(waiting) == len(rows):
            break
        rows = waiting
    for number, values in rows:
        land_row(sheet, number, values, result, by=by, last=True)
    result.errors.sort(key=lambda error: error.row)

    with transaction.atomic():
        counts = {
            "made": result.made,
            "changed": result.changed,
            "same": result.same,
            "errors": len(result.errors),
        }
        record("spreadsheet_imported", by=by, facts={"kind": kind, **counts})
    return result


def named_rows(sheet: Sheet, rows: Iterator[Row]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by field name; refuses a file that lacks a column it needs."""
    headers: dict[str, str] | None = None
    for row in rows:
        if headers is None:
            headers = fields_by_header(sheet, row)
        yield row.number, {headers[header]: cell for header, cell in row.items() if header in headers}


def fields_by_header(sheet: Sheet, headers: Iterable[str]) -> dict[str, str]:
    known = {name: column.field for column in sheet.columns for name in names_of(column)}
    found = {header: known[tidy_header(header)] for header in headers if tidy_header(header) in known}
    missing = [
        str(column.title) for column in sheet.columns if column.needed and column.field not in found.values()
    ]
    if missing:
        raise Unreadable(
            _("The column “%(name)s” is missing. Start from the template.") % {"name": missing[0]},
            code="missing_column",
        )
    return found


def names_of(column: Column) -> set[str]:
    """Every header that means this column: field, titles in both languages, and the names counties use."""
    return {tidy_header(name) for name in (column.field, *column.also, *in_every_language(column.title))}


def tidy_header(header: str) -> str:
    return re.sub(r"[\s*＊()（）]", "", header).casefold()


def in_every_language(words: str | Promise) -> set[str]:
    found = set()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.add(str(words))
    return found


def land_row(
    sheet: Sheet,
    number: int,
    values: Mapping[str, str],
    result: ImportResult,
    *,
    by: Actor,
    last: bool = False,
) -> bool:
    """Whether the row is settled (landed or refused); False when it waits for another row."""
    try:
        for column in sheet.columns:
            if column.needed and not values.get(column.field):
                raise Refusal(_("“%(name)s” is empty.") % {"name": column.title})
        with transaction.atomic():
            landed = sheet.land(values, by)
    except NotYet as refusal:
        if last:
            result.errors.append(RowError(number, str(refusal.words)))
        return last
    except Refusal as refusal:
        result.errors.append(RowError(number, str(refusal.words)))
    else:
        setattr(result, landed, getattr(result, landed) + 1)
    return True


def write_template(kind: str) -> Iterator[bytes]:
    """An empty file with headers and, in the second row, what each column wants."""
    return write_sheet(kind, [])


def export_sheet(kind: str, *, by: Actor) -> Iterator[bytes]:
    """What there is now, as the import takes it, without phones and such: an empty cell changes nothing."""
    require(by, "administer")
    with transaction.atomic():
        record("spreadsheet_exported", by=by, facts={"kind": kind})
    return write_sheet(kind, SHEETS[kind].rows())


def write_sheet(kind: str, rows: Iterable[list[Any]]) -> Iterator[bytes]:
    sheet = SHEETS[kind]
    headers = [f"{column.title}*" if column.needed else column.title for column in sheet.columns]
    return write_rows(headers, rows, notes=[column.note for column in sheet.columns], title=str(sheet.title))


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


def meaning(words: str, choices: Iterable[tuple[str, str | Promise]], refusal: str) -> str:
    """The value meant by a word: the value itself or its title in either language."""
    for value, title in choices:
        if words.strip() in {value, *in_every_language(title)}:
            return value
    raise Refusal(refusal % {"words": words})


def organisation_by_code(code: str) -> Organisation | None:
    if not code:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NotYet(_("There is no organisation with the code “%(code)s”.") % {"code": code})
    return found


def area_by_code(code: str) -> Area | None:
    """The area with this code, present or earlier; or with this name when only one has it."""
    if not code:
        return None
    in_use = Area.objects.filter(retired_at=None)
    found = list(in_use.filter(code=code)[:2]) or list(in_use.filter(name=code)[:2])
    if not found:
        found = list(in_use.filter(pk__in=AreaCode.objects.filter(code=code).values("area"))[:2])
    if len(found) != 1:
        raise Refusal(_("There is no area with the code “%(code)s”, or more than one.") % {"code": code})
    return found[0]


def day_of(words: str) -> datetime.date | None:
    """2025-01-31, 2025/1/31, 2025.1.31, 20250131 or 2025年1月31日."""
    if not words:
        return None
    parts = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: 00:00(?::00)?)?", words.strip())
    try:
        year, month, day = (int(part) for part in parts.groups()) if parts else (0, 0, 0)
        return datetime.date(year, month, day)
    except ValueError as wrong:
        raise Refusal(_("“%(words)s” is not a date. Write it like 2025-01-31.") % {"words": words}) from wrong


def organisation_rows() -> Iterator[list[Any]]:
    shown = Organisation.objects.filter(retired_at=None).select_related("parent", "area").order_by("pk")
    for each in shown.iterator(chunk_size=2000):
        parent, area = each.parent.code if each.parent else "", each.area.code if each.area else ""
        yield [each.code, each.name, each.get_kind_display(), parent, area]


def person_rows() -> Iterator[list[Any]]:
    staff = Person.objects.exclude(handle=None).filter(is_active=True).order_by("pk")
    for each in staff.iterator(chunk_size=2000):
        yield [each.handle, each.name, "", "", ""]


def post_rows() -> Iterator[list[Any]]:
    posts = (
        current_posts()
        .exclude(person__handle=None)
        .select_related("person", "organisation", "area")
        .order_by("pk")
    )
    for each in posts.iterator(chunk_size=2000):
        yield [
            each.person.handle,
            str(ROLES[each.role].title) if each.role in ROLES else each.role,
            each.organisation.code if each.organisation else "",
            each.area.code if each.area else "",
            each.since.isoformat() if each.since else "",
            each.until.isoformat() if each.until else "",
            _("yes") if each.part_time else "",
        ]


DAY_NOTE = gettext_lazy("A date like 2025-01-31; may be empty")
HANDLE = Column(
    "handle",
    gettext_lazy("Sign-in name"),
    ("用户名", "登录名", "账号", "工号"),
    gettext_lazy("1 to 64 characters without blanks; the same person keeps it"),
    needed=True,
)
AREA = Column(
    "area",
    gettext_lazy("Area code"),
    ("区划代码", "区域编码", "网格编码", "网格代码"),
    gettext_lazy("12 digits, 15 for a grid"),
)

# Packages further down add their sheets: SHEETS["limits"] = Sheet(...).
SHEETS: dict[str, Sheet] = {
    "organisations": Sheet(
        gettext_lazy("Organisations"),
        (
            Column(
                "code",
                gettext_lazy("Organisation code"),
                ("组织编码", "单位编码", "机构编码", "统一社会信用代码"),
                gettext_lazy("Its own code, e.g. the unified social credit code"),
                needed=True,
            ),
            Column(
                "name",
                gettext_lazy("Organisation name"),
                ("组织名称", "单位名称", "机构名称", "名称"),
                needed=True,
            ),
            Column(
                "kind",
                gettext_lazy("Kind of organisation"),
                ("组织类型", "单位类型", "机构类型", "类型"),
                gettext_lazy("One of the kinds of the organisations page"),
                needed=True,
            ),
            Column(
                "parent",
                gettext_lazy("Parent's code"),
                ("上级编码", "上级组织编码", "上级单位编码"),
                gettext_lazy("Empty at the top"),
            ),
            AREA,
        ),
        land_organisation,
        organisation_rows,
    ),
    "persons": Sheet(
        gettext_lazy("Persons"),
        (
            HANDLE,
            Column("name", gettext_lazy("Name"), ("姓名",), needed=True),
            Column(
                "phone",
                gettext_lazy("Mobile number"),
                ("手机号", "手机号码", "手机", "联系电话"),
                gettext_lazy("11 digits"),
            ),
            Column(
                "identity_number",
                gettext_lazy("Identity number"),
                ("身份证号", "身份证号码", "公民身份号码"),
                gettext_lazy("18 characters; leave it empty unless you need it"),
            ),
            Column("email", gettext_lazy("E-mail"), ("邮箱", "电子邮箱")),
        ),
        land_person,
        person_rows,
    ),
    "posts": Sheet(
        gettext_lazy("Posts"),
        (
            HANDLE,
            Column(
                "role",
                gettext_lazy("Role"),
                ("角色", "岗位", "职务"),
                gettext_lazy("One of the roles"),
                needed=True,
            ),
            Column(
                "organisation",
                gettext_lazy("Organisation code"),
                ("组织编码", "单位编码", "机构编码"),
                gettext_lazy("For roles in a unit"),
            ),
            AREA,
            Column("since", gettext_lazy("First day"), ("起始日期", "任职日期", "开始日期"), DAY_NOTE),
            Column("until", gettext_lazy("Last day"), ("截止日期", "结束日期", "离任日期"), DAY_NOTE),
            Column(
                "part_time", gettext_lazy("Part-time"), ("兼职", "是否兼职"), gettext_lazy("yes or empty")
            ),
        ),
        land_post,
        post_rows,
    ),
}
