"""What people may read of the register: premises and devices within their reach, cameras and stations near a place."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may, reach_of
from gridloop.scenes.fire.registry.models import Camera, Device, Premises, Station, Stranger, Vendor

REGISTRARS = ("watch_fire", "administer")
LEVELS = ("grid", "community", "town", "county")


def reach_condition(person: Person, prefix: str = "") -> Q:
    """Premises in the person's areas or of their organisations, and their own. `prefix` reaches premises from elsewhere."""
    reach = reach_of(person)
    found = Q(**{f"{prefix}owner": person.pk})
    for level in LEVELS:
        if reach.roots:
            found |= Q(**{f"{prefix}{level}__in": reach.roots})
    if reach.organisations:
        found |= Q(**{f"{prefix}organisation__in": reach.organisations})
    return found


def premises_within_reach(person: Person | None) -> QuerySet[Premises]:
    if person is None or not person.is_active:
        return Premises.objects.none()
    return Premises.objects.filter(reach_condition(person), retired_at=None)


def premises_of(person: Person | None, pk: int) -> Premises:
    """One place; out of reach and absent are the same answer."""
    found = premises_within_reach(person).select_related("owner", "organisation").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There are no such premises, or they are not yours to see."))
    return found


def devices_within_reach(person: Person | None) -> QuerySet[Device]:
    """Devices of premises in reach; registrars of the whole county also see devices that stand nowhere yet."""
    if person is None or not person.is_active:
        return Device.objects.none()
    condition = reach_condition(person, "premises__")
    if is_registrar(person):
        condition |= Q(premises=None)
    return Device.objects.filter(condition, retired_at=None)


def device_of(person: Person | None, pk: int) -> Device:
    found = devices_within_reach(person).select_related("vendor", "premises", "panel").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such device, or it is not yours to see."))
    return found


def is_registrar(person: Person | None) -> bool:
    """Whether the person keeps the register: the duty room's and the administrators' work."""
    return person is not None and any(may(person, ability) for ability in REGISTRARS)


def require_registrar(by: Actor) -> None:
    """Raises `NotAllowed` for whoever does not keep the register; gridloop itself may."""
    if by.person is None and by.kind in ("system", "rule"):
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if not is_registrar(person):
        raise NotAllowed(_("The fire duty room and administrators keep the register. Ask one of them."))


def searched_premises(found: QuerySet[Premises], words: str, kind: str) -> QuerySet[Premises]:
    words = words.replace("\0", "").strip()
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__istartswith=words))
    if kind:
        found = found.filter(kind=kind)
    counted = Count("devices", filter=Q(devices__retired_at=None))
    return found.annotate(watched=counted).order_by("id")


def searched_devices(found: QuerySet[Device], words: str, kind: str, vendor: str) -> QuerySet[Device]:
    words = words.replace("\0", "").strip()
    if words:
        found = found.filter(Q(code__icontains=words) | Q(premises__name__icontains=words))
    if kind:
        found = found.filter(kind=kind)
    if vendor:
        found = found.filter(vendor__code=vendor)
    return found.select_related("vendor", "premises").order_by("id")


def cameras_at(premises: Premises) -> QuerySet[Camera]:
    return Camera.objects.filter(premises=premises, retired_at=None).order_by("code")


def cases_at(premises: Premises, person: Person | None) -> QuerySet[Case]:
    """What happened there, newest first: alarms and hazards the person may open."""
    there = Q(hazard__premises=premises) | Q(fire_episode__premises=premises)
    return cases_within_reach(person).filter(there).order_by("-id")


def strangers_waiting() -> QuerySet[Stranger]:
    """Devices that sent and are in no register, the loudest first."""
    return Stranger.objects.filter(decided_at=None).select_related("vendor").order_by("-messages", "id")


def vendors_listed() -> QuerySet[Vendor]:
    counted = Count("devices", filter=Q(devices__retired_at=None))
    return Vendor.objects.annotate(fleet=counted).order_by("code")


def counts_of_register() -> dict[str, int]:
    """How many there are of each: for the import page and the command."""
    return {
        "premises": Premises.objects.filter(retired_at=None).count(),
        "devices": Device.objects.filter(retired_at=None).count(),
        "cameras": Camera.objects.filter(retired_at=None).count(),
        "stations": Station.objects.filter(retired_at=None).count(),
    }
