"""Single rows on the busiest paths, read and written without Django's query machinery, which costs more than the database.

The models stay the one description of the tables: columns, defaults and conversions are theirs. What is asked often and
never varies (who is signed in, the rows of a new case) comes through here; everything else is an ordinary query.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import Col

M = TypeVar("M", bound=models.Model)
AT_ONCE = 1000  # rows a statement


def ask(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What one statement answers.

    PostgreSQL is handed the values beside the statement. Django would write each into its text, and make a cursor of
    its own: that costs the process twice as much.
    """
    database = connections[DEFAULT_DB_ALIAS]  # itself: its stand-in costs a look-up each time
    if database.vendor != "postgresql":
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    cursor = plain_cursor()(database.connection)
    with database.wrap_database_errors:
        # Statements are counted, or told to a debugger.
        watched = database.queries_logged or database.execute_wrappers
        teller = database.make_debug_cursor(cursor) if watched else cursor
        teller.execute(sql, values)
        return cursor.fetchall() if cursor.pgresult.nfields else []


@cache
def plain_cursor() -> Any:
    """psycopg's cursor, not Django's kind of it; psycopg is not loaded for SQLite."""
    from psycopg import Cursor

    return Cursor


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
        found = ask(self.selecting + condition, values)
        if not found:
            return None
        held = list(found[0])
        for place, turning, expression in self.converters:
            for turn in turning:
                held[place] = turn(held[place], expression, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, held)

    def values_of(self, each: M) -> list[Any]:
        """The values of a row as the database takes them."""
        values, database = list(self.plainly(each)), connections[DEFAULT_DB_ALIAS]
        for place, prepare in self.prepared:
            values[place] = prepare(values[place], database)
        return values

    @cached_property
    def prepared(self) -> list[tuple[int, Callable[[Any, Any], Any]]]:
        """Which values need preparing: PostgreSQL's driver takes all but JSON and those of our own fields as they are."""
        taken = connection.vendor == "postgresql"
        return [
            (place, field.get_db_prep_save)
            for place, field in enumerate(self.written)
            if not taken or is_ours(field) or isinstance(field, models.JSONField)
        ]

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
        ids = ask(sql, values)
        for each, (number,) in zip(made, ids, strict=False):
            each.pk = number
            each._state.adding, each._state.db = False, DEFAULT_DB_ALIAS
        return len(ids) == len(made)

    def pour(self, made: Sequence[M], tail: str = "") -> list[tuple[Any, ...]]:
        """Put many new rows in, a thousand a statement, with `tail` after them (`ON CONFLICT ... RETURNING ...`)."""
        values = [list(self.plainly(each)) for each in made]
        for place, field in enumerate(self.written):
            if is_ours(field):
                for row in values:
                    row[place] = field.get_prep_value(row[place])
        return pour(self.model._meta.db_table, [str(field.column) for field in self.written], values, tail)

    @cached_property
    def plainly(self) -> "attrgetter[tuple[Any, ...]]":
        return attrgetter(*(field.attname for field in self.written))


rows_of = cache(Rows)


def insert_together(*made: models.Model) -> None:
    """Put in rows of any tables whose ids nobody asks for: PostgreSQL takes them in one statement."""
    if len(made) < 2 or connection.vendor != "postgresql":
        for each in made:
            rows_of(type(each)).insert(each)
        return
    inserts = [f"{(rows := rows_of(type(each))).inserting}{rows.one}" for each in made]
    before = ", ".join(f"row{place} AS ({insert})" for place, insert in enumerate(inserts[:-1]))
    ask(
        f"WITH {before} {inserts[-1]}",
        [value for each in made for value in rows_of(type(each)).values_of(each)],
    )


def pour(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = ""
) -> list[tuple[Any, ...]]:
    """INSERT many rows of plain values (moments, dictionaries as they are), with `tail` after them; what it returns.

    On PostgreSQL all rows travel as one value: preparing every value by itself costs more than storing it.
    """
    database = connections[DEFAULT_DB_ALIAS]
    names = ", ".join(database.ops.quote_name(column) for column in columns)
    places = "({})".format(", ".join(["%s"] * len(columns)))
    into, learns = f"INSERT INTO {table} ({names})", "RETURNING" in tail
    found: list[tuple[Any, ...]] = []
    if database.vendor != "postgresql" and not learns:
        with database.cursor() as cursor:
            cursor.executemany(
                f"{into} VALUES {places} {tail}", [[plain(value) for value in row] for row in rows]
            )
        return found
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        if database.vendor == "postgresql":
            source = f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"  # noqa: S608
            values = [json.dumps([dict(zip(columns, row, strict=True)) for row in some], default=str)]
        else:
            source = f"VALUES {', '.join([places] * len(some))}"
            values = [plain(value) for row in some for value in row]
        found += ask(f"{into} {source} {tail}", values)
    return found


def plain(value: Any) -> Any:
    """A value as SQLite takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return json.dumps(value, default=str) if isinstance(value, dict | list) else value


def is_ours(field: "models.Field[Any, Any]") -> bool:
    """Whether a field makes something of its value that no driver knows (encrypted text)."""
    return not type(field).__module__.startswith("django.")


def columns_of(fields: "Sequence[models.Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
