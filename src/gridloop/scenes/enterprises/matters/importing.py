"""Matters from a spreadsheet (a visit week's list, another platform's export): each row a matter, or a reason why not."""

import uuid
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.cases.models import Case, Category
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.importing import ImportResult, land_row, named_rows
from gridloop.core.people.landing import Landed
from gridloop.core.people.queries import require
from gridloop.core.people.sheets import Column, Sheet
from gridloop.core.people.validity import is_credit_code, tidy
from gridloop.core.spreadsheets import RowError, read_rows
from gridloop.scenes.enterprises.firms.actions import ABILITY
from gridloop.scenes.enterprises.firms.queries import firm_with_code
from gridloop.scenes.enterprises.matters.actions import ask_matter
from gridloop.scenes.enterprises.matters.models import MatterImport
from gridloop.scenes.enterprises.matters.queries import class_for, classes

KEYS = uuid.UUID("5f0f4f0a-8d6b-4f0a-9a52-2c1d7f5e9b10")  # the space keys of imported rows lie in
MOST_ROWS = 2000


def land_matter(values: Mapping[str, str], by: Actor) -> Landed:
    code = tidy(values["credit_code"])
    if not is_credit_code(code):
        raise Refusal(
            _("“%(code)s” is no unified social credit code: its check character does not fit.")
            % {"code": values["credit_code"]}
        )
    firm = firm_with_code(code)
    if firm is None:
        raise Refusal(_("No firm with the code %(code)s is registered. Register it first.") % {"code": code})
    require(by, ABILITY, firm.organisation.area_id)
    words = values["words"].strip()
    key = uuid.uuid5(KEYS, f"{code}\n{values.get('number', '').strip()}\n{words}")
    if Case.objects.filter(key=key).exists():
        return "same"
    asker = (
        person_by_phone(values["phone"], name=values.get("contact", ""), by=by)
        if values.get("phone")
        else None
    )
    ask_matter(
        words=words, title=values.get("title", ""), category=category_of(values.get("category", ""), words), firm=firm,
        asker=asker, by=by, source="import", key=key,
    )  # fmt: skip
    return "made"


def category_of(named: str, words: str) -> Category:
    """By code or name; left empty, the class whose examples the words name."""
    listed = list(classes())
    if named.strip():
        found = next((each for each in listed if named.strip() in (each.code, each.name)), None)
        if found is None:
            raise Refusal(_("There is no class “%(name)s”. See the sheet's second row.") % {"name": named})
        return found
    found = class_for(words, listed)
    if found is None:
        raise Refusal(_("The class is empty, and the words do not tell it."))
    return found


SHEET = Sheet(
    gettext_lazy("Enterprise matters"),
    (
        Column("credit_code", gettext_lazy("Unified social credit code"), ("统一社会信用代码", "信用代码"), "", True),
        Column("words", gettext_lazy("What the firm needs"), ("诉求内容", "问题描述"), "", True),
        Column("title", gettext_lazy("In one line"), ("标题",)),
        Column("category", gettext_lazy("Class"), ("事项类别", "类别"), gettext_lazy("Code or name; empty: by the words")),
        Column("contact", gettext_lazy("Contact person"), ("联系人",)),
        Column("phone", gettext_lazy("Mobile number"), ("手机号", "联系电话")),
        Column("number", gettext_lazy("Number in the other list"), ("序号", "编号")),
    ),
    land_matter,
    lambda: (),
)  # fmt: skip


def import_matters(file: BinaryIO, *, name: str, by: Actor) -> MatterImport:
    """Lands every row that is right, each in a transaction of its own; the same file twice doubles nothing."""
    require(by, ABILITY)
    result = ImportResult()
    rows = list(named_rows(SHEET, read_rows(file)))
    if len(rows) > MOST_ROWS:
        raise Refusal(
            _("At most %(most)d rows in one file. Please split it.") % {"most": MOST_ROWS}, field="file"
        )
    for number, values in rows:
        land_row(SHEET, number, values, result, by=by, last=True)

    with transaction.atomic():
        kept = MatterImport.objects.create(
            name=name[:120],
            person_id=by.person,
            made=result.made,
            same=result.same,
            wrong=as_json(result.errors),
        )
        record("matters_imported", by=by, subject_kind="import", subject=kept.pk,
               facts={"made": result.made, "same": result.same, "errors": len(result.errors)})  # fmt: skip
    return kept


def as_json(errors: list[RowError]) -> list[list[Any]]:
    return [[error.row, error.reason] for error in errors]
