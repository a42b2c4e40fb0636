"""The class list as data: shipped as the county's first edition, exchanged or extended by spreadsheet."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Category
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate

SHIPPED = Path(__file__).parent / "data" / "categories.csv"


def shipped_classes() -> list[dict[str, str]]:
    """The rows gridloop ships (event classes after CJ/T 214, and what hotlines add); edition "county-1"."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_classes(rows: Iterable[Mapping[str, str]], *, by: Actor) -> int:
    """Put classes in, parents before children; known ones take the new names. Returns how many are new."""
    known = {(category.edition, category.code): category for category in Category.objects.all()}
    new = 0
    for row in sorted(rows, key=lambda row: len(row["code"])):
        key = (row["edition"], row["code"])
        category = known.get(key) or Category(edition=row["edition"], code=row["code"])
        new += category.pk is None
        category.name, category.english = row["name"], row.get("english", "")
        category.words = row.get("words", category.words)
        category.parent = known.get((row["edition"], row.get("parent", "")))
        category.save()
        known[key] = category

    record("classes_loaded", by=by, facts={"new": new})

    return new


@transaction.atomic
def save_class(
    category: Category | None,
    *,
    edition: str,
    code: str,
    name: str,
    english: str = "",
    parent: Category | None = None,
    words: str = "",
    same_as: Category | None = None,
    by: Actor,
) -> Category:
    """A new class, or a known one with other words; its edition and code stay what they were."""
    if not name.strip() or len(name.strip()) > 60:
        raise Refusal(_("A class's name has 1 to 60 characters."), field="name")
    if category is None:
        code, edition = code.strip(), edition.strip()
        if not code.isalnum() or not 1 <= len(code) <= 24 or not edition or len(edition) > 24:
            raise Refusal(_("A class's code has 1 to 24 letters and digits."), field="code")
        if Category.objects.filter(edition=edition, code=code).exists():
            raise Refusal(_("Another class of this edition has this code already."), field="code")
        category = Category(edition=edition, code=code)
    if parent is not None and (
        parent.edition != category.edition or parent.parent_id or parent.pk == category.pk
    ):
        raise Refusal(_("Choose a major class of the same edition."), field="parent")
    if same_as is not None and same_as.edition == category.edition:
        raise Refusal(_("A class is mapped to one of another edition."), field="same_as")

    before = category.name if category.pk else ""
    category.name, category.english, category.words = name.strip(), english.strip()[:80], words.strip()
    category.parent, category.same_as = parent, same_as
    category.save()

    record(
        "class_saved",
        by=by,
        subject_kind="class",
        subject=category.pk,
        before=before[:48],
        after=category.name[:48],
        facts={"edition": category.edition, "code": category.code, "same_as": category.same_as_id},
    )
    return category


@transaction.atomic
def retire_class(category: Category, *, retired: bool = True, by: Actor) -> Category:
    """No new case gets this class (or it may be given again); cases that have it keep it."""
    if retired and category.children.filter(retired_at=None).exists():
        raise Refusal(_("Classes stand below this one. Retire them first."))
    changed = Category.objects.filter(pk=category.pk, retired_at__isnull=retired).update(
        retired_at=timezone.now() if retired else None
    )
    if changed != 1:
        raise TooLate(_("Somebody has changed this class meanwhile."))

    record(
        "class_retired" if retired else "class_revived",
        by=by,
        subject_kind="class",
        subject=category.pk,
        facts={"edition": category.edition, "code": category.code},
    )
    category.refresh_from_db()
    return category
