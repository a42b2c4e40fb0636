"""Spreadsheets: CSV and XLSX read as rows of text, and written so that no cell can run as a formula."""

import codecs
import contextlib
import csv
import datetime
import io
import itertools
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal

NOTE_MARK = "※"  # a second row that starts so explains the columns and is not data
# What spreadsheet programs take for a formula (OWASP, CSV injection).
RISKY = ("=", "+", "-", "@", "\t", "\r")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot hold
UNPACKED_LIMIT = 512 * 2**20
CELL_LIMIT = 32_767
TITLE_LINES = 4  # how far down the names of the columns are looked for
csv.field_size_limit(16 * 2**20)  # one long text among many is no reason to refuse them all
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | bool | datetime.date | datetime.datetime | Promise | None


class Unreadable(Refusal):
    """The file is no spreadsheet that can be read."""

    code = "unreadable_spreadsheet"


class Row(dict[str, str]):
    """One row of text by header; `number` is the line people see in their spreadsheet program."""

    number: int

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        super().__init__(cells)
        self.number = number


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was left out, and why; the other rows land."""

    row: int
    reason: str


def read_rows(source: BinaryIO | bytes | str | Path) -> Iterator[Row]:
    """The rows of a CSV (UTF-8 or GB18030) or XLSX file (first sheet), as text, with leading zeros kept.

    Blank rows and a row of notes under the headers are left out. Raises `Unreadable`.
    """
    file = opened(source)
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        lines = lines_of_xlsx(file)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old .xls file. Save it as .xlsx or CSV and try again."))
    else:
        lines = lines_of_csv(file)
    return rows_from(lines)


def opened(source: BinaryIO | bytes | str | Path) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, str | Path):
        return io.BytesIO(Path(source).read_bytes())
    source.seek(0)
    return source


def below_title(lines: Iterator[list[Any]]) -> tuple[list[Any], Iterator[list[Any]], int]:
    """The line that names the columns, the lines below it, and the number of the first of those.

    A title above the columns, often in merged cells, fills one cell alone.
    """
    first = list(itertools.islice(lines, TITLE_LINES))
    filled = [sum(bool(cell) for cell in line) for line in first]
    at = next((at for at, count in enumerate(filled) if count > 1), 0)
    return (first[at] if first else []), itertools.chain(first[at + 1 :], lines), at + 2


def rows_from(lines: Iterator[list[str]]) -> Iterator[Row]:
    """Headers from the first line below a title, then rows of text."""
    named, below, start = below_title(lines)
    headers = [header.strip().rstrip("*＊ ") for header in named]
    while headers and not headers[-1]:
        headers.pop()
    if not any(headers):
        raise Unreadable(_("The first row must hold the names of the columns."))
    doubled = sorted({header for header in headers if header and headers.count(header) > 1})
    if doubled:
        raise Unreadable(_("The column “%(name)s” stands there twice.") % {"name": doubled[0]})
    return rows_below(headers, below, start=start)


def rows_below(headers: list[str], lines: Iterable[list[str]], *, start: int) -> Iterator[Row]:
    for number, line in enumerate(lines, start=start):
        if not any(line) or (number == start and line[0].startswith(NOTE_MARK)):
            continue
        cells = itertools.chain(line, itertools.repeat(""))
        yield Row(number, {header: cell for header, cell in zip(headers, cells, strict=False) if header})


def lines_of_csv(file: BinaryIO) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, encoding=encoding_of(file), newline="")
    first = text.readline()
    text.seek(0)
    delimiter = max(",\t;", key=first.count)
    try:
        for line in csv.reader(text, delimiter=delimiter):
            yield [plain(cell.strip()) for cell in line]
    except csv.Error as trouble:
        raise Unreadable(_("This CSV file is damaged: %(trouble)s.") % {"trouble": trouble}) from trouble
    finally:
        with contextlib.suppress(ValueError):  # a reader given up early may find its file closed already
            text.detach()


def encoding_of(file: BinaryIO) -> str:
    """UTF-8 when every byte fits it (with or without a mark), else GB18030, which Chinese Excel writes."""
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # what Excel calls Unicode text
        file.seek(0)
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while chunk := file.read(2**16):
                if b"\x00" in chunk:
                    raise Unreadable(_("This is neither a CSV nor an XLSX file."))
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        else:
            return encoding
        finally:
            file.seek(0)
    raise Unreadable(
        _("This file's characters are neither UTF-8 nor GB18030. Save it as UTF-8 and try again.")
    )


def lines_of_xlsx(file: BinaryIO) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_LIMIT:
                raise Unreadable(_("This file is too large when unpacked. Split it into several files."))
        from openpyxl import load_workbook  # a third of a second to load, and few processes read spreadsheets

        book = load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as trouble:
        raise Unreadable(
            _("This XLSX file is damaged. Open it, save it again and try once more.")
        ) from trouble
    try:
        for line in book.worksheets[0].iter_rows():
            yield [plain(text_of(cell)) for cell in line]
    finally:
        book.close()


def text_of(cell: Any) -> str:
    """A cell as people see it: 3.0 is "3", a code formatted as 000000 keeps its zeros, dates are ISO."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime.datetime):
        return (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        pattern = str(cell.number_format or "")
        return str(value).zfill(len(pattern)) if pattern and not pattern.strip("0") else str(value)
    return str(value).strip()


def plain(text: str) -> str:
    """Takes back the quote mark `safe` puts before a risky text."""
    return text[1:] if text[:1] == "'" and text[1:2] in RISKY else text


def safe(value: Cell) -> str | int | float | bool | datetime.date | datetime.datetime | None:
    """A value no spreadsheet program will run: texts that look like formulas get a quote mark in front."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, datetime.date):
        return value
    text = UNPRINTABLE.sub("", str(value))[:CELL_LIMIT]
    return f"'{text}" if text.startswith(RISKY) else text


def write_rows(
    headers: Sequence[str | Promise],
    rows: Iterable[Sequence[Cell]],
    *,
    notes: Sequence[str | Promise] = (),
    title: str = "",
) -> Iterator[bytes]:
    """An XLSX file in chunks, written row by row so that a million rows need no memory."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31] or None)
    sheet.freeze_panes = "A2"
    for column in range(len(headers)):
        sheet.column_dimensions[get_column_letter(column + 1)].width = 20
    sheet.append([styled(sheet, header, font=Font(bold=True)) for header in headers])
    if notes:
        marked = [f"{NOTE_MARK} {notes[0]}", *notes[1:]]
        look = {
            "font": Font(italic=True, color="777777"),
            "alignment": Alignment(wrap_text=True, vertical="top"),
        }
        sheet.append([styled(sheet, note, **look) for note in marked])
    for row in rows:
        sheet.append([text_cell(sheet, safe(value)) for value in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(2**16):
            yield chunk


def text_cell(sheet: Any, value: Any) -> Any:
    """Digits stay text (leading zeros), also when somebody edits the cell."""
    if isinstance(value, str) and value[:1].isdigit():
        return styled(sheet, value, number_format="@")
    return value


def styled(sheet: Any, value: Any, **look: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, safe(value))
    for name, worth in look.items():
        setattr(cell, name, worth)
    return cell


def write_csv(headers: Sequence[str | Promise], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A CSV file in chunks, UTF-8 with the mark that makes Excel read Chinese."""
    yield codecs.BOM_UTF8
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for line in itertools.chain([headers], rows):
        writer.writerow([safe(value) for value in line])
        if buffer.tell() > 2**16:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_errors(errors: Iterable[RowError]) -> Iterator[bytes]:
    """The error file: which row was left out, and why."""
    return write_rows([_("Row"), _("Reason")], ([error.row, error.reason] for error in errors))
