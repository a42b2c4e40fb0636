"""Every write to the register by hand: premises, devices, claims, vendors and their secrets, strangers."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may, require
from gridloop.core.people.throttling import Gate, count_try
from gridloop.scenes.fire.adapters.credentials import digest_of, new_secret
from gridloop.scenes.fire.adapters.gb26875.fleets import networks_of
from gridloop.scenes.fire.adapters.gb26875.profiles import dialect
from gridloop.scenes.fire.ingest.registering import registry_edition
from gridloop.scenes.fire.registry.claim_keys import claim_digest, new_claim_key
from gridloop.scenes.fire.registry.models import Device, Premises, Stranger, Vendor
from gridloop.scenes.fire.registry.placing import where_are
from gridloop.scenes.fire.registry.queries import premises_within_reach, require_registrar

SHORTEST_REASON = 4


def areas_at(longitude: float, latitude: float) -> dict[str, Any]:
    """A point with the areas around it, as premises store them."""
    (where,) = where_are([(longitude, latitude)])
    if where.grid is None:
        raise Refusal(_("This point lies in none of our grids. Choose it on the map."), field="place")
    areas = {f"{level}_id": area for level, area in where._asdict().items()}
    return {"longitude": longitude, "latitude": latitude, **areas}


@transaction.atomic
def save_premises(premises: Premises | None, *, by: Actor, **facts: Any) -> Premises:
    """New premises, or changed facts of known ones; `longitude` and `latitude` bring their areas along."""
    require_registrar(by)
    if "longitude" in facts:
        facts |= areas_at(facts["longitude"], facts["latitude"])

    event, saved = ("premises_changed", premises) if premises else ("premises_entered", Premises())
    for name, value in facts.items():
        setattr(saved, name, value)
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as clash:
        raise Refusal(_("Other premises have this code already."), field="code") from clash

    record(
        event,
        by=by,
        subject_kind="premises",
        subject=saved.pk,
        area=saved.grid_id,
        facts={"fields": sorted(facts)},
    )
    registry_edition.renew()
    return saved


@transaction.atomic
def retire_premises(premises: Premises, *, by: Actor) -> None:
    """The place is gone; its devices wait for another."""
    require_registrar(by)
    now = timezone.now()
    if not Premises.objects.filter(pk=premises.pk, retired_at=None).update(retired_at=now):
        raise TooLate(_("These premises were taken out of the register already."))
    Device.objects.filter(premises=premises).update(premises=None)

    record("premises_retired", by=by, subject_kind="premises", subject=premises.pk, area=premises.grid_id)
    registry_edition.renew()


@transaction.atomic
def unmask_owner(premises: Premises, *, reason: str, by: Actor) -> dict[str, str]:
    """Name and numbers of who answers for the premises, for a reason the person can read."""
    viewer = Person.objects.filter(pk=by.person).first() if by.person else None
    if viewer is None or not may(viewer, "unmask", premises.grid_id):
        raise NotAllowed(_("None of your posts allows this. Ask your command room to look it up."))
    if not premises_within_reach(viewer).filter(pk=premises.pk).exists():
        raise NotFound(_("There are no such premises, or they are not yours to see."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(
            _("Say in a few words why you need to see this. The person concerned can read it."),
            field="reason",
        )

    owner = premises.owner
    record("data_unmasked", by=by, subject_kind="person", subject=owner.pk if owner else None, area=premises.grid_id,
           words=reason.strip(), facts={"field": "phone", "premises": premises.pk})  # fmt: skip
    return {
        "name": owner.name if owner else "",
        "phone": owner.phone if owner else "",
        "duty_phone": premises.duty_phone,
    }


@transaction.atomic
def save_device(device: Device, *, by: Actor, **facts: Any) -> Device:
    """Where a device hangs and how long it may be silent."""
    require_registrar(by)
    Device.objects.filter(pk=device.pk).update(**facts)

    record("device_changed", by=by, subject_kind="device", subject=device.pk, facts={"fields": sorted(facts)})
    registry_edition.renew()
    device.refresh_from_db()
    return device


@transaction.atomic
def retire_device(device: Device, *, by: Actor) -> None:
    """Taken down: what it sends from now on is a stranger's."""
    require_registrar(by)
    if not Device.objects.filter(pk=device.pk, retired_at=None).update(retired_at=timezone.now()):
        raise TooLate(_("This device was taken out of the register already."))

    record("device_retired", by=by, subject_kind="device", subject=device.pk)
    registry_edition.renew()


@transaction.atomic
def renew_claim_key(device: Device, *, by: Actor) -> str:
    """A new key to print on the device; the old one opens nothing any more. Shown once."""
    require_registrar(by)
    key = new_claim_key()
    Device.objects.filter(pk=device.pk).update(claim_digest=claim_digest(key), claimed_at=None)

    record("claim_key_made", by=by, subject_kind="device", subject=device.pk)
    return key


