"""Fifty-four thousand volunteers from one spreadsheet: read, judged row by row, written in a few statements."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.importing import named_rows
from gridloop.core.people.sheets import Column, Sheet
from gridloop.core.spreadsheets import RowError, read_rows, write_rows
from gridloop.scenes.volunteers.roster.landing import Progress, settle
from gridloop.scenes.volunteers.roster.reading import Found, Landed, Register, merge, read


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
