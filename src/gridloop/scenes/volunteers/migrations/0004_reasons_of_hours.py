"""Of the ledger of hours the reason can be erased, and nothing else be altered: as with the words of the journal."""

from django.db import migrations, models

KEPT = (
    "id", "volunteer_id", "kind", "source", "started_at", "ended_at", "day", "claimed", "minutes", "explanation", "area_id",
    "reverses_id", "evidence_id", "claimed_by_id", "key", "made_at",
)  # fmt: skip
REFUSING = "BEGIN SELECT RAISE(ABORT, 'rows of the hours ledger are never altered'); END"
SQLITE = "CREATE TRIGGER volunteers_hoursentry_change BEFORE UPDATE ON volunteers_hoursentry"
UNCHANGED = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in KEPT)

POSTGRESQL = """
CREATE OR REPLACE FUNCTION volunteers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {exception}
    RAISE EXCEPTION 'rows of the hours ledger are never altered' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
REASON_ERASED = """
    IF TG_TABLE_NAME = 'volunteers_hoursentry' THEN
        OLD.reason := '';
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
"""


def change(schema_editor, condition: str, exception: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL.format(exception=exception))
        return
    schema_editor.execute("DROP TRIGGER volunteers_hoursentry_change")
    schema_editor.execute(f"{SQLITE} {condition} {REFUSING}")


def let_reasons_go(apps, schema_editor):
    change(schema_editor, f"WHEN NOT (NEW.reason = '' AND {UNCHANGED})", REASON_ERASED)


def keep_reasons(apps, schema_editor):
    change(schema_editor, "", "")


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0003_forgetting")]

    operations = [
        migrations.RunPython(let_reasons_go, keep_reasons),
        migrations.AddIndex(
            model_name="hoursentry",
            index=models.Index(
                fields=["made_at"], name="hours_reasoned", condition=models.Q(("reason", ""), _negated=True)
            ),
        ),
    ]
