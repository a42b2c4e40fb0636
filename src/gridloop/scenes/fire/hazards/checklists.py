"""The checklists inspections follow: shipped ones, and the county's own versions. An edit adds a version."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.queries import require
from gridloop.scenes.fire.hazards.kinds import HazardGrade, HazardKind
from gridloop.scenes.fire.hazards.models import Checklist
from gridloop.scenes.fire.registry.models import Premises

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


@transaction.atomic
def keep_checklist(code: str, title: str, items: Sequence[Mapping[str, Any]], *, by: Actor) -> Checklist:
    """A new version; inspections made by the old one keep it."""
    require(by, "administer")
    if not items or not title.strip():
        raise Refusal(_("A checklist needs a title and at least one item."), field="items")
    for item in items:
        if item.get("hazard") not in HazardKind.values or item.get("grade") not in HazardGrade.values:
            raise Refusal(_("Each item names a kind of hazard and how grave it is."), field="items")
    before = Checklist.objects.filter(code=code).order_by("-version").first()

    kept = Checklist.objects.create(
        code=code, version=before.version + 1 if before else 1, title=title.strip(), items=[dict(i) for i in items],
        premises_kinds=before.premises_kinds if before else [], made_by_id=by.person,
    )  # fmt: skip

    record(
        "checklist_kept",
        by=by,
        subject_kind="checklist",
        subject=kept.pk,
        facts={"code": code, "version": kept.version},
    )

    return kept
