"""Looking for hazards: an inspection by checklist, and what a resident or grid worker snaps."""

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.cases.spots import Spot
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may, staff_hats
from gridloop.core.territory.coordinates import metres_between
from gridloop.scenes.fire.hazards.finding import find_hazard
from gridloop.scenes.fire.hazards.kinds import FoundBy
from gridloop.scenes.fire.hazards.models import Checklist, Hazard, Inspection
from gridloop.scenes.fire.registry.models import Premises
from gridloop.scenes.fire.registry.owners import area_of

ANSWERS = ("good", "bad", "absent")
INSPECTORS = ("work_in_grid", "dispatch", "fight_fire")


@transaction.atomic
def keep_inspection(
    premises: Premises,
    checklist: Checklist,
    answers: Mapping[str, str],
    *,
    by: Actor,
    key: uuid.UUID | None = None,
    words: str = "",
    point: tuple[float, float] | None = None,
    photos: Sequence[File] = (),
) -> Inspection:
    """Keep one inspection; every item that is bad becomes a hazard. The same key again is the one that was kept."""
    if key is not None and (known := Inspection.objects.filter(key=key).first()):
        return known
    area = area_of(premises)
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not any(may(person, ability, area) for ability in INSPECTORS):
        raise NotAllowed(
            _("Inspections are made by grid workers, station crews and command rooms of the area.")
        )
    items = {item["code"]: item for item in checklist.items}
    given = {code: answers.get(code, "") for code in items}
    missing = next((items[code]["title"] for code, answer in given.items() if answer not in ANSWERS), None)
    if missing is not None:
        raise Refusal(_("Not answered yet: %(item)s") % {"item": missing}, field="answers")

    metres = round(metres_between(*point, premises.longitude, premises.latitude)) if point else None
    bad = [code for code, answer in given.items() if answer == "bad"]
    kept = Inspection.objects.create(
        key=key or uuid.uuid4(), premises=premises, checklist=checklist, by_id=by.person, answers=given, found=len(bad),
        words=words.strip(), metres=metres,
    )  # fmt: skip
    kept.photos.set(photos)
    for code in bad:
        find_hazard(
            items[code]["hazard"], premises=premises, found_by=FoundBy.INSPECTION, by=by, grade=items[code]["grade"],
            inspection=kept, words=words, photos=photos, item=items[code]["title"], key=uuid.uuid5(kept.key, code),
        )  # fmt: skip

    record(
        "fire_inspected", by=by, subject_kind="premises", subject=premises.pk, area=area,
        facts={
            "inspection": kept.pk, "checklist": checklist.code, "version": checklist.version, "items": len(items),
            "bad": len(bad), "metres": metres, "town": premises.town_id, "grid": premises.grid_id,
        },
    )  # fmt: skip

    return kept


def snap_hazard(
    kind: str,
    *,
    words: str,
    by: Actor,
    premises: Premises | None = None,
    spot: Spot | None = None,
    photos: Sequence[File] = (),
    reporter: Person | None = None,
    key: uuid.UUID | None = None,
) -> Hazard:
    """A resident or grid worker shows a hazard. Staff found it on duty and is not its reporter."""
    if not photos and not words.strip():
        raise Refusal(_("Take a photo, or say in a few words what is dangerous."), field="words")
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    found_by = FoundBy.WORKER if person and staff_hats(person) else FoundBy.RESIDENT
    return find_hazard(
        kind, premises=premises, spot=spot, found_by=found_by, by=by, words=words, photos=photos, key=key,
        reporter=reporter if found_by == FoundBy.RESIDENT else None,
    )  # fmt: skip
