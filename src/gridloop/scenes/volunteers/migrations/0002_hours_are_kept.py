"""Triggers that keep the ledger of hours: entries and confirmations are added and read, never altered or removed.

Removal is allowed exactly when the journal's own guard is lifted (clearing a test or demo database).
"""

from django.db import migrations

KEPT = ("volunteers_hoursentry", "volunteers_confirmation")

SQLITE = [
    statement
    for table in KEPT
    for statement in (
        f"""
        CREATE TRIGGER {table}_change BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'rows of the hours ledger are never altered'); END
        """,
        f"""
        CREATE TRIGGER {table}_removal BEFORE DELETE ON {table}
        WHEN EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'journal_entry_removal')
        BEGIN SELECT RAISE(ABORT, 'rows of the hours ledger are never removed'); END
        """,
    )
]
POSTGRESQL = [
    """
    CREATE FUNCTION volunteers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of the hours ledger are never altered' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
        for table in KEPT
        for name, what, each, function in (
            ("change", "UPDATE", "ROW", "volunteers_refuse_change"),
            ("removal", "DELETE", "ROW", "journal_refuse_removal"),
            ("emptying", "TRUNCATE", "STATEMENT", "journal_refuse_removal"),
        )
    ),
]


def guard(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in KEPT:
        for name in ("change", "removal", *(("emptying",) if postgresql else ())):
            schema_editor.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION volunteers_refuse_change()")


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial"), ("journal", "0002_keep")]

    operations = [migrations.RunPython(guard, unguard)]
