"""The spreadsheets a county is set up with: their columns, how a row lands, and the rows an export holds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actor import Actor
from gridloop.core.people.landing import Landed, land_organisation, land_person, land_post
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import current_posts
from gridloop.core.people.roles import ROLES


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
    ("区划代码", "辖区代码", "区域编码", "网格编码", "网格代码"),
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
            Column("name", gettext_lazy("Full name"), ("姓名",), needed=True),
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
            Column("email", gettext_lazy("E-mail address"), ("邮箱", "电子邮箱", "E-mail")),
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
