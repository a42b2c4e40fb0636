"""Small histories for the journal's tests."""

from django.db import transaction

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry

WANG = Actor(kind="person", person=7, post=70)


def happens(event: str = "case_moved", *, subject: int = 1, words: str = "", **more: object) -> Entry:
    """One entry in a transaction of its own."""
    with transaction.atomic():
        return record(event, by=WANG, subject_kind="case", subject=subject, words=words, **more)


def happen(number: int, *, words: str = "") -> list[Entry]:
    """Several entries in one transaction."""
    with transaction.atomic():
        return [
            record(
                "case_moved", by=WANG, subject_kind="case", subject=case, words=words, facts={"case": case}
            )
            for case in range(number)
        ]
