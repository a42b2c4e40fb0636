"""What the register holds of a vulnerable person: handed out with the rest, erased with it."""

from typing import Any

from django.utils import timezone

from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.pairs.models import Pairing, Visit, VisitState, Vulnerable
from gridloop.scenes.volunteers.pairs.queries import OPEN


def held_of(person: Person) -> dict[str, Any]:
    """Everything the register knows of somebody, ready for JSON; visits with what was written of them."""
    found = Vulnerable.objects.filter(person=person).select_related("community", "pairing").first()
    if found is None:
        return {}
    visits = Visit.objects.filter(pairing__vulnerable=found, state="done").order_by("done_at")
    return {
        "reasons": found.reasons,
        "community": found.community.name,
        "address": found.address,
        "remarks": found.remarks,
        "consented_at": found.consented_at.isoformat(),
        "every_days": found.pairing.every_days,
        "visits": [
            {"at": one.done_at.isoformat() if one.done_at else "", "words": one.words} for one in visits
        ],
    }


def erase_of(person: Person) -> int:
    """Reasons, home, remarks and words of visits go; that there were visits stays countable."""
    now = timezone.now()
    found = Vulnerable.objects.filter(person=person)
    gone = Visit.objects.filter(pairing__vulnerable__in=found).exclude(words="").update(words="")
    Visit.objects.filter(pairing__vulnerable__in=found, state__in=OPEN).update(state=VisitState.CANCELLED)
    Pairing.objects.filter(vulnerable__in=found, ended_at=None).update(ended_at=now)
    blank: dict[str, Any] = {"reasons": [], "address": "", "remarks": "", "longitude": None, "latitude": None}
    return gone + found.update(**blank, left_at=now)


privacy.holdings["register of vulnerable people"] = held_of
privacy.erasers["register of vulnerable people"] = erase_of
