"""Judge a classifier on labelled messages it has not seen: accuracy, macro-F1, and each class by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import Any

from gridloop.core.dispatch.classifying import Classifier
from gridloop.core.dispatch.tables import joined, read_table


@dataclass(frozen=True)
class ClassFigures:
    precision: float
    recall: float
    f1: float
    rows: int


@dataclass(frozen=True)
class Evaluation:
    accuracy: float
    macro_f1: float  # the plain mean over every class that was meant or answered
    per_class: dict[str, ClassFigures]
    rows: int
    within_three: float  # share whose class was among the three offered
    mean_confidence: float  # of the first answer: should be close to accuracy
    milliseconds: float  # of this thread's processor time a message: what else the machine does is not in it

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "within_three": round(self.within_three, 4),
            "mean_confidence": round(self.mean_confidence, 4),
            "milliseconds_per_message": round(self.milliseconds, 3),
            "per_class": {
                label: {
                    "precision": round(figures.precision, 4),
                    "recall": round(figures.recall, 4),
                    "f1": round(figures.f1, 4),
                    "rows": figures.rows,
                }
                for label, figures in self.per_class.items()
            },
        }


def evaluate(classifier: Classifier, texts: Sequence[str], labels: Sequence[str]) -> Evaluation:
    start = thread_time()
    guesses = [classifier.classify(text) for text in texts]
    spent = thread_time() - start
    answers = [guess[0].label for guess in guesses]
    rows = len(texts)
    per_class = _figures_by_class(labels, answers)
    right = sum(label == answer for label, answer in zip(labels, answers, strict=True))
    offered = sum(label in {g.label for g in guess} for label, guess in zip(labels, guesses, strict=True))
    return Evaluation(
        accuracy=_share(right, rows),
        macro_f1=_share(sum(figures.f1 for figures in per_class.values()), len(per_class)),
        per_class=per_class,
        rows=rows,
        within_three=_share(offered, rows),
        mean_confidence=_share(sum(guess[0].confidence for guess in guesses), rows),
        milliseconds=_share(1000 * spent, rows),
    )


def evaluate_file(
    classifier: Classifier, path: str | Path, text_columns: Sequence[str], label_column: str
) -> Evaluation:
    """Rows without a label are left out; an empty text counts, somebody did send it."""

    rows = read_table(path, [*text_columns, label_column])
    labelled = [(joined(row, text_columns), row[label_column].strip()) for row in rows]
    labelled = [pair for pair in labelled if pair[1]]
    return evaluate(classifier, [text for text, _label in labelled], [label for _text, label in labelled])


def _figures_by_class(labels: Sequence[str], answers: Sequence[str]) -> dict[str, ClassFigures]:
    meant, answered = Counter(labels), Counter(answers)
    hits = Counter(label for label, answer in zip(labels, answers, strict=True) if label == answer)
    return {
        label: ClassFigures(
            precision=_share(hits[label], answered[label]),
            recall=_share(hits[label], meant[label]),
            f1=_share(2 * hits[label], meant[label] + answered[label]),
            rows=meant[label],
        )
        for label in sorted(meant.keys() | answered.keys())
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
