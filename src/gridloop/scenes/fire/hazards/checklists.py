"""The checklists inspections follow: shipped ones, and the county's own versions. An edit adds a version."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.queries import require
from gridloop.scenes.fire.hazards.kinds import HazardGrade, HazardKind
from gridloop.scenes.fire.hazards.models import Checklist
from gridloop.scenes.fire.registry.models import Premises, PremisesKind

DATA = Path(__file__).parent / "data" / "checklists.json"


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(DATA.read_text(encoding="utf-8")))


def checklists() -> list[Checklist]:
    """The newest version of every checklist; the shipped ones are written down when they are first asked for."""
    newest: dict[str, Checklist] = {}
    for row in Checklist.objects.order_by("code", "version"):
        newest[row.code] = row
    missing = [row for row in shipped() if row["code"] not in newest]
    if missing:
        Checklist.objects.bulk_create((Checklist(version=1, **row) for row in missing), ignore_conflicts=True)
        return checklists()
    return sorted(newest.values(), key=lambda row: row.code)


def checklist_for(premises: Premises) -> Checklist:
    """The one made for this kind of premises; the first where none is."""
    known = checklists()
    return next((row for row in known if premises.kind in row.premises_kinds), known[0])


def checklist_versions(code: str) -> list[Checklist]:
    """All versions of one, the newest first."""
    checklists()  # so that the shipped ones are there
    return list(Checklist.objects.filter(code=code).select_related("made_by").order_by("-version"))


@transaction.atomic
def keep_checklist(
    code: str,
    title: str,
    items: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    english: str | None = None,
    premises_kinds: Sequence[str] | None = None,
    seen: int | None = None,
) -> Checklist:
    """A new version; inspections made by the old one keep it. No code: a new checklist. `seen`: the version it was made from."""
    require(by, "administer")
    if not items or not title.strip():
        raise Refusal(_("A checklist needs a title and at least one item."), field="items")
    for item in items:
        if item.get("hazard") not in HazardKind.values or item.get("grade") not in HazardGrade.values:
            raise Refusal(_("Each item names a kind of hazard and how grave it is."), field="items")
    versions = list(Checklist.objects.filter(code=code).order_by("-version")) if code else []
    before = versions[0] if versions else None
    late = TooLate(_("Somebody has changed this checklist meanwhile. Look at it again before you change it."))
    if seen is not None and seen != (before.version if before else 0):
        raise late
    if premises_kinds is None:
        premises_kinds = before.premises_kinds if before else []
    refuse_taken(code, premises_kinds)

    try:
        with transaction.atomic():
            kept = Checklist.objects.create(
                code=code or new_code(), version=before.version + 1 if before else 1, title=title.strip(),
                english=(before.english if before else "") if english is None else english.strip(),
                items=coded(items, versions), premises_kinds=list(premises_kinds), made_by_id=by.person,
            )  # fmt: skip
    except IntegrityError as clash:
        raise late from clash

    record(
        "checklist_kept",
        by=by,
        subject_kind="checklist",
        subject=kept.pk,
        facts={"name": kept.title, "checklist": kept.code, "version": kept.version},
    )

    return kept


def refuse_taken(code: str, premises_kinds: Sequence[str]) -> None:
    """Each kind of premises has one checklist, or nobody would know which an inspection follows."""
    if not set(premises_kinds) <= set(PremisesKind.values):
        raise Refusal(_("Choose kinds of premises from the list."), field="premises_kinds")
    for other in checklists():
        both = [kind for kind in other.premises_kinds if kind in premises_kinds]
        if other.code != code and both:
            told = {"list": other.title, "kinds": kinds_words(both)}
            raise Refusal(_("“%(list)s” is followed there already: %(kinds)s. Take them out there first.") % told,
                          field="premises_kinds")  # fmt: skip


def kinds_words(kinds: Sequence[str]) -> str:
    titles = dict(PremisesKind.choices)
    return _(", ").join(str(titles.get(kind, kind)) for kind in kinds)


def new_code() -> str:
    """The county's own lists are numbered; nobody need think of a code."""
    known = set(Checklist.objects.filter(code__startswith="own_").values_list("code", flat=True))
    return next(code for number in count(1) if (code := f"own_{number}") not in known)


def coded(items: Sequence[Mapping[str, Any]], versions: Sequence[Checklist]) -> list[dict[str, Any]]:
    """Answers are kept by the code of their item: an item keeps its code, a new one gets one that never was used."""
    used = {item["code"] for version in versions for item in version.items}
    used |= {item["code"] for item in items if item.get("code")}
    free = (code for number in count(1) if (code := f"item_{number}") not in used)
    made = [{**item, "code": item.get("code") or next(free)} for item in items]
    if len({item["code"] for item in made}) < len(made):
        raise Refusal(_("An item stands in the list twice."), field="items")
    return made
