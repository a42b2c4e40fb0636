"""Finds the areas meant by free Chinese words, from the county's own names, aliases and places.

Every name is written out in its usual forms and put in one trie; the longest name at each position
counts. What a
text says about an area adds up along its chain, so a village named together with its town beats a
namesake elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from . import tree
from .models import AreaAlias, Place
from .names import bare_name, full_forms
from .tree import RANK, Tree

WHOLE = 1.0  # the name with its ending, or a place
ALIAS = 0.9
BARE_TOWN = 0.6  # "玉城": towns and larger are seldom ordinary words
BARE_LONG = 0.55  # three characters or more
BARE_SHORT = 0.3  # two characters ("五一") need a town beside them or a word of place around them
BESIDE = 0.25  # "第3网格" counts only beside its community
NEEDED = 0.5
MANY = 30  # a name carried by more areas counts only inside an area named before
LARGE = 50_000  # beyond this, villages are looked up only inside the towns and counties a text names

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ（）]")
_ROAD = re.compile(r"路|大道|街(?!道)|巷|弄|大桥|隧道|高速")
_AFTER = re.compile(
    r"\d|[东西南北]|附近|小区|一带|这边|农贸|菜场|小学|中学|幼儿园|居民|村民|公园|卫生|桥头|工业|老人"
)
_BEFORE = re.compile(r"(?:在|住|位于|来自|地处|地址[::]?)$")


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """An area the words may mean; `score` from 0 to 1, `matched` the words that say so."""

    area: int
    name: str
    score: float
    matched: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    area: int
    weight: float
    place: int | None = None


@dataclass(slots=True)
class _Mention:
    words: str
    entries: list[_Entry]


class Lexicon:
    """A trie of names; each end holds the areas that carry the name."""

    def __init__(self, names: Iterable[tuple[str, _Entry]]) -> None:
        self._root: dict[str, Any] = {}
        for name, entry in names:
            node = self._root
            for letter in normal(name):
                node = node.setdefault(letter, {})
            node.setdefault("", []).append(entry)
        # Where a name can begin at all is found by the regular expression engine, far faster than letter
        # by letter.
        seconds = {letter for node in self._root.values() for letter in node}
        self._begins = re.compile(f"{_one_of(self._root)}(?={_one_of(seconds)})") if self._root else None

    def mentions(self, text: str) -> list[_Mention]:
        """The longest names from left to right, in one pass."""
        found: dict[str, _Mention] = {}
        reached = 0
        for begin in self._begins.finditer(text) if self._begins else ():
            start = begin.start()
            if start < reached:
                continue
            end, entries = self._longest(text, start)
            if not entries or not _stands_alone(text, start):
                continue
            reached = end
            words = text[start:end]
            if words not in found:
                kept = _in_context(text, start, end, entries)
                if kept:
                    found[words] = _Mention(words, kept)
        return list(found.values())

    def _longest(self, text: str, start: int) -> tuple[int, list[_Entry]]:
        end, entries = start, []
        node: Any = self._root
        for at in range(start, len(text)):
            node = node.get(text[at])
            if not node:
                break
            if "" in node:
                end, entries = at + 1, node[""]
        return end, entries


def _one_of(letters: Iterable[str]) -> str:
    return "[" + "".join(re.escape(letter) for letter in sorted(letters) if letter) + "]"


def normal(text: str) -> str:
    """Half-width, capital, without blanks: "Ａ3 区" is "A3区"."""
    if _WIDE.search(text):
        text = _WIDE.sub(lambda found: chr(ord(found[0]) - 0xFEE0), text)
    return "".join(text.upper().split())


def _stands_alone(text: str, start: int) -> bool:
    """A name that begins with a letter or digit must not be the tail of a longer one ("A3区" in "BA3区")."""
    return not (start and text[start].isascii() and text[start - 1].isascii() and text[start - 1].isalnum())


def _in_context(text: str, start: int, end: int, entries: list[_Entry]) -> list[_Entry]:
    """The entries as the words around them leave them: "玉城路" is a road, "在五一村附近" speaks of a
    place.
    """
    if min(entry.weight for entry in entries) >= ALIAS:
        return entries
    if _ROAD.match(text, end):
        return [entry for entry in entries if entry.weight >= ALIAS]
    if any(entry.weight == BARE_SHORT for entry in entries) and (
        _AFTER.match(text, end) or _BEFORE.search(text, max(0, start - 4), start)
    ):
        return [_Entry(e.area, BARE_TOWN if e.weight == BARE_SHORT else e.weight, e.place) for e in entries]
    return entries


def _names_of(areas: Tree, area: int) -> Iterable[tuple[str, _Entry]]:
    """Every way to write one area's name."""
    level, name = areas.level(area), areas.name(area)
    for form in full_forms(level, name):
        yield form, _Entry(area, WHOLE)
    bare = bare_name(level, name)
    if bare:
        large = RANK[level] <= RANK["town"]
        yield bare, _Entry(area, BARE_TOWN if large else BARE_LONG if len(bare) > 2 else BARE_SHORT)
    above = areas.parent(area)
    if above is not None:
        stem = bare_name(areas.level(above), areas.name(above))
        for front in {areas.name(above), stem, stem + "社区", stem + "村"}:
            rest = name.removeprefix(front) if front else name
            if len(rest) >= 3 and rest != name:
                yield rest, _Entry(area, BESIDE)


