"""Whether something is still stored anywhere: every table's every column, encrypted ones opened, and every file."""

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from gridloop.core.cases.words import bigrams


def places_of(*sought: str) -> list[str]:
    """ "table.column: what" for everything of `sought` that is found."""
    assert all(sought)
    found = [
        f"{model._meta.db_table}.{name}: {one}"
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values()
        for name, value in row.items()
        for one in sought
        if one in as_text(value)
    ]
    return found + places_in_files(sought) + places_in_word_index(sought)


def as_text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if isinstance(value, str) else ""


def places_in_files(sought: tuple[str, ...]) -> list[str]:
    paths = [path for path in Path(settings.FILES).rglob("*") if path.is_file()]
    return [
        f"{path.name}: {one}"
        for path in paths
        for one in sought
        if one in path.name or one.encode() in path.read_bytes()
    ]


def places_in_word_index(sought: tuple[str, ...]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM cases_words")
        indexed = [str(row[0]) for row in cursor.fetchall()]
    return [
        f"cases_words: {one}"
        for one in sought
        for words in indexed
        if all(piece in words for piece in bigrams(one))
    ]


def files_kept() -> int:
    """How many stored files there are, small pictures included."""
    return sum(path.is_file() for path in Path(settings.FILES).rglob("*"))
