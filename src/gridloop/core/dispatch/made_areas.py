"""A county made from the words of messages whose places are masked: A市, its districts A1区, A7县, and what they name."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from gridloop.core.cases.words import fold
from gridloop.core.dispatch.places import names_in
from gridloop.core.journal.actor import Actor
from gridloop.core.territory.actions import import_areas
from gridloop.core.territory.landing import AreaRow
from gridloop.core.territory.models import Area

CITY = re.compile(r"(?<![a-z0-9])([a-z])市")
DISTRICT = re.compile(r"(?<![a-z0-9])([a-z]\d{1,2}[区县市])")
TOWN = re.compile(r"[\u4e00-\u9fff]{2,4}(?:街道|镇|乡)$")
ESTATE = re.compile(r"[\u4e00-\u9fff0-9a-z]{2,8}(?:小区|社区|花园|家园|花苑|公馆|新城|苑|府|郡|城|村)$")
OFTEN = 3  # so many messages must name a place within the same district
REACH = 24  # characters after the district in which its places are named


def make_areas_from(texts: Sequence[str], *, by: Actor) -> int:
    """One county with its districts as towns, and streets, towns and estates in them as communities; how many are new."""
    folded = [fold(text) for text in texts]
    letters = Counter(letter for text in folded for letter in set(CITY.findall(text)))
    if not letters:
        return 0
    letter = letters.most_common(1)[0][0]
    county = f"{letter.upper()}市"
    districts = Counter(name for text in folded for name in set(DISTRICT.findall(text)) if name[0] == letter)
    codes = {name: f"MASKED-{name[:-1].upper()}" for name, count in districts.items() if count >= OFTEN}
    rows = [AreaRow("county", f"MASKED-{letter.upper()}", county)]
    rows += [AreaRow("town", code, name.upper(), parent=rows[0].code) for name, code in sorted(codes.items())]
    for name, places in sorted(places_in(folded, codes).items()):
        for number, place in enumerate(places, start=1):
            rows.append(AreaRow("community", f"{codes[name]}-{number:03d}", place, parent=codes[name]))
    before = Area.objects.count()
    known = set(Area.objects.filter(code__startswith="MASKED-").values_list("code", flat=True))
    import_areas([row for row in rows if row.code not in known], by=by)
    return Area.objects.count() - before


def places_in(folded: Sequence[str], districts: dict[str, str]) -> dict[str, list[str]]:
    """The streets, towns and estates named behind a district, each in the district it is named with most."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in folded:
        named: set[tuple[str, str]] = set()
        for found in DISTRICT.finditer(text):
            if found[1] in districts:
                stretch = text[found.end() : found.end() + REACH]
                named |= {(place, found[1]) for place in first_places(stretch)}
        for place, district in named:
            counts[place][district] += 1
    chosen: dict[str, list[str]] = defaultdict(list)
    for place, where in sorted(counts.items()):
        district, count = where.most_common(1)[0]
        if count >= OFTEN:
            chosen[district].append(place)
    return {district: without_tails(places, counts) for district, places in chosen.items()}


def first_places(stretch: str) -> set[str]:
    """The names a stretch begins with: what follows the district directly is inside it."""
    return {
        name
        for name in names_in(stretch)
        if stretch.startswith(name) and (TOWN.fullmatch(name) or ESTATE.fullmatch(name))
    }


def without_tails(places: list[str], counts: dict[str, Counter[str]]) -> list[str]:
    """Of names that contain each other the shorter stays, unless the longer is named nearly as often."""
    kept: list[str] = []
    for place in sorted(places, key=len):
        shorter = next((other for other in kept if place.startswith(other)), None)
        if shorter is None or counts[place].total() > 0.7 * counts[shorter].total():
            kept.append(place)
    return sorted(kept)
