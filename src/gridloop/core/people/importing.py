"""Spreadsheets read and written: wrong rows are listed, the rest lands."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.cells import NotYet, in_every_language
from gridloop.core.people.queries import require
from gridloop.core.people.sheets import SHEETS, Column, Sheet
from gridloop.core.spreadsheets import Row, RowError, Unreadable, read_rows, write_rows

PROGRESS_EVERY = 50


@dataclass(slots=True)
class ImportResult:
    """What came of an import."""

    made: int = 0
    changed: int = 0
    same: int = 0
    errors: list[RowError] = field(default_factory=list)


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
    if headers is None:
        raise Unreadable(
            _("There is no row below the names of the columns. Fill in the template and try again."),
            code="no_rows",
        )


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
