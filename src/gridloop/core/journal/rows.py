"""Single rows on the busiest paths, read and written without Django's query machinery, which costs more than the database.

The models stay the one description of the tables: columns, defaults and conversions are theirs. What is asked often and
never varies (who is signed in, the rows of a new case) comes through here; everything else is an ordinary query.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import Col

M = TypeVar("M", bound=models.Model)
AT_ONCE = 1000  # rows a statement


class Rows(Generic[M]):
    """The rows of one model."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.fields = list(model._meta.local_concrete_fields)
        self.names = [field.attname for field in self.fields]
        self.written = [field for field in self.fields if not isinstance(field, models.AutoField)]

    @cached_property
    def table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    @cached_property
    def selecting(self) -> str:
        return f"SELECT {columns_of(self.fields)} FROM {self.table} WHERE "  # noqa: S608 our own names

    @cached_property
    def inserting(self) -> str:
        return f"INSERT INTO {self.table} ({columns_of(self.written)}) VALUES "  # noqa: S608 our own names

    @cached_property
    def one(self) -> str:
        return "({})".format(", ".join(["%s"] * len(self.written)))

    @cached_property
    def converters(self) -> list[tuple[int, list[Callable[..., Any]], Col]]:
        """What turns columns into values, for those that need it."""
        found = []
        for place, field in enumerate(self.fields):
            expression = Col(self.model._meta.db_table, field)
            turning = [*connection.ops.get_db_converters(expression), *field.get_db_converters(connection)]
            if turning:
                found.append((place, turning, expression))
        return found

    def first(self, condition: str, values: Sequence[Any]) -> M | None:
        """The row that fulfils a condition written in SQL, or None; the condition names one row (a key)."""
        with connection.cursor() as cursor:
            cursor.execute(self.selecting + condition, values)
            row = cursor.fetchone()
        if row is None:
            return None
        held = list(row)
        for place, turning, expression in self.converters:
            for turn in turning:
                held[place] = turn(held[place], expression, connection)
        return self.model.from_db(connection.alias, self.names, held)

    def values_of(self, each: M) -> list[Any]:
        database = connections[
            DEFAULT_DB_ALIAS
        ]  # the connection itself: its stand-in costs a look-up each time
        return [field.get_db_prep_save(getattr(each, field.attname), database) for field in self.written]

    def with_value(self, name: str, value: Any) -> M | None:
        """The row with this value in a unique column."""
        field = self.model._meta.get_field(name)
        return self.first(f"{field.column} = %s", [field.get_db_prep_value(value, connection)])  # type: ignore[union-attr]

    def insert(self, *made: M, taken: str = "") -> bool:
        """Put new rows in with one statement; they learn their ids. `taken` is SQL for what happens to a row whose
        unique value is there already (`ON CONFLICT ...`, for a single row). False: a row was left out.
        """
        if not made:
            return True
        values = [value for each in made for value in self.values_of(each)]
        sql = f"{self.inserting}{', '.join([self.one] * len(made))} {taken} RETURNING id"
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            ids = cursor.fetchall()
        for each, (number,) in zip(made, ids, strict=False):
            each.pk = number
            each._state.adding, each._state.db = False, connection.alias
        return len(ids) == len(made)

    def pour(self, made: Sequence[M], tail: str = "") -> list[tuple[Any, ...]]:
        """Put many new rows in, a thousand a statement, with `tail` after them (`ON CONFLICT ... RETURNING ...`)."""
        values = [list(self.plainly(each)) for each in made]
        for place, prepare in self.prepared:
            for row in values:
                row[place] = prepare(row[place])
        return pour(self.model._meta.db_table, [str(field.column) for field in self.written], values, tail)

    @cached_property
    def plainly(self) -> "attrgetter[tuple[Any, ...]]":
        return attrgetter(*(field.attname for field in self.written))

    @cached_property
    def prepared(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """What our own fields make of their values (encrypted text); Django's would only look at types that are right."""
        return [
            (place, field.get_prep_value)
            for place, field in enumerate(self.written)
            if not type(field).__module__.startswith("django.")
        ]


def pour(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = ""
) -> list[tuple[Any, ...]]:
    """INSERT many rows of plain values (moments, dictionaries as they are), with `tail` after them; what it returns.

    On PostgreSQL all rows travel as one value: preparing every value by itself costs more than storing it.
    """
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = "({})".format(", ".join(["%s"] * len(columns)))
    into, learns = f"INSERT INTO {table} ({names})", "RETURNING" in tail
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql" and not learns:
            cursor.executemany(
                f"{into} VALUES {places} {tail}", [[plain(value) for value in row] for row in rows]
            )
            return found
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            if connection.vendor == "postgresql":
                source = f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"  # noqa: S608
                values = [json.dumps([dict(zip(columns, row, strict=True)) for row in some], default=str)]
            else:
                source = f"VALUES {', '.join([places] * len(some))}"
                values = [plain(value) for row in some for value in row]
            cursor.execute(f"{into} {source} {tail}", values)
            found += cursor.fetchall() if learns else []
    return found


def plain(value: Any) -> Any:
    """A value as SQLite takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return json.dumps(value, default=str) if isinstance(value, dict | list) else value


def columns_of(fields: "Sequence[models.Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
