"""Finding cases by words, two-character Chinese words included: an own bigram index on both databases.

Neither SQLite's trigram tokenizer nor pg_trgm finds two characters (notes, section 3), so the bigrams are the tokens:
an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL; see migration 0002.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from gridloop.core.cases.models import Case
from gridloop.core.cases.words import bigrams

TABLE = "cases_words"


def index_cases(cases: Iterable[Case]) -> None:
    """Put cases into the index, or put them in anew."""
    rows = [(case.pk, " ".join(bigrams(f"{case.title} {case.words} {case.address}"))) for case in cases]
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk, _words in rows])  # noqa: S608
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, words) VALUES (%s, %s)", rows)  # noqa: S608
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} (case_id, words) VALUES (%s, to_tsvector('simple', %s)) "  # noqa: S608
                "ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words",
                rows,
            )


def matching(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """The cases in which all the words occur; a number such as 20261121-048117 finds its case."""
    typed = words.strip()
    if typed[:8].isdigit() and len(typed) >= 8:
        return cases.filter(number__startswith=typed)
    tokens = bigrams(typed)
    if not tokens:
        return cases.none()
    if connection.vendor == "sqlite":
        query = " ".join(f'"{token}"' for token in tokens)
        found = RawSQL(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [query])  # noqa: S608, S611
    else:
        query = " & ".join(f"'{token}'" for token in tokens)
        found = RawSQL(f"SELECT case_id FROM {TABLE} WHERE words @@ to_tsquery('simple', %s)", [query])  # noqa: S608, S611
    return cases.filter(pk__in=found)
