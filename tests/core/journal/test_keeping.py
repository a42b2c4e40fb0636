"""What is written stays: in the model, and in the database for those who go around the model."""

import pytest
from django.db import DatabaseError, connection, transaction

from gridloop.core.journal import guard
from gridloop.core.journal.errors import NeverAltered
from gridloop.core.journal.models import Entry, Seal
from gridloop.core.journal.sealing import seal_new_entries
from tests.core.journal.story import happens

pytestmark = pytest.mark.django_db

CHANGED = {
    "id": "999999", "at": "'2001-01-01 00:00:00+00'", "event": "'x'", "subject_kind": "'x'", "subject": "99",
    "actor_kind": "'x'", "person": "99", "post": "99", "actor_name": "'x'", "area": "99", "before": "'x'",
    "after": "'x'", "words": "'x'", "facts": "'{\"x\": 1}'",
}  # fmt: skip


def refused(statement: str) -> bool:
    """Whether the database refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "never" in str(error)
    return False


def test_model_refuses_every_change():
    entry = happens()
    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(event="x"),
        lambda: Entry.objects.bulk_update([entry], ["event"]),
        lambda: Entry.objects.get(pk=entry.pk).save(),
        lambda: Entry.objects.get(pk=entry.pk).delete(),
    ):
        with pytest.raises(NeverAltered):
            attempt()


def test_database_refuses_every_change_of_every_column():
    happens(words="原话")
    empty = "''" if connection.vendor == "postgresql" else "x''"
    columns = {**CHANGED, "salt": empty, "words_digest": empty}
    assert set(columns) == {field.column for field in Entry._meta.local_concrete_fields}
    for column, value in columns.items():
        assert refused(f"UPDATE journal_entry SET {column} = {value}"), column
        if column not in {"words", "salt"}:
            both = f"UPDATE journal_entry SET words = '', salt = {empty}, {column} = {value}"
            assert refused(both), f"{column} along with the words"
    assert refused("DELETE FROM journal_entry")
    assert refused("UPDATE journal_entry SET words = ''"), "the salt must go with the words"


def test_database_refuses_changes_of_seals():
    happens()
    seal = seal_new_entries()
    assert refused("UPDATE journal_seal SET root = 'x'")
    assert refused("DELETE FROM journal_seal")
    with pytest.raises(NeverAltered):
        Seal.objects.get(pk=seal.pk).delete()


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_journal():
    assert refused("TRUNCATE journal_entry")
    assert refused("TRUNCATE journal_seal")


def test_lifted_guard_lets_the_journal_be_emptied_but_not_changed():
    happens()
    with guard.lifted():
        assert refused("UPDATE journal_entry SET event = 'x'")
        assert not refused("DELETE FROM journal_entry")
    happens()
    assert refused("DELETE FROM journal_entry")
