"""Duty checks (查岗): asked on the desk, carried out by the listener, kept with their outcome."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.fire.adapters.gb26875.profiles import DIALECTS, STANDARD
from gridloop.scenes.fire.registry.models import Device, DutyCheck
from gridloop.scenes.fire.registry.queries import require_registrar

GRACE = timedelta(minutes=3)  # beyond the minutes to answer: then the listener died meanwhile
AT_ONCE = 200
MOST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check the listener is to carry out. `source`: the device's address on the wire."""

    check: int
    vendor: str
    source: bytes
    minutes: int


@transaction.atomic
def ask_duty(device: Device, *, by: Actor, minutes: int = 10) -> DutyCheck:
    """Asks whoever watches there to press the button within so many minutes."""
    require_registrar(by)
    if device.kind != "transmitter":
        raise Refusal(_("Only a transmission device can be asked whether somebody is on watch."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(_("Give 1 to %(most)d minutes to answer.") % {"most": MOST_MINUTES}, field="minutes")
    asker = Person.objects.filter(pk=by.person).first() if by.person else None
    try:
        with transaction.atomic():
            check = DutyCheck.objects.create(device=device, minutes=minutes, asked_by=asker)
    except IntegrityError as clash:
        raise Refusal(_("This device is being asked already. Wait for the answer.")) from clash

    record(
        "duty_check_asked",
        by=by,
        subject_kind="device",
        subject=device.pk,
        facts={"check": check.pk, "minutes": minutes},
    )
    return check


def take_waiting() -> list[Wanted]:
    """The checks nobody carries out yet; from now on the caller does."""
    give_up_forgotten()
    found = []
    waiting = (
        DutyCheck.objects.filter(taken_at=None, done_at=None).select_related("device__vendor").order_by("id")
    )
    for check in waiting[:AT_ONCE]:
        vendor = check.device.vendor
        form = DIALECTS.get(vendor.profile, STANDARD).source_format
        try:
            source = form.read(check.device.code)
        except (ValueError, OverflowError):
            finish(check.pk, reached=False, seconds=None)  # registered under a code no device can have
            continue
        if DutyCheck.objects.filter(pk=check.pk, taken_at=None).update(taken_at=timezone.now()):
            found.append(Wanted(check.pk, vendor.code, source, check.minutes))
    return found


@transaction.atomic
def finish(check: int, *, reached: bool, seconds: float | None) -> bool:
    """Keeps the outcome; whether it was the first."""
    if not DutyCheck.objects.filter(pk=check, done_at=None).update(
        done_at=timezone.now(), reached=reached, seconds=seconds
    ):
        return False
    device = DutyCheck.objects.values_list("device", flat=True).get(pk=check)

    record("duty_checked", by=SYSTEM, subject_kind="device", subject=device, after="answered" if seconds is not None else "not answered",
           facts={"check": check, "reached": reached, "seconds": seconds})  # fmt: skip
    return True


def give_up_forgotten() -> None:
    """A listener that died has forgotten its checks: they count as not answered."""
    limit = timezone.now() - GRACE
    late = DutyCheck.objects.filter(done_at=None, taken_at__lt=limit)
    for check, minutes, taken in late.values_list("pk", "minutes", "taken_at"):
        if taken is not None and taken + timedelta(minutes=minutes) < limit:
            finish(check, reached=False, seconds=None)


def last_checks(device: Device) -> QuerySet[DutyCheck]:
    return DutyCheck.objects.filter(device=device).select_related("asked_by").order_by("-id")
