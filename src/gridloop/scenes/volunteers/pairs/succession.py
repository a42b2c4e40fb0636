"""When a companion leaves: the one in reserve steps up, another one is proposed by distance, and the clerk is told."""

from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.pairs import queries
from gridloop.scenes.volunteers.pairs.actions import (
    MOST_PAIRS,
    metres_to,
    propose_companion,
    record_companion,
)
from gridloop.scenes.volunteers.pairs.models import Companion, CompanionState, Pairing, Visit
from gridloop.scenes.volunteers.pairs.telling import tell_clerks, tell_companion
from gridloop.scenes.volunteers.roster.models import Volunteer

NEAR = 0.05  # degrees: about 5 km, further away nobody is looked for


def follow_companion(left: Companion) -> None:
    """A first companion is followed by the backup; a missing backup is sought anew."""
    pairing = left.pairing
    if left.role == "primary":
        stepped = step_up(pairing)
        hand_visits_over(pairing, stepped)
        if stepped is None:
            propose_nearest(pairing, "primary")
            tell_clerks("pair_without_primary", pairing, key=str(left.pk), emergency=True)
            return
        propose_nearest(pairing, "backup")
        tell_clerks("pair_backup_stepped_up", pairing, key=str(left.pk))
        return
    hand_visits_over(pairing, queries.companion_of(pairing, "primary"))
    propose_nearest(pairing, "backup")
    tell_clerks("pair_without_backup", pairing, key=str(left.pk))


def step_up(pairing: Pairing) -> Companion | None:
    """The backup becomes the first companion."""
    backup = queries.companion_of(pairing, "backup")
    if backup is None:
        return None
    mine = Companion.objects.filter(pk=backup.pk, role="backup", state=CompanionState.ACCEPTED)
    if mine.update(role="primary") != 1:
        return None
    backup.role = "primary"

    record_companion("companion_stepped_up", backup, by=SYSTEM)

    tell_companion("pair_role_changed", backup, key=str(backup.pk))
    return backup


def hand_visits_over(pairing: Pairing, to: Companion | None) -> None:
    """The visit ahead goes to whoever is first now; it keeps its time."""
    Visit.objects.filter(pairing=pairing, state__in=queries.OPEN).update(companion=to)


def propose_nearest(pairing: Pairing, role: str) -> Companion | None:
    """The nearest volunteer who has room and is not in this pair, put forward for the clerk to ask."""
    if pairing.companions.filter(role=role, state__in=["proposed", *queries.LIVE]).exists():
        return None
    for metres, volunteer in nearest(pairing)[:3]:
        try:
            return propose_companion(pairing, volunteer, role=role, by=SYSTEM, metres=metres)
        except Refusal:
            continue
    return None


def nearest(pairing: Pairing) -> list[tuple[int, Volunteer]]:
    """Volunteers within their own radius of the person, nearest first; not those who declined or are in it already."""
    person = pairing.vulnerable
    if person.longitude is None or person.latitude is None:
        return []
    around = queries.could_companion(timezone.now()).filter(
        longitude__range=(person.longitude - NEAR, person.longitude + NEAR),
        latitude__range=(person.latitude - NEAR, person.latitude + NEAR),
    )
    known = pairing.companions.exclude(state=CompanionState.PROPOSED).values("volunteer")
    pool = list(around.exclude(pk__in=known).exclude(person=person.person)[:2000])
    load = queries.load_of(Volunteer.objects.filter(pk__in=[one.pk for one in pool]))
    found = [(metres_to(person, one) or 0, one) for one in pool if load.get(one.pk, 0) < MOST_PAIRS]
    return sorted(
        ((metres, one) for metres, one in found if metres <= one.radius), key=lambda row: (row[0], row[1].pk)
    )
