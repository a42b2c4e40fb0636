"""Alerts handed out: put together from an episode or for a drill, checked, written down once and never altered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.queries import require
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area as Territory
from gridloop.scenes.fire import cap
from gridloop.scenes.fire.alarms.models import Alert, Episode
from gridloop.scenes.fire.alarms.queries import is_rung_by_two

DRILL_MARK = "【演练】"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person decides of an alert; the rest follows from the area and the episode."""

    area: int
    colour: cap.Colour
    event: str
    headline: str
    description: str
    instruction: str = ""
    scope: cap.Scope = "Restricted"
    restriction: str = ""
    drill: bool = True
    hours: int = 6
    episode: int | None = None


def compose(
    draft: Draft, *, message: cap.Message = "Alert", follows: Alert | None = None, at: datetime | None = None,
    identifier: str = "",
) -> cap.Envelope:  # fmt: skip
    """The message as it would be handed out. Times are whole seconds of the county's own clock."""
    now = timezone.localtime(at or timezone.now()).replace(microsecond=0)
    kind = cap.Drill if draft.drill else cap.Actual
    mark = DRILL_MARK if draft.drill else ""
    info = cap.Info(
        event=draft.event,
        headline=f"{mark}{draft.headline}",
        description=draft.description,
        instruction=draft.instruction,
        colour=draft.colour,
        certainty=certainty_of(draft),
        urgency="Immediate" if draft.colour in ("red", "orange") else "Expected",
        response=("Monitor",)
        if draft.colour == "blue"
        else ("Prepare",)
        if draft.colour == "yellow"
        else ("Evacuate",),
        sender_name=settings_sender_name(),
        effective=now,
        expires=now + timedelta(hours=draft.hours),
        parameters=(("grid", tree.current().code(draft.area)),),
        areas=(area_of(draft.area),),
        categories=("Fire", "Safety"),
    )
    return kind(
        identifier=identifier or new_identifier(now),
        sender=sender(),
        sent=now,
        message=message,
        scope=draft.scope,
        restriction=draft.restriction if draft.scope == "Restricted" else "",
        references=(cap.Reference(follows.sender, follows.identifier, timezone.localtime(follows.sent)),)
        if follows
        else (),
        infos=(info,),
        incidents=(str(draft.episode),) if draft.episode else (),
    )


def certainty_of(draft: Draft) -> str:
    """One sensor: possible. Two sensors of the episode, or a person on the spot: observed."""
    if draft.episode is None:
        return "Observed" if not draft.drill else "Unknown"
    found = Episode.objects.filter(pk=draft.episode).values_list("verdict", flat=True).first()
    return "Observed" if found == "real" or is_rung_by_two(draft.episode) else "Possible"


def area_of(area: int) -> cap.Area:
    """The area in words, its twelve digits, and its outline where one is known."""
    found = Territory.objects.get(pk=area)
    ring = outer_ring(found.shape or {})
    return cap.Area(
        words=tree.current().full_name(area),
        division=found.code[:12].ljust(12, "0"),
        polygon=tuple(cap.Point(latitude, longitude) for longitude, latitude in ring),
        circle=(cap.Point(found.latitude, found.longitude), 1.0)
        if not ring and found.latitude is not None and found.longitude is not None
        else None,
    )


def outer_ring(shape: Mapping[str, Any]) -> list[tuple[float, float]]:
    """The first outer ring of a GeoJSON shape (longitude first there), closed; nothing for an area without one."""
    rings = shape.get("coordinates") or []
    if shape.get("type") == "MultiPolygon" and rings:
        rings = max(rings, key=lambda polygon: len(polygon[0]))
    if not rings or len(rings[0]) < 3:
        return []
    ring = [(float(point[0]), float(point[1])) for point in rings[0]]
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def sender() -> str:
    """CAP wants a name that is unique in the world: the county's division code under our name."""
    counties = tree.current().at_level("county")
    return f"gridloop.{tree.current().code(counties[0])[:6]}" if counties else "gridloop"


def settings_sender_name() -> str:
    counties = tree.current().at_level("county")
    return tree.current().name(counties[0]) if counties else str(settings.LANGUAGE_CODE)


def new_identifier(now: datetime) -> str:
    return f"{sender()}.{now:%Y%m%d%H%M%S}.{get_random_string(6, '0123456789')}"


@transaction.atomic
def hand_out(
    draft: Draft,
    *,
    by: Actor,
    message: cap.Message = "Alert",
    follows: Alert | None = None,
    identifier: str = "",
) -> Alert:
    """Check it, write it down, and announce it. The same identifier again is the alert it was."""
    require(by, "dispatch", draft.area)
    if identifier and (known := Alert.objects.filter(identifier=identifier).first()):
        return known
    if follows is not None:
        refuse_a_wrong_successor(draft, follows)
    composed = compose(draft, message=message, follows=follows, identifier=identifier)
    wrong = list(cap.problems(composed))
    if wrong:
        raise Refusal(
            _("This alert cannot be handed out: %(why)s.") % {"why": "; ".join(wrong)}, field="headline"
        )

    try:
        with transaction.atomic():
            kept = Alert.objects.create(
                identifier=composed.identifier, sender=composed.sender, sent=composed.sent, status=composed.status,
                message=message, scope=composed.scope, colour=draft.colour, headline=composed.infos[0].headline[:160],
                area=draft.area, episode=draft.episode, follows=follows.pk if follows else None, made_by=by.person,
                document=cap.write(composed).decode(),
            )  # fmt: skip
    except IntegrityError:
        return Alert.objects.get(identifier=composed.identifier)

    record(
        "alert_handed_out", by=by, subject_kind="fire_alert", subject=kept.pk, area=draft.area, after=composed.status,
        facts={
            "identifier": kept.identifier, "message": message, "scope": kept.scope, "colour": draft.colour,
            "episode": draft.episode, "follows": follows.identifier if follows else None,
        },
    )  # fmt: skip

    return kept


def refuse_a_wrong_successor(draft: Draft, follows: Alert) -> None:
    """A drill is followed by drills only, what was cancelled by nothing."""
    if (follows.status == cap.Drill.status) != draft.drill:
        raise Refusal(
            _("A drill is followed by messages of the drill, a real alert by real ones."), field="drill"
        )
    if follows.message == "Cancel" or Alert.objects.filter(follows=follows.pk).exists():
        raise TooLate(_("A later message exists already. Follow up on that one."))


def draft_of(alert: Alert) -> dict[str, Any]:
    """What a follow-up begins with."""
    return {
        "area": alert.area, "colour": alert.colour, "headline": alert.headline.removeprefix(DRILL_MARK),
        "scope": alert.scope, "drill": alert.status == cap.Drill.status, "episode": alert.episode,
    }  # fmt: skip
