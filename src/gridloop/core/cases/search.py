"""Finding cases by words, two-character Chinese words included: an own bigram index on both databases.

Neither SQLite's trigram tokenizer nor pg_trgm finds two characters (notes, section 3), so the bigrams are the tokens:
an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL; see migration 0002.
"""

import json
from collections.abc import Iterable, Sequence
from math import prod

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from gridloop.core.cases.models import Case
from gridloop.core.cases.numbers import begins_number
from gridloop.core.cases.words import bigrams, fold, pieces

TABLE = "cases_words"
FEW = 4_000  # so many hits are better gathered from the index and sorted; more are met soon, walking from the newest on
WALKED = 25_000  # cases of a list that are looked at one by one before its hits are gathered after all


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
    if begins_number(words):
        return cases.filter(number__startswith=words.strip())
    tokens = bigrams(words)
    if not tokens:
        return cases.none()
    if connection.vendor == "sqlite":
        query = " ".join(f'"{token}"' for token in tokens)
        found = RawSQL(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [query])  # noqa: S608, S611
    else:
        # OFFSET 0: gathered from the index whatever the list's order; walking the table for a rare word takes seconds.
        gathered = f"SELECT case_id FROM {TABLE} WHERE words @@ to_tsquery('simple', %s) OFFSET 0"  # noqa: S608
        found = RawSQL(gathered, [_asked(tokens)])  # noqa: S611
    return cases.filter(pk__in=found)


def newest_if_common(words: str) -> int | None:
    """Where many cases may hold all the words, the newest case there is; both from what PostgreSQL knows anyway.

    It keeps the share of the commonest tokens with every ANALYZE. A word of several characters is as rare as its
    rarest token; two words meet by chance.
    """
    tokens = bigrams(words)
    if connection.vendor == "sqlite" or begins_number(words) or not tokens:
        return None
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [tokens])
        known = cursor.fetchall()
    shares = {token: share for token, share, _all, _newest in known}
    rarest = [min(shares.get(token, 0.0) for token in bigrams(piece)) for piece in pieces(fold(words))]
    if not known or prod(rarest) * known[0][2] <= FEW:
        return None
    return int(known[0][3])


KNOWN = f"""
SELECT told.token, told.share, (SELECT reltuples FROM pg_class WHERE oid = '{TABLE}'::regclass),
  (SELECT max(case_id) FROM {TABLE})
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS told (token, share)
WHERE schemaname = current_schema() AND tablename = '{TABLE}' AND attname = 'words' AND told.token = ANY(%s)
"""  # noqa: S608


def walked(cases: QuerySet[Case], words: str, above: int, below: int) -> QuerySet[Case]:
    """The same cases, looked at one by one in the order of the list; the database is kept from using the index.

    Both tables get the bounds, or the walk through one would go on where the other has ended.
    """
    looked_at = (
        f"SELECT case_id FROM {TABLE} WHERE case_id > %s AND case_id < %s "  # noqa: S608
        "AND CASE WHEN words @@ to_tsquery('simple', %s) THEN true ELSE false END"
    )
    found = RawSQL(looked_at, [above, below, _asked(bigrams(words))])  # noqa: S611
    return cases.filter(pk__in=found, pk__gt=above, pk__lt=below)


def ids_of_a_walk(lists: Sequence[QuerySet[Case]], newest: int) -> int:
    """How many ids such a walk through these lists leads past; PostgreSQL estimates how long the lists are."""
    together = (
        lists[0].order_by().values("pk").union(*(one.order_by().values("pk") for one in lists[1:]), all=True)
    )
    length = json.loads(together.explain(format="json"))[0]["Plan"]["Plan Rows"]
    return newest + 1 if length <= WALKED else newest * WALKED // length


def _asked(tokens: Iterable[str]) -> str:
    return " & ".join(f"'{token}'" for token in tokens)