def device_by_key(key: str, *, by: Actor) -> Device:
    """The device with this key; every try counts, so that nobody walks through all keys."""
    found = (
        Device.objects.filter(claim_digest=claim_digest(key), retired_at=None)
        .exclude(claim_digest="")
        .select_related("premises", "vendor")
        .first()
    )
    if found is None:
        count_try(Gate("fire_claim", str(by.person), free=10))
        raise NotFound(_("No device has this key. Look at the label again: no zero, no one, no O, no I."))
    return found


@transaction.atomic
def claim_device(key: str, *, by: Actor, place: dict[str, Any] | None = None) -> Device:
    """The signed-in person answers for the place where the device hangs. `place`: facts of a place not yet registered."""
    if by.person is None:
        raise NotAllowed(_("Sign in first."))
    device = device_by_key(key, by=by)
    premises = device.premises
    if premises is None:
        if not place:
            raise Refusal(_("Say where the device hangs."), field="place")
        areas = areas_at(place.pop("longitude"), place.pop("latitude"))
        premises = Premises.objects.create(code=f"Z{device.pk}", owner_id=by.person, **place, **areas)
        Device.objects.filter(pk=device.pk, premises=None).update(premises=premises)
    elif premises.owner_id != by.person and not Premises.objects.filter(pk=premises.pk, owner=None).update(
        owner=by.person
    ):
        raise Refusal(
            _("Somebody else answers for these premises already. Ask your grid worker to change it.")
        )

    if Device.objects.filter(pk=device.pk, claimed_at=None).update(claimed_at=timezone.now()):
        record("device_claimed", by=by, subject_kind="device", subject=device.pk, area=premises.grid_id,
               facts={"premises": premises.pk})  # fmt: skip
        registry_edition.renew()
    device.refresh_from_db()
    return device


@transaction.atomic
def save_vendor(
    vendor: Vendor | None, *, by: Actor, code: str = "", name: str, profile: str, allowed: str, active: bool
) -> Vendor:
    """A vendor's dialect and the networks its devices may call from."""
    require(by, "administer")
    dialect(profile)
    try:
        networks_of(allowed)
    except ValueError as wrong:
        raise Refusal(
            _("Write one network a line, for example 10.20.0.0/16 (%(why)s).") % {"why": wrong},
            field="allowed",
        ) from wrong

    saved = vendor or Vendor(code=code)
    saved.name, saved.profile, saved.allowed, saved.active = name, profile, allowed.strip(), active
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as clash:
        raise Refusal(_("Another vendor has this code already."), field="code") from clash

    record("vendor_changed" if vendor else "vendor_entered", by=by, subject_kind="vendor", subject=saved.pk,
           after=saved.profile, facts={"active": active, "allowed": saved.allowed})  # fmt: skip
    registry_edition.renew()
    return saved


@transaction.atomic
def make_secret(vendor: Vendor, *, by: Actor) -> str:
    """A new secret for the vendor's gateway; the old one opens nothing from now on. Shown once."""
    require(by, "administer")
    secret = new_secret()
    Vendor.objects.filter(pk=vendor.pk).update(secret_digest=digest_of(secret))

    record("vendor_secret_made", by=by, subject_kind="vendor", subject=vendor.pk)
    return secret


@transaction.atomic
def register_stranger(stranger: Stranger, *, premises: Premises, by: Actor, **facts: Any) -> Device:
    """Out of quarantine: from now on it is a device of these premises."""
    require_registrar(by)
    if stranger.vendor is None:
        raise Refusal(
            _("Nobody knows whose device this is. Enter its vendor first; it will come again under it.")
        )
    decide_stranger(stranger, "registered")
    device, made = Device.objects.get_or_create(
        vendor=stranger.vendor, code=stranger.code, defaults={"premises": premises, **facts}
    )
    if not made:  # it was taken down once and speaks again
        Device.objects.filter(pk=device.pk).update(premises=premises, retired_at=None, **facts)

    record("stranger_registered", by=by, subject_kind="device", subject=device.pk, area=premises.grid_id,
           facts={"stranger": stranger.pk, "premises": premises.pk})  # fmt: skip
    registry_edition.renew()
    return device


@transaction.atomic
def refuse_stranger(stranger: Stranger, *, reason: str, by: Actor) -> None:
    """It is not ours: what it sends is only counted."""
    require_registrar(by)
    if not reason.strip():
        raise Refusal(_("Say in a few words why."), field="reason")
    decide_stranger(stranger, "refused")

    record("stranger_refused", by=by, subject_kind="stranger", subject=stranger.pk, words=reason.strip())


def decide_stranger(stranger: Stranger, decision: str) -> None:
    waiting = Stranger.objects.filter(pk=stranger.pk, decided_at=None)
    if not waiting.update(decided_at=timezone.now(), decision=decision):
        raise TooLate(_("Somebody has decided about this device already."))
