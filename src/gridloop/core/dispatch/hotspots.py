"""Find the issues many people write about: near in place, time and words; their heat shows its sum."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix, diags
from scipy.sparse.csgraph import connected_components

from gridloop.core.dispatch.places import shared_district, shared_name
from gridloop.core.dispatch.tables import joined, read_table
from gridloop.core.dispatch.text import telling_bigrams

TITLE_WEIGHT = 3
READ_CHARACTERS = 400  # place and matter come early; statutes and pleas that strangers share, later
# Both limits were set on one year of one city's messages. There 0.13 and 0.14 find the five known issues whole;
# from 0.15 a small, varied one falls apart, and with ONE_ISSUE at 0.22 it is lost.
ALIKE = 0.14  # mean likeness within a group
ONE_ISSUE = 0.2  # a looser group is a theme or a place people write about, not one issue
ONE_ISSUE_NOWHERE = 0.23  # a group that names no place has to be closer in words
SAME_MATTER = 0.01  # what must be left of likeness when the name of the place is not counted
FAR_IN_TIME = 0.7  # what is left of likeness between messages far apart in time
DAYS_NEAR = 60
OTHER_PLACE = 0.6  # likewise when both say where, and say otherwise
BUSY_DAYS = 30
EARLIEST, LATEST = 1970, 2100  # years of messages; anything else is a number, not a year
MOST_TOGETHER = 5000  # messages compared all with all at once (memory grows with the square)


@dataclass(frozen=True)
class Message:
    id: str
    title: str
    text: str
    at: datetime
    place: str | None = None
    weight: int = 0  # people who said "me too"


@dataclass(frozen=True)
class Hotspot:
    title: str
    place: str | None
    start: datetime
    end: datetime
    message_ids: tuple[str, ...]  # the most typical first
    terms: dict[str, float]  # what adds up to the heat
    words: tuple[str, ...]  # what the messages share

    @property
    def heat(self) -> float:
        return round(sum(self.terms.values()), 1)

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "place": self.place,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "heat": self.heat,
            "terms": self.terms,
            "words": list(self.words),
            "message_ids": list(self.message_ids),
        }


def find_hotspots(
    messages: Iterable[Message], *, now: datetime | None = None, limit: int = 20, at_least: int = 3
) -> list[Hotspot]:
    """Issues by heat, hottest first. With `now`, later messages are left out and fresh ones count more."""

    known = [message for message in messages if now is None or message.at <= now]
    if len(known) < at_least:
        return []
    vectors, terms = _vectors(known)
    days = np.array([message.at.timestamp() / 86400 for message in known])
    places = _place_numbers(known)
    spots = []
    for members in _groups(vectors, days, places):
        spot = _hotspot(known, vectors, terms, members, at_least, now) if len(members) >= at_least else None
        if spot is not None:
            spots.append(spot)
    return sorted(spots, key=lambda spot: (-spot.heat, spot.start, spot.title))[:limit]


def _hotspot(
    known: Sequence[Message],
    vectors: csr_matrix,
    terms: Sequence[str],
    members: Sequence[int],
    at_least: int,
    now: datetime | None,
) -> Hotspot | None:
    """None when the group is no issue: too loose, or held together by a name alone."""

    place, is_named = _place([known[at] for at in members])
    if place and is_named:
        members = _without_mere_neighbours(vectors, terms, members, place)
    if len(members) < at_least:
        return None
    near = _mean_likeness(vectors[members])
    if near.mean() < (ONE_ISSUE if is_named else ONE_ISSUE_NOWHERE):
        return None
    messages = [known[members[at]] for at in np.argsort(-near, kind="stable")]
    times = sorted(message.at for message in messages)
    titles = [message.title.strip() for message in messages if message.title.strip()]
    return Hotspot(
        title=titles[0] if titles else messages[0].text[:30],
        place=place,
        start=times[0],
        end=times[-1],
        message_ids=tuple(message.id for message in messages),
        terms=_heat_terms(messages, times, now),
        words=_shared_words(vectors[members], terms),
    )


def _mean_likeness(rows: csr_matrix) -> NDArray[np.float32]:
    """Of each message to the others of its group."""

    near = (rows @ rows.T).toarray()
    return (near.sum(axis=1) - near.diagonal()) / (len(near) - 1)


def _without_mere_neighbours(
    vectors: csr_matrix, terms: Sequence[str], members: Sequence[int], place: str
) -> list[int]:
    """Whoever shares nothing with the others but the name of the place writes about something else there."""

    name = set(telling_bigrams(place))
    matter = [at for at in np.unique(vectors[members].indices) if terms[at] not in name]
    if not matter:
        return list(members)
    near = _mean_likeness(vectors[members][:, matter])
    return [member for member, likeness in zip(members, near, strict=True) if likeness >= SAME_MATTER]


def _vectors(messages: Sequence[Message]) -> tuple[csr_matrix, list[str]]:
    """Unit rows of rarity-weighted bigrams. One in a single message, or in too many, tells nothing."""

    rows = []
    for message in messages:
        counts = Counter(telling_bigrams(message.text[:READ_CHARACTERS]))
        for term in telling_bigrams(message.title):
            counts[term] += TITLE_WEIGHT
        rows.append(counts)
    spread = Counter(term for row in rows for term in row)
    most = max(0.05 * len(rows), 80)
    terms = [term for term, count in spread.items() if 2 <= count <= most]
    places = {term: at for at, term in enumerate(terms)}
    starts, columns, values = [0], list[int](), list[float]()
    for row in rows:
        for term, count in row.items():
            if term in places:
                columns.append(places[term])
                values.append((1 + math.log(count)) * math.log((1 + len(rows)) / spread[term]))
        starts.append(len(columns))
    matrix = csr_matrix((np.array(values, np.float32), columns, starts), shape=(len(rows), len(terms)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return csr_matrix(diags((1 / lengths).astype(np.float32)) @ matrix), terms


def _place_numbers(messages: Sequence[Message]) -> NDArray[np.intp]:
    said = sorted({message.place for message in messages if message.place})
    names = {place: at for at, place in enumerate(said)}
    return np.array([names[message.place] if message.place else -1 for message in messages])


def _groups(vectors: csr_matrix, days: NDArray[np.float64], places: NDArray[np.intp]) -> list[list[int]]:
    """Average linkage: a message joins where it is like the whole group, not like one chance neighbour."""

    groups = []
    for block in _blocks(vectors, list(range(vectors.shape[0])), ALIKE / 2):
        if len(block) == 1:
            continue
        rows = vectors[block]
        near = (rows @ rows.T).toarray()
        gaps = np.abs(days[block][:, None] - days[block][None])
        near *= FAR_IN_TIME + (1 - FAR_IN_TIME) * np.exp(-gaps / DAYS_NEAR)
        here = places[block]
        near[(here[:, None] != here[None]) & (here[:, None] >= 0) & (here[None] >= 0)] *= OTHER_PLACE
        upper = np.triu_indices(len(block), 1)
        numbers = fcluster(linkage(np.clip(1 - near[upper], 0, 1), "average"), 1 - ALIKE, "distance")
        groups += [[block[at] for at in np.flatnonzero(numbers == number)] for number in np.unique(numbers)]
    return groups


def _blocks(vectors: csr_matrix, members: list[int], floor: float) -> list[list[int]]:
    """Messages with nothing in common need not be compared; a higher floor cuts finer."""

    if len(members) <= MOST_TOGETHER:
        return [members]
    links = []
    rows = vectors[members]
    for start in range(0, len(members), 1000):
        near = (rows[start : start + 1000] @ rows.T).tocoo()
        kept = near.data >= floor
        links.append((near.row[kept] + start, near.col[kept]))
    from_rows, to_rows = np.concatenate([a for a, _b in links]), np.concatenate([b for _a, b in links])
    graph = csr_matrix((np.ones(len(from_rows), np.int8), (from_rows, to_rows)), shape=(len(members),) * 2)
    count, marks = connected_components(graph, directed=False)
    order = np.argsort(marks, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(marks, minlength=count))[:-1])
    return [block for part in parts for block in _blocks(vectors, [members[at] for at in part], floor * 1.3)]


def _shared_words(rows: csr_matrix, terms: Sequence[str]) -> tuple[str, ...]:
    shares = np.asarray((rows > 0).mean(axis=0)).ravel()
    weights = np.asarray(rows.sum(axis=0)).ravel()
    best = [at for at in np.argsort(-weights, kind="stable")[:12] if shares[at] >= 0.5]
    return tuple(terms[at] for at in best)


def _place(messages: Sequence[Message]) -> tuple[str | None, bool]:
    """Where it is, and whether that is a place of its own (an estate, a road), not just a district."""

    said = Counter(message.place for message in messages if message.place)
    if said and said.most_common(1)[0][1] >= 0.5 * len(messages):
        return said.most_common(1)[0][0], True
    titles = [message.title for message in messages]
    texts = [message.text[:READ_CHARACTERS] for message in messages]
    name, district = (
        shared_name(titles, texts),
        shared_district([*map("\n".join, zip(titles, texts, strict=True))]),
    )
    if name is None:
        return district, False
    return name if district is None or district in name else f"{district}{name}", True


def _heat_terms(
    messages: Sequence[Message], times: Sequence[datetime], now: datetime | None
) -> dict[str, float]:
    """How many wrote, how many agreed (doubling adds two), how fast it came, and how much of it is fresh."""

    agreed = sum(max(0, message.weight) for message in messages)
    month = timedelta(days=BUSY_DAYS)
    busiest = max(sum(start <= at < start + month for at in times) for start in times)
    terms = {
        "messages": float(len(messages)),
        "support": round(2 * math.log2(1 + agreed), 1),
        "pace": 0.5 * busiest,
    }
    if now is not None:
        terms["fresh"] = 0.5 * sum(at > now - month for at in times)
    return terms


def find_hotspots_in_file(
    path: str | Path,
    id_column: str,
    text_columns: Sequence[str],
    time_column: str,
    *,
    weight_columns: Sequence[str] = (),
    now: datetime | None = None,
    limit: int = 20,
    left_out: list[int] | None = None,
) -> list[Hotspot]:
    """The first text column is the title. A row without a readable time is left out, and so is one whose number came
    before: what one person sent twice is no hotter for it. `left_out` collects their lines."""

    messages, seen = [], set()
    for row in read_table(path, [id_column, *text_columns, time_column, *weight_columns]):
        at = read_time(row[time_column])
        if at is None or row[id_column] in seen:
            if left_out is not None:
                left_out.append(row.number)
            continue
        seen.add(row[id_column])
        messages.append(
            Message(
                id=row[id_column],
                title=row[text_columns[0]].strip(),
                text=joined(row, text_columns[1:]),
                at=at,
                weight=sum(_whole_number(row[column]) for column in weight_columns),
            )
        )
    return find_hotspots(messages, now=now, limit=limit)


def read_time(cell: object) -> datetime | None:
    """2019/7/1 9:05:00, 2019-07-01, 2019年7月1日 9时5分, or a real date cell."""

    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    numbers = [int(number) for number in re.findall(r"\d{1,4}", str(cell or ""))][:6]
    if len(numbers) < 3 or not EARLIEST <= numbers[0] <= LATEST:
        return None
    try:
        return datetime(*numbers)  # type: ignore[arg-type]
    except ValueError:
        return None


def _whole_number(cell: str) -> int:
    try:
        return int(float(cell or 0))
    except (ValueError, OverflowError):
        return 0
