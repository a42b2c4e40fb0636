"""Read a table somebody exported (CSV in the encodings Chinese offices use, or XLSX) as rows by column name."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal

ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_CELL = 10_000_000


class UnreadableTable(Refusal):
    """The file is not a table we can read, or a column that was asked for is not in it."""

    code = "unreadable_table"


def read_table(path: str | Path, columns: Iterable[str] = ()) -> list[dict[str, object]]:
    """Rows of the first sheet by header; `columns` must all be there. Empty rows are left out."""

    path = Path(path)
    rows = _sheet_rows(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv_rows(path)
    header = [str(cell or "").strip() for cell in rows[0]] if rows else []
    for column in columns:
        if column not in header:
            raise UnreadableTable(
                _("The file has no column “%(column)s”. Its columns are: %(columns)s.")
                % {"column": column, "columns": ", ".join(header)},
                field=column,
            )
    return [dict(zip(header, row, strict=False)) for row in rows[1:] if any(cell not in (None, "") for cell in row)]


def joined(row: Mapping[str, object], columns: Sequence[str]) -> str:
    """The text of several columns, one under the other, the first (usually the title) first."""

    return "\n".join(str(row.get(column) or "").strip() for column in columns).strip()


def _csv_rows(path: Path) -> list[Sequence[object]]:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        csv.field_size_limit(LONGEST_CELL)
        return list(csv.reader(io.StringIO(text, newline="")))
    raise UnreadableTable(_("The file is neither UTF-8 nor GB18030 text. Save it as CSV (UTF-8) or XLSX and try again."))


def _sheet_rows(path: Path) -> list[Sequence[object]]:
    from openpyxl import load_workbook  # only who brings a workbook pays for reading one

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError) as trouble:
        raise UnreadableTable(_("The workbook cannot be opened. Save it again as XLSX and try once more.")) from trouble
    try:
        return [tuple(row) for row in workbook.worksheets[0].iter_rows(values_only=True)]
    finally:
        workbook.close()
