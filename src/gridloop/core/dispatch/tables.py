"""Labelled messages in files: the columns a person named, checked and joined."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal

if TYPE_CHECKING:
    from gridloop.core.spreadsheets import Row


class NoSuchColumn(Refusal):
    """A column that was asked for is not in the file."""

    code = "no_such_column"


def read_table(path: str | Path, columns: Sequence[str] = ()) -> "list[Row]":
    """The rows of a CSV or XLSX file by header; `columns` must all be there."""

    # Late, so that processes that only classify never load what reads workbooks.
    from gridloop.core.spreadsheets import read_rows

    rows = list(read_rows(Path(path)))
    for column in columns if rows else ():
        if column not in rows[0]:
            raise NoSuchColumn(
                _("The file has no column “%(column)s”. Its columns are: %(columns)s.")
                % {"column": column, "columns": ", ".join(rows[0])},
                field=column,
            )
    return list(rows)


def joined(row: Mapping[str, str], columns: Sequence[str]) -> str:
    """The text of several columns, one under the other, the first (usually the title) first."""

    return "\n".join(row[column].strip() for column in columns).strip()
