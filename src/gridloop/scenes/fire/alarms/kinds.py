"""The kinds of signals, and what each kind sets in motion: an episode, a hazard, or a device fault."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AlarmKind(models.TextChoices):
    """What the rules raise (ingest/signals.py: ALARM_KINDS and "reading"); one not listed here counts as a fault."""

    FIRE = "fire", _("Fire alarm")
    GAS = "gas", _("Gas alarm")
    READING = "reading", _("Reading beyond its limit")
    FAULT = "fault", _("Device fault")
    MAIN_POWER = "main_power", _("Mains failure")
    BACKUP_POWER = "backup_power", _("Backup power failure")
    SHIELDED = "shielded", _("Point switched off")
    SUPERVISION = "supervision", _("Supervised part not in place")
    STARTED = "started", _("Equipment started")
    FEEDBACK = "feedback", _("Equipment answered")
    OFFLINE = "offline", _("Device offline")
    BATTERY = "battery", _("Low battery")


class Grade(models.TextChoices):
    """How an episode is treated: fire-class ones at once by everybody, faults by whoever looks after the devices."""

    FIRE = "fire", _("Fire or gas")
    FAULT = "fault", _("Device fault")


class AlarmState(models.TextChoices):
    """How far an alarm has come."""

    RAISED = "raised", _("Raised")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    VERIFIED = "verified", _("Verified")
    ENDED = "ended", pgettext_lazy("alarm", "Ended")


class Verdict(models.TextChoices):
    """What it was, as somebody on the spot saw it."""

    REAL = "real", _("Real fire or gas leak")
    FALSE = "false", _("False alarm")
    TEST = "test", _("Test or drill")
    FAULT = "fault", _("Device fault")


FIRE_CLASS = frozenset({"fire", "gas"})
HAZARD_CLASS = frozenset({"reading"})
KEPT_CLASS = frozenset({"started", "feedback"})  # worth keeping beside a fire, nobody need act on them alone
INHIBITING = frozenset({"main_power", "backup_power", "offline"})  # of a panel, towards its points
# Of points, while their panel has no power or is away.
INHIBITED = frozenset({"offline", "fault", "main_power"})
TESTED = "test"  # inhibited because the device is being tested


def grade_of(kind: str) -> str:
    """The grade of the episode a kind belongs to; empty for kinds that make a hazard, or are only kept."""
    if kind in FIRE_CLASS:
        return Grade.FIRE.value
    return "" if kind in HAZARD_CLASS | KEPT_CLASS else Grade.FAULT.value


VERDICT_WORDS = {verdict.value: verdict.label for verdict in Verdict}
OWNER_WORDS = {
    "fire": _("It is burning"),
    "cooking": _("I am there: smoke from cooking"),
    "smoking": _("I am there: cigarette or incense"),
    "work": _("I am there: dust or steam from work"),
    "nothing": _("I am there: nothing to be seen"),
    "away": _("Nobody of us is there"),
}
