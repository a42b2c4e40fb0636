"""Learn a classifier from labelled texts: segmented or raw, many or few."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.svm import LinearSVC

from gridloop.core.dispatch.classifying import VIEWS, Classifier, Counts, LinearVote
from gridloop.core.dispatch.segmenting import learn_segmenter
from gridloop.core.journal.errors import Refusal

# Chosen by five-fold cross-validation, near-duplicates kept in one fold; bench/classify.py has the figures.
RARITY_POWER = 1.5  # rare terms count more than plain inverse document frequency says
TELLING_POWER = 0.25  # and terms lopsided between classes a little more
SOFTNESS = 1.0  # C of the support vector machine
MANY_ROWS = 2000  # from here on pieces of three characters add size and time, but no accuracy
FOLDS = 3


class NothingToLearn(Refusal):
    code = "nothing_to_learn"


def train(texts: Sequence[str], labels: Sequence[str]) -> Classifier:
    """Rows without text or label are left out; a class with one example, or a single class, is allowed."""

    pairs = [(text, label) for text, label in zip(texts, labels, strict=True) if text.strip() and label]
    if not pairs:
        raise NothingToLearn(_("No row has both a text and a class, so there is nothing to learn from."))
    names = sorted({label for _text, label in pairs})
    marks = np.array([names.index(label) for _text, label in pairs])
    segmenter = learn_segmenter(text for text, _label in pairs)
    documents = [segmenter.words(text) for text, _label in pairs]
    views = [*(["words"] if segmenter.counts else []), "pairs" if len(pairs) >= MANY_ROWS else "triples"]
    counts = {view: [VIEWS[view](words) for words in documents] for view in views}
    shares = tuple((np.bincount(marks, minlength=len(names)) / len(marks)).tolist())
    facts = {"rows": len(pairs), "segmented": bool(segmenter.counts)}
    if len(names) == 1:
        return Classifier(tuple(names), shares, segmenter, (), 1.0, facts)
    votes = tuple(_learn(view, counts[view], marks, len(names)) for view in views)
    return Classifier(
        tuple(names), shares, segmenter, votes, _fit_sharpness(counts, marks, len(names)), facts
    )


def _learn(view: str, counts: Sequence[Counts], marks: NDArray[np.intp], classes: int) -> LinearVote:
    matrix, terms = _matrix(counts, _least_rows(view, len(counts)))
    weights = _term_weights(matrix, marks, classes)
    rows = _unit_rows(matrix, weights)
    machine = LinearSVC(C=SOFTNESS, class_weight="balanced", random_state=0).fit(rows, marks)
    say = np.zeros((classes, len(terms)), np.float32)
    bias = np.full(classes, -1, np.float32)  # a class absent from this fold is never the answer
    if len(machine.classes_) == 2:
        say[machine.classes_] = np.vstack([-machine.coef_[0], machine.coef_[0]])
        bias[machine.classes_] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        say[machine.classes_] = machine.coef_
        bias[machine.classes_] = machine.intercept_
    return LinearVote(
        view, {term: at for at, term in enumerate(terms)}, weights, np.ascontiguousarray(say.T), bias
    )


def _least_rows(view: str, rows: int) -> int:
    """How many texts a term must occur in to be learnt."""

    if rows < 50:
        return 1
    return 3 if view == "pairs" and rows >= MANY_ROWS else 2


def _matrix(counts: Sequence[Counts], least: int) -> tuple[csr_matrix, list[str]]:
    spread = Counter(term for row in counts for term in row)
    terms = [term for term, rows in spread.items() if rows >= least]
    return _known_matrix(counts, {term: at for at, term in enumerate(terms)}), terms


def _known_matrix(counts: Sequence[Counts], places: Mapping[str, int]) -> csr_matrix:
    starts, columns, values = [0], list[int](), list[int]()
    for row in counts:
        known = [(places[term], count) for term, count in row.items() if term in places]
        columns.extend(at for at, _count in known)
        values.extend(count for _at, count in known)
        starts.append(len(columns))
    return csr_matrix((np.array(values, np.float32), columns, starts), shape=(len(counts), len(places)))


def _term_weights(matrix: csr_matrix, marks: NDArray[np.intp], classes: int) -> NDArray[np.float32]:
    present = (matrix > 0).astype(np.float32)
    spread = np.asarray(present.sum(axis=0)).ravel()
    rarity = np.log((1 + matrix.shape[0]) / (1 + spread)) + 1
    inside = np.asarray(present.T @ np.eye(classes, dtype=np.float32)[marks]) + 1
    outside = inside.sum(axis=1, keepdims=True) - inside
    odds = np.abs(np.log((inside / inside.sum(axis=0)) / (outside / outside.sum(axis=0)))).max(axis=1)
    return (rarity**RARITY_POWER * odds**TELLING_POWER).astype(np.float32)


def _unit_rows(matrix: csr_matrix, weights: NDArray[np.float32]) -> csr_matrix:
    rows = matrix.copy()
    rows.data = 1 + np.log(rows.data)
    rows = rows @ diags(weights)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return csr_matrix(diags(1 / lengths) @ rows)


def _fit_sharpness(counts: dict[str, list[Counts]], marks: NDArray[np.intp], classes: int) -> float:
    """How steeply margins become probabilities: the likeliest value on rows held out in turn."""

    if len(marks) < 2 * FOLDS:
        return 1.0
    folds = _spread_over_folds(marks)
    margins = np.zeros((len(marks), classes))
    for fold in range(FOLDS):
        seen, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(set(marks[seen].tolist())) < 2:
            return 1.0
        for view, rows in counts.items():
            vote = _learn(view, [rows[at] for at in seen], marks[seen], classes)
            matrix = _known_matrix([rows[at] for at in held], vote.places)
            margins[held] += _unit_rows(matrix, vote.term_weights) @ vote.say + vote.bias
    return min(
        np.geomspace(0.25, 16, 61).tolist(), key=lambda sharpness: _surprise(margins * sharpness, marks)
    )


def _spread_over_folds(marks: NDArray[np.intp]) -> NDArray[np.intp]:
    order = np.random.default_rng(0).permutation(len(marks))
    folds = np.empty(len(marks), np.intp)
    folds[order[np.argsort(marks[order], kind="stable")]] = np.arange(len(marks)) % FOLDS
    return folds


def _surprise(scores: NDArray[np.float64], marks: NDArray[np.intp]) -> float:
    scores = scores - scores.max(axis=1, keepdims=True)
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return float(-np.log(chances[np.arange(len(marks)), marks] + 1e-12).mean())
