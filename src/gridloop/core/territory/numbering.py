"""Reserves database ids before a bulk insert, because an area's path holds its own id."""

from django.db import connection

from .models import Area


def reserve_area_ids(count: int) -> list[int]:
    """As many fresh area ids as asked, inside the caller's transaction."""
    table = Area._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [int(row[0]) for row in cursor.fetchall()]
        # SQLite lets one writer in at a time and raises its own counter when a higher id is inserted.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    start = int(row[0]) + 1 if row else 1
    return list(range(start, start + count))
