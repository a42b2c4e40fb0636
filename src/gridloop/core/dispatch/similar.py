"""Say how alike two short texts are, near in place and time as well, and which words they share.

Used live: "is it one of these?" before somebody sends a report, and likely duplicates on the desk.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Generic, TypeVar

from gridloop.core.cases.words import fold, is_han, pieces
from gridloop.core.dispatch.text import telling_bigrams

READ_CHARACTERS = 300
NEAR_METRES = 300  # at this distance half of the nearness in place is left
NEAR_DAYS = 30  # and after this many days half of the nearness in time
# However far apart, the same words still count for something; and words alone are never the whole of it.
PLACE_SAY, TIME_SAY = 0.5, 0.25
# Of 4,000 chance pairs of real messages none scored above 0.09. The nearest other message on the same issue
# scored 0.34 in the middle for two large issues, but 0.22 for one told in many ways: some are not shown.
LOOK_ALIKE = 0.15  # from here on worth showing to a person
DUPLICATE = 0.5  # from here on most likely the same

Key = TypeVar("Key")


@dataclass(frozen=True)
class Report:
    """What is compared. Place names the area, point is (longitude, latitude); both may be missing."""

    text: str
    at: datetime | None = None
    place: str | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Likeness:
    """Score 0 to 1 = words x place x time; a factor is 1 where nothing is known."""

    score: float
    words: float
    place: float
    time: float
    shared: tuple[str, ...]
    metres: float | None = None
    days: float | None = None


@dataclass(frozen=True)
class Match(Generic[Key]):
    key: Key
    likeness: Likeness


def compare(
    one: Report, other: Report, *, rarity: Mapping[str, float] | None = None, explained: bool = True
) -> Likeness:
    """Symmetric in score. `rarity` weighs bigrams (see `rarity_among`); without it all count the same."""

    words = _words_alike(_terms(one.text), _terms(other.text), rarity or {})
    metres = _metres(one.point, other.point) if one.point and other.point else None
    days = abs((one.at - other.at).total_seconds()) / 86400 if one.at and other.at else None
    place = _place_factor(one, other, metres)
    time = 1.0 if days is None else 1 - TIME_SAY + TIME_SAY * 0.5 ** (days / NEAR_DAYS)
    return Likeness(
        score=round(words * place * time, 4),
        words=round(words, 4),
        place=round(place, 4),
        time=round(time, 4),
        shared=shared_words(one.text, other.text) if explained and words else (),
        metres=None if metres is None else round(metres, 1),
        days=None if days is None else round(days, 2),
    )


def find_similar(
    new: Report, candidates: Iterable[tuple[Key, Report]], *, limit: int = 5, at_least: float = LOOK_ALIKE
) -> list[Match[Key]]:
    """The candidates most like the new report, best first. Words all candidates use count for less."""

    known = list(candidates)
    rarity = rarity_among([report.text for _key, report in known])
    scored = [
        (compare(new, report, rarity=rarity, explained=False).score, key, report) for key, report in known
    ]
    best = sorted((item for item in scored if item[0] >= at_least), key=lambda item: -item[0])[:limit]
    return [Match(key, compare(new, report, rarity=rarity)) for _score, key, report in best]


def rarity_among(texts: Sequence[str]) -> dict[str, float]:
    """What each bigram tells: 1 when seen once in many texts, little when it stands everywhere."""

    if len(texts) < 10:
        return {}
    spread = Counter(term for text in texts for term in _terms(text))
    most = math.log(1 + len(texts))
    return {term: max(0.1, math.log((1 + len(texts)) / count) / most) for term, count in spread.items()}


def shared_words(one: str, other: str, *, limit: int = 6) -> tuple[str, ...]:
    """The longest stretches both texts have, made of telling bigrams, in the order of the first text."""

    telling = _terms(one) & _terms(other)
    there = " ".join(pieces(fold(other)))
    found: dict[str, None] = {}
    for piece in pieces(fold(one)):
        if not is_han(piece):
            if piece in telling:
                found[piece] = None
            continue
        start = 0
        while start < len(piece) - 1:
            end = start + 2
            if piece[start:end] not in telling:
                start += 1
                continue
            while (
                end < len(piece) and piece[end - 1 : end + 1] in telling and piece[start : end + 1] in there
            ):
                end += 1
            found[piece[start:end]] = None
            start = end
    longest = set(sorted(found, key=len, reverse=True)[:limit])
    return tuple(word for word in found if word in longest)


def _terms(text: str) -> frozenset[str]:
    return _terms_of(text[:READ_CHARACTERS])


@lru_cache(maxsize=4096)  # the same open cases are looked at again for every new report near them
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(telling_bigrams(text))


def _words_alike(one: frozenset[str], other: frozenset[str], rarity: Mapping[str, float]) -> float:
    """Half how much of the shorter is in the longer, half how much of both is common."""

    shared = sum(rarity.get(term, 1.0) for term in one & other)
    if not shared:
        return 0.0
    left, right = (sum(rarity.get(term, 1.0) for term in terms) for terms in (one, other))
    return 0.5 * shared / min(left, right) + 0.5 * shared / (left + right - shared)


def _place_factor(one: Report, other: Report, metres: float | None) -> float:
    if metres is not None:
        return 1 - PLACE_SAY + PLACE_SAY * 0.5 ** (metres / NEAR_METRES)
    if one.place and other.place and one.place != other.place:
        return 1 - PLACE_SAY
    return 1.0


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance on a plain; exact enough within a county."""

    east = (one[0] - other[0]) * 111_320 * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, (one[1] - other[1]) * 110_540)
