"""Say which class a message belongs to, how sure that is, and which words spoke for it.

Two linear models vote: one over words, one over short character pieces. Using a model needs numpy
alone; training one (`training.py`) needs scikit-learn. A model is a zip of arrays and JSON, never a pickle.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridloop.core.dispatch.segmenting import Segmenter
from gridloop.core.dispatch.tables import joined, read_table

FORMAT = 1
# The title comes first, and says in ten words what the rest explains: it counts three times.
TITLE_WORDS, TITLE_EXTRA = 10, 2

Counts = dict[str, int]


def word_counts(words: Sequence[str]) -> Counts:
    counts = Counter(words)
    for word in words[:TITLE_WORDS]:
        counts[word] += TITLE_EXTRA
    return counts


def piece_counts(words: Sequence[str], longest: int) -> Counts:
    """Pieces of one to `longest` characters, across word borders: robust where the cutting went wrong."""

    text = "".join(words)
    found = list(text)
    title = found[: 2 * TITLE_WORDS]
    for length in range(2, longest + 1):
        longer = [text[start : start + length] for start in range(len(text) - length + 1)]
        found += longer
        title += longer[: 2 * TITLE_WORDS]
    counts = Counter(found)
    for piece in title:
        counts[piece] += TITLE_EXTRA
    return counts


def pair_counts(words: Sequence[str]) -> Counts:
    return piece_counts(words, 2)


def triple_counts(words: Sequence[str]) -> Counts:
    return piece_counts(words, 3)


VIEWS: dict[str, Callable[[Sequence[str]], Counts]] = {
    "words": word_counts,
    "pairs": pair_counts,
    "triples": triple_counts,
}


@dataclass(frozen=True)
class LinearVote:
    """One linear model over one view of the text: terms, what each term weighs, and its say in each class."""

    view: str
    places: Mapping[str, int]
    term_weights: NDArray[np.float32]  # (terms,)
    say: NDArray[np.float32]  # (terms, classes)
    bias: NDArray[np.float32]  # (classes,)

    def terms(self, words: Sequence[str]) -> tuple[list[str], NDArray[np.intp], NDArray[np.float32]]:
        """Known terms, their places, and their values (sublinear counts x weight, to unit length)."""

        counts = VIEWS[self.view](words)
        places = self.places
        known = [term for term in counts if term in places]
        rows = np.array([places[term] for term in known], np.intp)
        values = np.array([counts[term] for term in known], np.float32)
        values = (1 + np.log(values)) * self.term_weights[rows]
        length = math.sqrt(values @ values)
        return known, rows, values / length if length else values

    def margins(self, words: Sequence[str]) -> NDArray[np.float32]:
        _, rows, values = self.terms(words)
        return values @ self.say[rows] + self.bias


@dataclass(frozen=True)
class Guess:
    label: str
    confidence: float


@dataclass(frozen=True)
class Reason:
    """One term that spoke for a class (or against it, when negative), in units of the margin."""

    term: str
    weight: float


@dataclass(frozen=True)
class Classifier:
    labels: tuple[str, ...]
    shares: tuple[float, ...]  # of each class in the training data: all that can be said of an empty message
    segmenter: Segmenter
    votes: tuple[LinearVote, ...]
    sharpness: float = 1.0  # from margins to probabilities, fitted on rows the models had not seen
    facts: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, text: str) -> NDArray[np.float64]:
        words = self.segmenter.words(text)
        if not words or not self.votes:
            return np.array(self.shares)
        scores = np.zeros(len(self.labels))
        for vote in self.votes:
            scores += self.sharpness * vote.margins(words)
        odds = np.exp(scores - scores.max())
        return odds / odds.sum()

    def classify(self, text: str, *, top: int = 3) -> list[Guess]:
        """The most likely classes, best first. Confidence is the chance of being right, 0 to 1."""

        chances = self.probabilities(text)
        best = np.argsort(-chances, kind="stable")[:top]
        return [Guess(self.labels[at], round(float(chances[at]), 4)) for at in best]

    def explain(self, text: str, label: str | None = None, *, limit: int = 8) -> list[Reason]:
        """The terms that spoke most for `label` (the first guess when None), strongest first."""

        words = self.segmenter.words(text)
        at = self.labels.index(label) if label is not None else int(np.argmax(self.probabilities(text)))
        said: dict[str, float] = {}
        for vote in self.votes:
            known, rows, values = vote.terms(words)
            for term, amount in zip(known, values * vote.say[rows, at], strict=True):
                said[term] = said.get(term, 0.0) + float(amount)
        strongest = sorted(said.items(), key=lambda item: -item[1])[:limit]
        return [Reason(term, round(weight, 4)) for term, weight in strongest if weight > 0]

    def save(self, path: str | Path) -> None:
        head = {
            "format": FORMAT,
            "labels": self.labels,
            "shares": self.shares,
            "sharpness": self.sharpness,
            "facts": dict(self.facts),
            "views": [vote.view for vote in self.votes],
        }
        arrays: dict[str, NDArray[Any]] = {
            "head": _as_bytes(json.dumps(head, ensure_ascii=False)),
            "dictionary": _as_bytes("\n".join(self.segmenter.counts)),
            "dictionary_counts": np.fromiter(
                self.segmenter.counts.values(), np.int32, len(self.segmenter.counts)
            ),
        }
        for vote in self.votes:
            arrays[f"{vote.view}.terms"] = _as_bytes("\n".join(vote.places))
            arrays[f"{vote.view}.weights"] = vote.term_weights
            arrays[f"{vote.view}.say"] = vote.say
            arrays[f"{vote.view}.bias"] = vote.bias
        with Path(path).open("wb") as target:
            np.savez_compressed(target, allow_pickle=False, **arrays)


def load_classifier(path: str | Path) -> Classifier:
    with np.load(Path(path), allow_pickle=False) as arrays:
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise ValueError(f"model format {head['format']}, expected {FORMAT}")
        votes = tuple(
            LinearVote(
                view,
                {term: at for at, term in enumerate(_as_lines(arrays[f"{view}.terms"]))},
                arrays[f"{view}.weights"],
                arrays[f"{view}.say"],
                arrays[f"{view}.bias"],
            )
            for view in head["views"]
        )
        dictionary = zip(_as_lines(arrays["dictionary"]), arrays["dictionary_counts"].tolist(), strict=True)
        return Classifier(
            tuple(head["labels"]),
            tuple(head["shares"]),
            Segmenter(dict(dictionary)),
            votes,
            head["sharpness"],
            head["facts"],
        )


def _as_bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _as_lines(array: NDArray[np.uint8]) -> list[str]:
    text = array.tobytes().decode()
    return text.split("\n") if text else []


def train_file(path: str | Path, text_columns: Sequence[str], label_column: str) -> Classifier:
    # Late, so that processes that only classify never load scikit-learn.
    from gridloop.core.dispatch.training import train

    rows = read_table(path, [*text_columns, label_column])
    return train(
        [joined(row, text_columns) for row in rows],
        [row[label_column].strip() for row in rows],
    )
