"""Maintenance windows: asked for with a reason, approved by another person where they mute fire, ended with a re-check."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.clocks.timers import cancel_timer, set_timer
from gridloop.core.journal.actions import record, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.queries import require
from gridloop.scenes.fire.alarms.actions import DEVICES, raise_again
from gridloop.scenes.fire.alarms.models import Alarm, Window
from gridloop.scenes.fire.registry.models import Device, Premises

TOPIC = "fire_window"
LONGEST_FIRE = timedelta(hours=24)
LONGEST = timedelta(days=30)


def area_of_window(premises: Premises | None, device: Device | None) -> int | None:
    found = premises or (device.premises if device else None)
    return (found.grid_id or found.community_id or found.town_id or found.county_id) if found else None


@transaction.atomic
def ask_for_window(
    *,
    premises: Premises | None = None,
    device: Device | None = None,
    reason: str,
    from_at: datetime,
    until_at: datetime,
    mutes_fire: bool = False,
    by: Actor,
) -> Window:
    """Begin a maintenance window. Other kinds than fire are muted from `from_at`; fire only once another approves."""
    area = area_of_window(premises, device)
    require(by, "dispatch", area)
    if (premises is None) == (device is None):
        raise Refusal(_("Choose either premises or one device."), field="premises")
    if not reason.strip():
        raise Refusal(_("Say why; the reason is kept."), field="reason")
    if until_at <= max(from_at, timezone.now()):
        raise Refusal(_("The end must lie after the beginning, and in the future."), field="until_at")
    if until_at - from_at > (LONGEST_FIRE if mutes_fire else LONGEST):
        raise Refusal(
            _("That is too long: at most 24 hours where fire alarms are muted, else 30 days."),
            field="until_at",
        )

    window = Window.objects.create(
        premises=premises, device=device, reason=reason.strip()[:200], from_at=from_at, until_at=until_at,
        mutes_fire=mutes_fire, asked_by_id=by.person,
    )  # fmt: skip
    set_timer(f"{TOPIC}:{window.pk}", TOPIC, until_at, {"window": window.pk})

    record(
        "fire_window_asked", by=by, subject_kind="fire_window", subject=window.pk, area=area, words=reason,
        facts={
            "premises": premises.pk if premises else None, "device": device.pk if device else None,
            "from_at": from_at.isoformat(), "until_at": until_at.isoformat(), "mutes_fire": mutes_fire,
        },
    )  # fmt: skip

    return window


@transaction.atomic
def approve_window(window: Window, *, by: Actor) -> Window:
    """A second person agrees that fire alarms are muted; whoever asked cannot."""
    area = area_of_window(window.premises, window.device)
    require(by, "dispatch", area)
    if by.person is None or by.person == window.asked_by_id:
        raise Refusal(_("Another person than the one who asked must approve this."), code="second_person")
    now = timezone.now()
    waiting = Window.objects.filter(
        pk=window.pk, mutes_fire=True, approved_at=None, ended_at=None, until_at__gt=now
    ).exclude(asked_by=by.person)
    if waiting.update(approved_by=by.person, approved_at=now) != 1:
        raise TooLate(_("It is over, or somebody has approved it already."))

    record("fire_window_approved", by=by, subject_kind="fire_window", subject=window.pk, area=area)

    window.refresh_from_db()
    return window


@transaction.atomic
def end_window(window: Window, *, by: Actor) -> Window:
    """End it before its time, with the same re-check."""
    require(by, "dispatch", area_of_window(window.premises, window.device))
    if finish(window, by=by) is None:
        raise TooLate(_("This window has ended already."))
    cancel_timer(f"{TOPIC}:{window.pk}")
    window.refresh_from_db()
    return window


def end_in_time(pk: int) -> None:
    """Its timer has come."""
    window = Window.objects.select_related("premises", "device__premises").filter(pk=pk).first()
    if window is not None:
        finish(window, by=DEVICES)


def finish(window: Window, *, by: Actor) -> int | None:
    """End it once, and let everything that is still on alarm now; how many that were, None if it had ended before."""
    now = timezone.now()
    if Window.objects.filter(pk=window.pk, ended_at=None).update(ended_at=now) != 1:
        return None
    held = list(Alarm.objects.filter(window=window.pk, ended_at=None, cleared_at=None).order_by("pk"))
    Alarm.objects.filter(window=window.pk, ended_at=None, cleared_at__isnull=False).update(
        ended_at=now, state="ended"
    )
    Window.objects.filter(pk=window.pk).update(raised_again=len(held))

    record(
        "fire_window_ended", by=by, subject_kind="fire_window", subject=window.pk,
        area=area_of_window(window.premises, window.device), facts={"raised_again": len(held)},
    )  # fmt: skip
    record_all(raise_again(held, now))

    return len(held)
