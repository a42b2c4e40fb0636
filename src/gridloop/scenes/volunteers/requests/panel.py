"""The dispatch record on the case page: who was considered, what each would cost, who was asked and why, who is busy."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name, masked_phone
from gridloop.core.people.queries import may
from gridloop.core.scenes.manifest import Panel
from gridloop.scenes.volunteers.requests.busy import taken_at, who_is_busy
from gridloop.scenes.volunteers.requests.models import Need, OfferState
from gridloop.scenes.volunteers.requests.queries import (
    KIND,
    considered,
    kept_assignments,
    latest_run,
    mode_of,
)

OFFERS_SHOWN = 30


def dispatch_record(case: Case, person: Person) -> Mapping[str, Any] | None:
    """For staff of the place: the need (masked), offers, promises, and the candidates of the last run."""
    need = Need.objects.filter(case=case).select_related("skill", "mandate__agent").first()
    if need is None:
        return None
    run = latest_run(case)
    offers = list(case.offers.select_related("volunteer__person", "run").order_by("-id")[:OFFERS_SHOWN])
    asked = {offer.volunteer_id: offer for offer in reversed(offers)}
    rows = list(considered(case, run)) if run else []
    taken = taken_at(need) if case.step == "seeking" else {}
    return {
        "case": case,
        "need": need,
        "contact": {"name": masked_name(need.contact_name), "phone": masked_phone(need.contact_phone)},
        "agent": masked_name(need.mandate.agent.name) if need.mandate else "",
        "mode": mode_of(case.community_id),
        "run": run,
        "offers": [(offer, masked_name(offer.volunteer.person.name)) for offer in offers],
        "coming": [(one, masked_name(one.volunteer.person.name)) for one in kept_assignments(case)],
        "candidates": [
            (
                row,
                masked_name(row.volunteer.person.name),
                asked.get(row.volunteer_id),
                taken.get(row.volunteer_id),
            )
            for row in rows
        ],
        "busy": [
            (one, masked_name(one.volunteer.person.name))
            for one in (who_is_busy(need, taken) if taken else [])
            if one.volunteer.pk not in {row.volunteer_id for row in rows}
        ],
        "all_busy": bool(taken) and not rows,
        "dispatches": case.step == "seeking" and may(person, "enter_for_others", case.area_id),
        "unmasks": may(person, "enter_for_others", case.area_id),
        "open_offers": sum(1 for offer in offers if offer.state == OfferState.SENT),
        "now": timezone.now(),
    }


PANEL = Panel(kinds=(KIND,), template="volunteers/requests/panel.html", facts=dispatch_record)
