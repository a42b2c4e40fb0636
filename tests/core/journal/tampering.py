"""What somebody with the keys of the database could do: change rows behind gridloop's back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TRIGGERS = [
    (table, f"{table}_{what}")
    for table in ("journal_entry", "journal_seal")
    for what in ("change", "removal")
]


@contextmanager
def without_guard() -> Iterator[None]:
    """The journal without its triggers; for a test within a transaction, which puts them back on SQLite."""
    for table, trigger in TRIGGERS:
        if connection.vendor == "postgresql":
            run(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        else:
            run(f"DROP TRIGGER IF EXISTS {trigger}")
    yield
    if connection.vendor == "postgresql":
        for table, trigger in TRIGGERS:
            run(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def run(statement: str) -> None:
    """One statement, past every model."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
