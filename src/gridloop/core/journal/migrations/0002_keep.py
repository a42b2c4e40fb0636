"""Triggers that keep the journal: rows are added and read; only the words of an entry can be erased."""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER journal_entry_change BEFORE UPDATE ON journal_entry
    WHEN NOT (
        NEW.words = '' AND NEW.salt = x'' AND NEW.id IS OLD.id AND NEW.at IS OLD.at AND NEW.event IS OLD.event
        AND NEW.subject_kind IS OLD.subject_kind AND NEW.subject IS OLD.subject AND NEW.actor_kind IS OLD.actor_kind
        AND NEW.person IS OLD.person AND NEW.post IS OLD.post AND NEW.actor_name IS OLD.actor_name
        AND NEW.area IS OLD.area AND NEW.before IS OLD.before AND NEW.after IS OLD.after
        AND NEW.words_digest IS OLD.words_digest AND NEW.facts IS OLD.facts
    )
    BEGIN SELECT RAISE(ABORT, 'rows of the journal are never altered'); END
    """,
    """
    CREATE TRIGGER journal_seal_change BEFORE UPDATE ON journal_seal
    BEGIN SELECT RAISE(ABORT, 'rows of the journal are never altered'); END
    """,
    """
    CREATE TRIGGER journal_entry_removal BEFORE DELETE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'rows of the journal are never removed'); END
    """,
    """
    CREATE TRIGGER journal_seal_removal BEFORE DELETE ON journal_seal
    BEGIN SELECT RAISE(ABORT, 'rows of the journal are never removed'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_TABLE_NAME = 'journal_entry' THEN
            OLD.words := '';
            OLD.salt := '';
            IF NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'rows of the journal are never altered' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE FUNCTION journal_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('gridloop.removal', true) = 'allowed' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'rows of the journal are never removed' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
        for table in ("journal_entry", "journal_seal")
        for name, what, each, function in (
            ("change", "UPDATE", "ROW", "journal_refuse_change"),
            ("removal", "DELETE", "ROW", "journal_refuse_removal"),
            ("emptying", "TRUNCATE", "STATEMENT", "journal_refuse_removal"),
        )
    ),
]

UNDO_SQLITE = [
    f"DROP TRIGGER IF EXISTS {table}_{name}" for table in ("journal_entry", "journal_seal") for name in ("change", "removal")
]
UNDO_POSTGRESQL = [
    "DROP FUNCTION IF EXISTS journal_refuse_change() CASCADE",
    "DROP FUNCTION IF EXISTS journal_refuse_removal() CASCADE",
]


def keep(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    for statement in UNDO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else UNDO_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(keep, let_go)]
