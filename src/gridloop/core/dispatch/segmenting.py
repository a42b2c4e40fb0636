"""Cut raw Chinese the way a segmented training file was cut, with that file itself as the dictionary."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridloop.core.cases.words import is_han, pieces
from gridloop.core.dispatch.text import FUNCTION_WORDS, normalise, without_function_words

LONGEST_WORD = 6
LONGEST_TEXT = 600  # characters of matter; what follows repeats, and a page of text must not hold up the desk
BETWEEN_WORDS = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
# How often function words stand in ordinary prose: enough to win against a word cut out of their middle.
ONE_CHARACTER, SEVERAL_CHARACTERS = math.log(0.004), math.log(0.001)


@dataclass(frozen=True)
class Segmenter:
    """Most probable cut (one-word model). Without a dictionary it only takes the function words out.

    A segmented file usually has its stop words removed. What never occurs in it as a word is therefore left
    out of raw text too, so that the two look alike to the model.
    """

    counts: Mapping[str, int]

    def __post_init__(self) -> None:
        total = sum(self.counts.values()) or 1
        chances = {word: math.log(count / total) for word, count in self.counts.items()}
        dropped = FUNCTION_WORDS - chances.keys()
        for word in dropped:
            chances[word] = ONE_CHARACTER if len(word) == 1 else SEVERAL_CHARACTERS
        longest: dict[str, int] = {}  # by the first two characters: saves most of the looking up
        for word in filter(lambda word: len(word) > 1, chances):
            longest[word[:2]] = max(longest.get(word[:2], 0), len(word))
        object.__setattr__(self, "_chances", chances)
        object.__setattr__(self, "_longest", longest)
        object.__setattr__(self, "_unknown", math.log(0.1 / total))

    def words(self, text: str) -> list[str]:
        """Words of raw or segmented text in order; numbers are left out, they say nothing of the matter."""

        found: list[str] = []
        room = LONGEST_TEXT
        for piece in pieces(BETWEEN_WORDS.sub("", normalise(text))):
            if not is_han(piece):
                if not piece.isdigit():
                    found.append(piece)
                continue
            found.extend(
                self._cut(piece[:room])
                if self.counts
                else filter(None, [without_function_words(piece[:room])])
            )
            room -= len(piece)
            if room <= 0:
                break
        return found

    def _cut(self, run: str) -> list[str]:
        chances, unknown = self._chances, self._unknown  # type: ignore[attr-defined]
        longest = self._longest  # type: ignore[attr-defined]
        best = [-math.inf] * (len(run) + 1)
        starts = [0] * (len(run) + 1)
        best[0] = 0.0
        chance_of, reach_of, length = chances.get, longest.get, len(run)
        for start, character in enumerate(run):
            so_far = best[start]
            following = start + 1
            score = so_far + chance_of(character, unknown)
            if score > best[following]:
                best[following], starts[following] = score, start
            reach = reach_of(run[start : start + 2])
            if reach is None:
                continue
            for end in range(start + 2, start + reach + 1 if start + reach < length else length + 1):
                chance = chance_of(run[start:end])
                if chance is not None and so_far + chance > best[end]:
                    best[end], starts[end] = so_far + chance, start
        found = []
        end = len(run)
        while end:
            word = run[starts[end] : end]
            if word in self.counts:
                found.append(word)
            end = starts[end]
        return found[::-1]


def is_segmented(texts: Iterable[str]) -> bool:
    """Whether blanks stand between the words: stretches of Chinese are then two characters or so."""

    stretches = [piece for text in texts for piece in pieces(text) if is_han(piece)]
    return bool(stretches) and sum(map(len, stretches)) / len(stretches) < 3.2


def learn_segmenter(texts: Iterable[str]) -> Segmenter:
    """A dictionary from segmented texts; an empty one from raw texts."""

    texts = [normalise(text) for text in texts]
    if not is_segmented(texts[:2000]):
        return Segmenter({})
    return Segmenter(
        Counter(
            piece for text in texts for piece in pieces(text) if is_han(piece) and len(piece) <= LONGEST_WORD
        )
    )
