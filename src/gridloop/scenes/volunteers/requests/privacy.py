"""What requests for help hold of people beside their case: handed out, erased with the person, forgotten with the case."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import forgetting
from gridloop.core.evidence.actions import erase_files
from gridloop.core.evidence.models import File
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add
from gridloop.scenes.volunteers.requests.models import (
    Consideration,
    Feedback,
    Mandate,
    MandateState,
    Need,
    Offer,
)

MANDATE_DAYS, SHORTEST_DAYS = (
    2 * 365,
    180,
)  # as long as whoever asked in somebody's name can be found in the case
NOBODY: dict[str, Any] = {
    "person": None, "asked_by": None, "mandate": None, "address": "", "point": "", "contact_name": "", "contact_phone": "",
}  # fmt: skip


def let_people_go(cases: Sequence[int]) -> int:
    """Who was helped and where, who was considered; who came stays in the ledger of hours."""
    rated = Feedback.objects.filter(assignment__case__in=cases).exclude(person=None).update(person=None)
    considered = Consideration.objects.filter(case__in=cases).delete()[0]
    return Need.objects.filter(case__in=cases).update(**NOBODY) + rated + considered


def let_words_go(cases: Sequence[int]) -> int:
    said = Feedback.objects.filter(assignment__case__in=cases).exclude(words="").update(words="")
    return said + Offer.objects.filter(case__in=cases).exclude(words="").update(words="")


def delete_old_mandates(limit: datetime.datetime) -> dict[str, int]:
    """Refused, withdrawn or run out that long ago, with their papers."""
    over = Q(ended_at__lt=limit) | Q(valid_until__lt=limit.date())
    old = list(Mandate.objects.filter(over).order_by("pk").values_list("pk", "paper")[:BATCH])
    mandates = [pk for pk, _paper in old]
    Need.objects.filter(mandate__in=mandates).update(mandate=None)
    papers = erase_files(File.objects.filter(pk__in=[paper for _pk, paper in old if paper]))
    Mandate.skills.through._default_manager.filter(mandate__in=mandates).delete()
    Mandate.objects.filter(pk__in=mandates).delete()
    return {"mandates": len(old), "papers": papers}


def held_of(person: Person) -> dict[str, Any]:
    """The requests one asked or was helped by, the mandates, and what one said of others."""
    needs = Need.objects.filter(Q(person=person) | Q(asked_by=person)).select_related("case", "skill")
    mandates = Mandate.objects.filter(Q(principal=person) | Q(agent=person)).order_by("pk")
    return {
        "requests": [
            {
                "case": need.case.number,
                "skill": need.skill.name,
                "since": need.since.isoformat(),
                "for_me": need.person_id == person.pk,
                "address": need.address,
                "contact": [need.contact_name, need.contact_phone],
            }
            for need in needs.order_by("pk")
        ],
        "mandates": [
            {
                "as": "principal" if one.principal_id == person.pk else "agent",
                "relation": one.relation,
                "state": one.state,
                "valid_until": one.valid_until.isoformat() if one.valid_until else "",
            }
            for one in mandates
        ],
        "feedback": list(Feedback.objects.filter(person=person).order_by("pk").values("rating", "words")),
    }


def erase_of(person: Person) -> int:
    """Nobody asks in their name any more, nor they in another's; what they said of others goes."""
    mine = Mandate.objects.filter(Q(principal=person) | Q(agent=person))
    standing = mine.filter(state__in=[MandateState.ASKED, MandateState.IN_FORCE])
    ended = standing.update(state=MandateState.WITHDRAWN, ended_at=timezone.now())
    papers = erase_files(File.objects.filter(pk__in=mine.exclude(paper=None).values("paper")))
    closed = Need.objects.filter(Q(person=person) | Q(asked_by=person), case__open=False)
    gone = let_people_go(list(closed.values_list("case", flat=True)))
    return ended + papers + gone + Feedback.objects.filter(person=person).update(words="", person=None)


privacy.holdings["help"], privacy.erasers["help"] = held_of, erase_of
forgetting.people_beside["help"], forgetting.words_beside["help"] = let_people_go, let_words_go
add(
    Retention(
        "mandates",
        _("Mandates to ask for another, after they ended"),
        MANDATE_DAYS,
        delete_old_mandates,
        shortest=SHORTEST_DAYS,
    )
)
