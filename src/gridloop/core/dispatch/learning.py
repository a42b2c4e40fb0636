"""Trains a new edition of the classifier, from a labelled table or from what people corrected, and judges it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case
from gridloop.core.dispatch.classifier import put_in_use
from gridloop.core.dispatch.evaluating import evaluate
from gridloop.core.dispatch.models import ClassifierEdition, Suggestion
from gridloop.core.dispatch.training import train
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.spreadsheets import read_rows

HELD_BACK = 5  # every fifth row is not learnt from, to judge by
FEWEST = 20
MOST = 200_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with the class each belongs to."""

    texts: list[str]
    labels: list[str]

    def __len__(self) -> int:
        return len(self.texts)


def table_of(path: Path, text_columns: Sequence[str], label_column: str) -> Labelled:
    """The labelled rows of a CSV or XLSX file; refuses one without these columns."""
    found = Labelled([], [])
    for row in read_rows(path):
        missing = [name for name in (*text_columns, label_column) if name not in row]
        if missing:
            raise Refusal(
                _("The file has no column “%(name)s”. Its columns are: %(all)s.")
                % {"name": missing[0], "all": ", ".join(row)},
                field="text_columns" if missing[0] in text_columns else "label_column",
            )
        text, label = " ".join(row[name] for name in text_columns).strip(), row[label_column].strip()
        if text and label and len(found) < MOST:
            found.texts.append(text)
            found.labels.append(label)
    return found


def without_words(case: str = "") -> Q:
    """Where nothing is left but the class's own name there is nothing to learn, and a test would be too easy."""
    return Q(**{f"{case}words": "", f"{case}title": F(f"{case}category__name")})


def corrected_cases() -> Labelled:
    """The county's own cases, with the class a person gave or left standing."""
    chosen = (
        Suggestion.objects.filter(chosen__isnull=False)
        .exclude(without_words("case__"))
        .values_list("case__title", "case__words", "chosen__code")
    )
    closed = (
        Case.objects.filter(open=False, category__isnull=False)
        .exclude(Q(suggestion__chosen__isnull=False) | without_words())
        .values_list("title", "words", "category__code")
    )
    rows = [*chosen.order_by("-pk")[:MOST], *closed.order_by("-pk")[: MOST // 4]]
    return Labelled([f"{title} {words}" for title, words, _code in rows], [code for *_text, code in rows])


def train_edition(
    labelled: Labelled, *, name: str, by: Actor, progress: Progress = lambda done, total: None
) -> ClassifierEdition:
    """Learn from four rows of five, judge by the fifth, then learn from all and put the result in use."""
    if len(labelled) < FEWEST:
        raise Refusal(
            _("There are %(count)d labelled texts; %(fewest)d are needed to learn and to judge.")
            % {"count": len(labelled), "fewest": FEWEST}
        )
    progress(1, 4)
    learnt = [at for at in range(len(labelled)) if at % HELD_BACK]
    judged = [at for at in range(len(labelled)) if at % HELD_BACK == 0]
    trial = train([labelled.texts[at] for at in learnt], [labelled.labels[at] for at in learnt])
    progress(2, 4)
    figures = evaluate(trial, [labelled.texts[at] for at in judged], [labelled.labels[at] for at in judged])
    progress(3, 4)
    model = train(labelled.texts, labelled.labels)
    edition = put_in_use(
        model,
        name=name,
        rows=len(labelled),
        by=by,
        accuracy=round(figures.accuracy, 4),
        macro_f1=round(figures.macro_f1, 4),
    )
    keep_figures(edition, figures.as_json())
    progress(4, 4)
    return edition


def keep_figures(edition: ClassifierEdition, figures: dict[str, Any]) -> None:
    edition.figures = figures
    ClassifierEdition.objects.filter(pk=edition.pk).update(figures=figures)
