"""Rows of models into their tables in one prepared statement (SQLite) or one stream (PostgreSQL), past Django's compiler."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models


def as_stored(field: models.Field) -> Callable[[Any], Any]:
    """How the database takes a value of the field; most it takes as they are."""
    operations = connection.ops
    if isinstance(field, models.DateTimeField):
        return operations.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        return lambda value: operations.adapt_json_value(value, field.encoder)
    if isinstance(field, models.UUIDField):
        return lambda value: value if connection.vendor == "postgresql" else value.hex
    return str if isinstance(field, models.CharField) else same


def same(value: Any) -> Any:
    return value


def pour(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Write new rows. A key that is not set is left to the database, for all rows alike. How many they were."""
    rows = list(rows)
    if not rows:
        return 0
    fields = [
        field for field in model._meta.local_concrete_fields if not (field.primary_key and rows[0].pk is None)
    ]
    names = [field.attname for field in fields]
    stored = [None if (kind := as_stored(field)) is same else kind for field in fields]

    def values(row: models.Model) -> list[Any]:
        return [
            value if value is None or store is None else store(value)
            for value, store in zip((getattr(row, name) for name in names), stored, strict=True)
        ]

    table, columns = model._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(values(row))
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", map(values, rows))  # noqa: S608
    return len(rows)
