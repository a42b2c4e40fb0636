"""The classifier in use: one trained edition at a time, kept in memory, asked for every new matter."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gridloop.core.cases.classes import save_class
from gridloop.core.cases.models import Category
from gridloop.core.clocks.editions import Shelf
from gridloop.core.dispatch.classifying import Classifier, load_classifier
from gridloop.core.dispatch.models import ClassifierEdition
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor

SURE_ENOUGH = 0.6  # below this a person decides (loop.md)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InUse:
    """The loaded model, its edition, and the classes its labels mean (by name or code)."""

    edition: int
    model: Classifier
    categories: dict[str, Category]


@dataclass(frozen=True, slots=True)
class Guess:
    """What the classifier says of a text: the class if it is sure enough, and the top three with confidence."""

    category: Category | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)
    edition: int | None = None


def _load(_token: str = "") -> InUse | None:
    edition = ClassifierEdition.objects.filter(in_use=True).order_by("-id").first()
    if edition is None:
        return None
    try:
        model = load_classifier(folder() / edition.path)
    except (OSError, ValueError, KeyError):
        log.exception(
            "classifier: edition %s cannot be read from %s; train it again", edition.pk, edition.path
        )
        return None
    return InUse(edition.pk, model, meanings())


def meanings() -> dict[str, Category]:
    """Names and codes to classes; one that is mapped to the county's own means that one."""
    rows = Category.objects.filter(retired_at=None).select_related("same_as").order_by("pk")
    meant = [(row, row.same_as if row.same_as and row.same_as.retired_at is None else row) for row in rows]
    return {row.name: category for row, category in meant} | {row.code: category for row, category in meant}


IN_USE: Shelf[InUse | None] = Shelf("classifier", _load, _load)


def folder() -> Path:
    return Path(settings.DATA) / "models"


def guess(words: str) -> Guess:
    """Class a text; without a trained edition the guess is empty and a person decides."""
    in_use = IN_USE.current()
    if in_use is None:
        return Guess()
    candidates: list[dict[str, Any]] = []
    for answer in in_use.model.classify(words, top=3):
        category = in_use.categories.get(answer.label)
        candidates.append(
            {
                "label": answer.label,
                "category": category.pk if category else None,
                "confidence": round(float(answer.confidence), 3),
            }
        )
    best = candidates[0] if candidates else None
    sure = best is not None and best["confidence"] >= SURE_ENOUGH
    return Guess(in_use.categories.get(best["label"]) if best and sure else None, candidates, in_use.edition)


def explain(words: str, label: str) -> list[tuple[str, float]]:
    """Which terms spoke for a class, strongest first."""
    in_use = IN_USE.current()
    if in_use is None:
        return []
    return [(reason.term, reason.weight) for reason in in_use.model.explain(words, label)]


@transaction.atomic
def put_in_use(
    model: Classifier,
    *,
    name: str,
    rows: int,
    by: Actor,
    accuracy: float | None = None,
    macro_f1: float | None = None,
) -> ClassifierEdition:
    """Keep a trained model as a new edition and use it from now on; older editions stay, to go back to."""
    edition = ClassifierEdition.objects.create(
        name=name,
        path="",
        rows=rows,
        accuracy=accuracy,
        macro_f1=macro_f1,
        in_use=False,
        trained_at=timezone.now(),
    )
    edition.path = f"classifier-{edition.pk}.npz"
    folder().mkdir(parents=True, exist_ok=True)
    model.save(folder() / edition.path)
    edition.save(update_fields=["path"])
    if not any(label in meanings() for label in model.labels):
        make_classes_of(model.labels, edition=f"labels-{edition.pk}", by=by)

    use_edition(edition, by=by)

    return edition


def make_classes_of(labels: Sequence[str], *, edition: str, by: Actor) -> None:
    """Labels none of which is a class here become classes of an edition of their own, else nothing could be classed
    by them; an administrator maps them to the county's (`same_as`)."""
    for number, label in enumerate(labels, start=1):
        save_class(None, edition=edition, code=f"L{number:03}", name=label[:60], by=by)


@transaction.atomic
def use_edition(edition: ClassifierEdition, *, by: Actor) -> None:
    """Switch to an edition; the one before stays, to go back to."""
    before = ClassifierEdition.objects.filter(in_use=True).values_list("name", flat=True).first() or ""
    ClassifierEdition.objects.filter(in_use=True).update(in_use=False)
    ClassifierEdition.objects.filter(pk=edition.pk).update(in_use=True)
    IN_USE.renew()

    record(
        "classifier_switched",
        by=by,
        subject_kind="classifier",
        subject=edition.pk,
        before=before[:48],
        after=edition.name[:48],
        facts={"name": edition.name},
    )