def _lexicon_of(areas: Tree, members: Iterable[int]) -> Lexicon:
    alive = [area for area in members if not areas.is_retired(area)]
    names = [pair for area in alive for pair in _names_of(areas, area)]
    chosen = set(alive)
    aliases = AreaAlias.objects.values_list("area_id", "name")
    places = Place.objects.values_list("id", "area_id", "name")
    names += [(name, _Entry(area, ALIAS)) for area, name in aliases if area in chosen and len(name) > 1]
    names += [
        (name, _Entry(area, WHOLE, place)) for place, area, name in places if area in chosen and len(name) > 2
    ]
    return Lexicon(names)


class Gazetteer:
    """The lexicon of one edition; of a very large tree only the upper levels, and the rest by town as
    texts name it.
    """

    def __init__(self, areas: Tree) -> None:
        self.areas = areas
        self._large = areas.size > LARGE
        self._lexicon = _lexicon_of(
            areas, (a for a in areas if not self._large or areas.rank(a) <= RANK["town"])
        )
        self._inside = lru_cache(maxsize=64)(self._lexicon_inside)

    def _lexicon_inside(self, area: int) -> Lexicon:
        return _lexicon_of(self.areas, sorted(self.areas.within(area)))

    def mentions(self, text: str) -> list[_Mention]:
        found = self._lexicon.mentions(text)
        if not (self._large and found):
            return found
        totals = _totals(self.areas, found)
        best = max(totals, key=lambda area: totals[area][0])
        if self.areas.rank(best) < RANK["county"]:
            return found
        return found + self._inside(best).mentions(text)


def match_address(text: str, limit: int = 5) -> list[AddressMatch]:
    """The areas a text may mean, the likeliest first; [] when it names none.

    Namesakes that nothing tells apart are answered by the area around them all, followed by the namesakes.
    """
    gazetteer = _gazetteer()
    areas, mentions = gazetteer.areas, gazetteer.mentions(normal(text))
    if not mentions:
        return []
    totals = _totals(areas, mentions)
    ranked = sorted((area for area in totals if totals[area][0] >= NEEDED), key=lambda area: -totals[area][0])
    if not ranked:
        return []
    best = ranked[0]
    namesakes = [a for a in ranked if totals[a][:2] == totals[best][:2]]
    first: list[AddressMatch] = []
    if len(namesakes) > 1:
        around = areas.common(namesakes)
        if around is not None:
            mention = mentions[totals[best][1]]
            first = [AddressMatch(around, areas.name(around), NEEDED, mention.words)]
            ranked = [area for area in ranked if area != around]
    outer = set(areas.around(best)[1:]) if not first else set()
    others = [_answer(areas, mentions, totals, area) for area in ranked if area not in outer]
    return (first + others)[:limit]


_Total = tuple[float, int, int | None]  # how much speaks for it, by which mention, at which place


def _totals(areas: Tree, mentions: list[_Mention]) -> dict[int, _Total]:
    """What the whole text says for each area it names: its own mention, and those of the areas around it."""
    own: dict[int, _Total] = {}
    for number, mention in enumerate(mentions):
        for entry in _outermost(areas, mention, own):
            if entry.weight > own.get(entry.area, (0.0,))[0]:
                own[entry.area] = (entry.weight, number, entry.place)
    totals: dict[int, _Total] = {}
    for area, (weight, number, place) in own.items():
        for outer in areas.around(area)[1:]:
            if outer in own:
                weight += own[outer][0] if areas.rank(outer) >= RANK["town"] else own[outer][0] * 0.2
        # Of two places named the first is usually where it is.
        totals[area] = (round(weight - number * 0.001, 4), number, place)
    return totals


def _outermost(areas: Tree, mention: _Mention, named: dict[int, _Total]) -> list[_Entry]:
    """The entries of one mention without those inside another one of it ("大麦屿" is the town, not its
    village).
    """
    entries = mention.entries
    if len(entries) > MANY:
        entries = [entry for entry in entries if not named.keys().isdisjoint(areas.around(entry.area)[1:])]
    if len(entries) == 1:
        return entries
    meant = {entry.area for entry in entries}
    return [entry for entry in entries if meant.isdisjoint(areas.around(entry.area)[1:])]


def _answer(areas: Tree, mentions: list[_Mention], totals: dict[int, _Total], area: int) -> AddressMatch:
    """The match with its score: its share against the strongest area that lies elsewhere."""
    total, number, place = totals[area]
    rival = max(
        (t[0] for a, t in totals.items() if not (areas.is_within(a, area) or areas.is_within(area, a))),
        default=0.0,
    )
    score = min(1.0, total) * total / (total + max(0.0, rival) / 2)
    return AddressMatch(area, areas.name(area), round(score, 3), mentions[number].words, place)


@tree.per_edition
def _gazetteer(areas: Tree) -> Gazetteer:
    return Gazetteer(areas)
