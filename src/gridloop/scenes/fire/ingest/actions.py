"""What people may ask of the listener."""

from django.db import transaction

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry

STORM = "storm_wished"
MOST = 5_000


def wish_storm(*, alarms: int = 200, by: Actor) -> Entry:
    """A storm of so many alarms from the demo's devices, within two seconds; real devices are never played."""
    alarms = max(1, min(alarms, MOST))
    with transaction.atomic():
        return record("storm_wished", by=by, subject_kind="fire", facts={"alarms": alarms})
