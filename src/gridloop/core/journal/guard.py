"""The database's own guard over the journal: triggers that refuse to change or remove what was written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SQLITE_REMOVAL = {
    table: f"""
        CREATE TRIGGER {table}_removal BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'rows of the journal are never removed'); END
    """
    for table in ("journal_entry", "journal_seal")
}


@contextmanager
def lifted() -> Iterator[None]:
    """Let the journal be emptied within this block: for clearing a test or demo database, never for a
    change to one.

    Rows can be removed, still not altered. What was sealed and published would show it.
    """
    set_removal(allowed=True)
    try:
        yield
    finally:
        set_removal(allowed=False)


def set_removal(*, allowed: bool) -> None:
    """Allow or refuse removal: on PostgreSQL for this session, on SQLite, which has no session settings,
    for all."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('gridloop.removal', %s, false)", ["allowed" if allowed else ""])
            return
        for table, trigger in SQLITE_REMOVAL.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_removal")
            if not allowed:
                cursor.execute(trigger)
