"""The four colours as people see them, never by colour alone: each has a word, a letter and a texture."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.scenes.fire.risk import COLOURS

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Colour:
    """One colour: its rank, name in the code, word, letter, and what it asks for."""

    rank: int
    name: str
    title: Words
    letter: Words
    meaning: Words


SHOWN = (
    Colour(
        0,
        COLOURS[0],
        _("Blue"),
        pgettext_lazy("letter of a risk colour", "B"),
        _("low risk: the usual rounds"),
    ),
    Colour(
        1,
        COLOURS[1],
        _("Yellow"),
        pgettext_lazy("letter of a risk colour", "Y"),
        _("some risk: inspect this month"),
    ),
    Colour(
        2,
        COLOURS[2],
        _("Orange"),
        pgettext_lazy("letter of a risk colour", "O"),
        _("high risk: inspect this week"),
    ),
    Colour(
        3, COLOURS[3], _("Red"), pgettext_lazy("letter of a risk colour", "R"), _("grave risk: act today")
    ),
)
WORST_FIRST = tuple(reversed(SHOWN))


@dataclass(frozen=True, slots=True)
class Change:
    """A grid that changed its colour, by ranks; `reasons` are kinds of overrides, `row` its score."""

    grid: int
    before: int
    after: int
    score: float
    reasons: tuple[str, ...]
    row: int
