"""What only hazards have on the case page: where, how grave, who found it, how often it came back."""

from typing import Any

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.scenes.fire.hazards.models import Hazard
from gridloop.scenes.fire.hazards.queries import hazards_in_reach

CHAIN = 5  # earlier times shown


def panel(case: Case, person: Person) -> dict[str, Any] | None:
    """None for a case without a hazard row; earlier ones only as far as the person may see them."""
    hazard = (
        Hazard.objects.select_related("premises", "device", "inspection__checklist").filter(case=case).first()
    )
    if hazard is None:
        return None
    earlier = hazards_in_reach(person).filter(premises=hazard.premises_id, kind=hazard.kind, pk__lt=hazard.pk)
    return {
        "hazard": hazard,
        "earlier": list(earlier.select_related("case").order_by("-pk")[:CHAIN]) if hazard.premises_id else [],
    }
