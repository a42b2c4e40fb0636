"""Cells of a table read as what they mean, with words for what they cannot mean."""

import datetime
import math
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.cells import day_of, in_every_language
from gridloop.core.people.validity import is_mobile_number, tidy_phone
from gridloop.core.territory.coordinates import to_wgs84

YES = frozenset({"1", "y", "yes", "true", "是", "有", "√"})
NO = frozenset({"0", "n", "no", "false", "否", "无", "没有", "×"})


class Meanings:
    """Values by every word that means them: the value itself and its title in both languages."""

    def __init__(self, choices: Iterable[tuple[str, str | Promise]], refusal: str | Promise) -> None:
        self.refusal = refusal
        self.values = {
            word.casefold(): value for value, title in choices for word in (value, *in_every_language(title))
        }

    def of(self, words: str) -> str:
        found = self.values.get(words.strip().casefold())
        if found is None:
            raise Refusal(str(self.refusal) % {"words": words[:40]})
        return found


def words_in(values: Mapping[str, str], field: str, longest: int) -> str:
    words = values.get(field, "").strip().replace("\0", "")
    if len(words) > longest:
        raise Refusal(
            _("“%(words)s…” is longer than %(longest)d characters.")
            % {"words": words[:20], "longest": longest}
        )
    return words


def number_in(values: Mapping[str, str], field: str, least: int, most: int) -> int | None:
    words = values.get(field, "").strip()
    if not words:
        return None
    try:
        number = int(float(words))
    except (ValueError, OverflowError):
        number = least - 1
    if not least <= number <= most:
        raise Refusal(
            _("“%(words)s” is no number from %(least)d to %(most)d.")
            % {"words": words[:20], "least": least, "most": most}
        )
    return number


def yes_in(values: Mapping[str, str], field: str) -> bool | None:
    words = values.get(field, "").strip().casefold()
    if not words:
        return None
    if words not in YES | NO:
        raise Refusal(_("Write 1 for yes and 0 for no, not “%(words)s”.") % {"words": words[:20]})
    return words in YES


def point_in(values: Mapping[str, str], system: str) -> tuple[float, float] | None:
    """Longitude and latitude in WGS 84, or None where both cells are empty."""
    given = values.get("longitude", "").strip(), values.get("latitude", "").strip()
    if not any(given):
        return None
    try:
        longitude, latitude = float(given[0]), float(given[1])
    except ValueError:
        longitude = latitude = math.nan
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Refusal(
            _("“%(words)s” is no point: write longitude and latitude in degrees.")
            % {"words": ", ".join(given)[:40]}
        )
    point = to_wgs84(longitude, latitude, system)
    return round(float(point[0]), 6), round(float(point[1]), 6)


def phone_in(values: Mapping[str, str], field: str) -> str:
    """A mobile number as eleven digits; anything else is refused."""
    words = values.get(field, "").strip()
    if not words:
        return ""
    number = tidy_phone(words)
    if not is_mobile_number(number):
        raise Refusal(_("“%(words)s” is no mobile number.") % {"words": words[:20]})
    return number


def day_in(values: Mapping[str, str], field: str) -> datetime.date | None:
    return day_of(values.get(field, ""))
