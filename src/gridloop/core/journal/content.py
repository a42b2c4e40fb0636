"""What is sealed of an entry: its content as one canonical line of JSON, words by their digest only.

The rules, so that anybody can compute the same bytes: keys sorted, no blanks, everything outside ASCII
escaped, times in UTC with six decimals, numbers without a fraction written as integers (databases differ in
how they keep 1.0).
"""

import json
from datetime import UTC, datetime
from typing import Any

from gridloop.core.journal.merkle import leaf_hash
from gridloop.core.journal.models import Entry

SEALED = (
    "id", "at", "event", "subject_kind", "subject", "actor_kind", "person", "post", "actor_name", "area",
    "before", "after", "words_digest", "facts",
)  # fmt: skip


def sealed_content(entry: Entry) -> dict[str, Any]:
    """The content of an entry as it is sealed, ready for JSON."""
    return content_of([getattr(entry, name) for name in SEALED])


def content_of(values: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    """The same from the values of the columns named in SEALED."""
    content = dict(zip(SEALED, values, strict=True))
    content["at"] = moment(content["at"])
    content["words_digest"] = bytes(content["words_digest"]).hex()
    content["facts"] = whole_numbers(content["facts"])
    return content


def moment(at: datetime) -> str:
    """A time as it is sealed: 2026-01-31T08:30:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def whole_numbers(value: Any) -> Any:
    """The value with 1.0 written as 1, at any depth."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [whole_numbers(inner) for inner in value]
    return value


def canonical(content: dict[str, Any]) -> bytes:
    """The one way to write a content down."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


def entry_hash(values: list[Any] | tuple[Any, ...]) -> bytes:
    """The leaf hash of an entry, from the values of the columns named in SEALED."""
    return leaf_hash(canonical(content_of(values)))
