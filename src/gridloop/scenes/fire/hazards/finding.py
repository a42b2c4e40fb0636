"""A hazard is found: by a device, an inspection, a person or a fire. Repeated ones are linked to the last one."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Link, Party, Urgency
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.fire.alarms.models import Alarm, Episode
from gridloop.scenes.fire.hazards.kinds import FoundBy, HazardGrade, HazardKind, hazard_kind_of
from gridloop.scenes.fire.hazards.models import Hazard, Inspection
from gridloop.scenes.fire.registry.models import Device, Premises
from gridloop.scenes.fire.registry.owners import area_of, owners_of

KEYS = uuid.UUID("0f6f3f2c-2f57-4a0e-8b6b-3f3b7d6d1f11")  # the namespace of the keys of hazards' cases


@transaction.atomic
def find_hazard(
    kind: str,
    *,
    premises: Premises | None,
    found_by: str,
    by: Actor,
    words: str = "",
    grade: str = HazardGrade.GENERAL,
    spot: Spot | None = None,
    reporter: Person | None = None,
    photos: Sequence[File] = (),
    device: Device | None = None,
    inspection: Inspection | None = None,
    alarm: int | None = None,
    item: str = "",
    key: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Hazard:
    """Open the case of a hazard. The same key again, or the same device's open one, is the hazard it was."""
    if kind not in HazardKind.values:
        raise Refusal(_("Choose the kind of hazard from the list."), field="kind")
    if premises is None and spot is None:
        raise Refusal(_("Say where it is: choose the premises, or a place on the map."), field="place")
    known = Hazard.objects.filter(case__key=key).first() if key else None
    if device is not None and known is None:
        known = Hazard.objects.filter(device=device, kind=kind, closed_at=None).first()
    if known is not None:
        return known

    now = at or timezone.now()
    earlier = (
        Hazard.objects.filter(premises=premises, kind=kind)
        .exclude(case__step="declined")
        .order_by("-id")
        .first()
        if premises
        else None
    )
    owners = owners_of(premises) if premises else []
    case = open_case(
        "hazard",
        title=title_of(kind, premises, item),
        words=words,
        spot=spot_of(premises, spot),
        by=by,
        urgency=Urgency.URGENT if grade == HazardGrade.MAJOR else Urgency.NORMAL,
        reporter=reporter,
        photos=photos,
        source={"device": "device", "resident": "web"}.get(found_by, "field"),
        key=key,
        at=at,
        facts={
            "premises": premises.pk if premises else None,
            "owners": owners,
            "grade": grade,
            "hazard": kind,
        },
    )
    found = Hazard.objects.create(
        case=case, premises=premises, kind=kind, grade=grade, found_by=found_by, found_at=now, device=device,
        inspection=inspection, alarm=alarm, earlier=earlier, times=earlier.times + 1 if earlier else 1,
    )  # fmt: skip
    stand_behind(case, owners, now)
    if earlier is not None:
        Link.objects.get_or_create(one=case, other=earlier.case, relation="repeats")

    record(
        "hazard_found", by=by, subject_kind="fire_hazard", subject=found.pk, area=case.area_id, after=kind,
        facts={
            "case": case.pk, "number": case.number, "premises": premises.pk if premises else None, "grade": grade, "found_by": found_by,
            "times": found.times, "device": device.pk if device else None, "town": case.town_id, "grid": case.grid_id,
            "community": case.community_id, "county": case.county_id,
        },
    )  # fmt: skip

    return found


def stand_behind(case: Case, owners: list[int], at: datetime) -> None:
    """Who answers for the premises reads and moves the case."""
    Party.objects.bulk_create(
        (Party(case=case, person_id=person, role="helper", at=at) for person in owners), ignore_conflicts=True
    )


def spot_of(premises: Premises | None, spot: Spot | None) -> Spot:
    if premises is None:
        assert spot is not None
        return spot
    return Spot(area_of(premises), premises.longitude, premises.latitude, premises.address, "point")


def title_of(kind: str, premises: Premises | None, item: str) -> str:
    """Titles are kept in the county's language, whoever reads them."""
    with override(settings.LANGUAGE_CODE):
        what = item or str(HazardKind(kind).label)
        return _("%(what)s: %(where)s") % {"what": what, "where": premises.name} if premises else what


def find_by_device(alarm: Alarm, *, by: Actor) -> Hazard | None:
    """A reading beyond its limit is a hazard of the premises; without premises nobody could put it right."""
    if alarm.premises is None:
        return None
    kind = hazard_kind_of(alarm.device.kind)
    try:
        with transaction.atomic():
            return find_hazard(
                kind, premises=alarm.premises, found_by=FoundBy.DEVICE, by=by, device=alarm.device, alarm=alarm.pk,
                words=reading_words(alarm), key=uuid.uuid5(KEYS, f"alarm:{alarm.pk}"),
            )  # fmt: skip
    except IntegrityError:  # another worker was faster
        return Hazard.objects.get(device=alarm.device, kind=kind, closed_at=None)


def reading_words(alarm: Alarm) -> str:
    with override(settings.LANGUAGE_CODE):
        told = ", ".join(
            f"{name} {value}"
            for name, value in sorted(alarm.facts.items())
            if name not in ("test", "clock_off")
        )
        return _("Device %(code)s, %(spot)s: %(told)s") % {
            "code": alarm.device.code, "spot": alarm.device.spot or "—", "told": told or alarm.rule,
        }  # fmt: skip


def recover(alarm: Alarm, *, by: Actor) -> None:
    """The device reads normally again: what nobody has touched yet waits for somebody to look."""
    found = (
        Hazard.objects.filter(device=alarm.device, closed_at=None, alarm=alarm.pk)
        .select_related("case")
        .first()
    )
    if found is not None and found.case.step in ("found", "ordered"):
        move_case(found.case, "recover", by=by)


def find_after_fire(episode: Episode, *, by: Actor) -> Hazard:
    """A real fire leaves something to be put right; it is a major hazard until somebody has looked."""
    return find_hazard(
        HazardKind.AFTERMATH, premises=episode.premises, found_by=FoundBy.FIRE, by=by, grade=HazardGrade.MAJOR,
        alarm=episode.pk, key=uuid.uuid5(KEYS, f"episode:{episode.pk}"),
    )  # fmt: skip
