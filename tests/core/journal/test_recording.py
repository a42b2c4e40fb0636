"""Recording: one row, in the caller's transaction, saying who."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.db import transaction

from gridloop.core.journal.actions import erase_words, new_entry, record, record_all
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.models import Entry
from gridloop.core.journal.queries import entries_after, entries_of
from gridloop.core.journal.sealing import seal_new_entries, verify
from tests.core.journal.story import WANG, happen, happens


@pytest.mark.django_db
def test_record_writes_one_row_with_one_statement(django_assert_num_queries):
    by = Actor(kind="person", person=7, post=70, name="", on_behalf_of=9)
    with django_assert_num_queries(1):
        entry = record(
            "case_moved", by=by, subject_kind="case", subject=3, area=5, before="reported", after="accepted",
            words="马上处理", facts={"due": datetime(2026, 3, 1, tzinfo=UTC), "ids": [1, 2]},
        )  # fmt: skip

    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.event, kept.subject_kind, kept.subject, kept.area) == ("case_moved", "case", 3, 5)
    assert (kept.before, kept.after, kept.words) == ("reported", "accepted", "马上处理")
    assert (kept.actor_kind, kept.person, kept.post, kept.actor_name) == ("person", 7, 70, "")
    assert kept.facts == {"due": "2026-03-01T00:00:00Z", "ids": [1, 2], "on_behalf_of": 9}
    assert kept.at == entry.at
    assert bytes(kept.words_digest) == hashlib.sha256(bytes(kept.salt) + "马上处理".encode()).digest()


@pytest.mark.django_db(transaction=True)
def test_record_refuses_to_stand_outside_a_transaction():
    with pytest.raises(RuntimeError, match="case_opened"):
        record("case_opened", by=SYSTEM)
    with pytest.raises(RuntimeError):
        record_all([new_entry("case_opened", by=SYSTEM)])


@pytest.mark.django_db(transaction=True)
def test_record_is_undone_with_its_change():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("case_opened", by=SYSTEM)
        _ = 1 / 0
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_record_all_writes_a_history_in_one_stream(django_assert_max_num_queries):
    year_ago = datetime(2025, 1, 1, tzinfo=UTC)
    made = [
        new_entry(
            "case_opened",
            by=WANG,
            at=year_ago,
            subject_kind="case",
            subject=case,
            words="多谢\t\n",
            facts={"n": case},
        )
        for case in range(300)
    ]
    with django_assert_max_num_queries(1):
        assert record_all(made) == 300
    assert record_all([]) == 0
    last = entries_of("case", 299).get()
    assert (last.at, last.person, last.words, last.facts) == (year_ago, 7, "多谢\t\n", {"n": 299})
    assert bytes(last.words_digest) == made[299].words_digest
    seal_new_entries()
    assert verify(full=True) == []


@pytest.mark.django_db
def test_same_words_have_different_digests():
    first, second = happens(words="谢谢"), happens(words="谢谢")
    assert first.words_digest != second.words_digest


@pytest.mark.django_db
def test_erase_words_removes_words_and_salt_and_says_so():
    entry = happens(words="家住三单元")
    erase_words(entry, by=WANG, reason="本人要求")

    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.words, bytes(kept.salt), entry.words) == ("", b"", "")
    assert bytes(kept.words_digest) == entry.words_digest
    told = entries_of("entry", entry.pk).get()
    assert (told.event, told.person, told.words) == ("words_erased", 7, "本人要求")

    erase_words(entry, by=WANG)
    assert entries_of("entry", entry.pk).count() == 1


@pytest.mark.django_db
def test_entries_after_pages_in_order():
    made = [entry.pk for entry in happen(5)]
    assert [entry.pk for entry in entries_after(made[0] - 1, 3)] == made[:3]
    assert [entry.pk for entry in entries_after(made[2], 3)] == made[3:]
    assert entries_after(made[4], 3) == []
