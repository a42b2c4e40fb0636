"""Mandates: asked for, confirmed by the person or by the community after a call, ended by either side."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.telling import Telling
from gridloop.core.people.models import Person
from gridloop.core.people.queries import persons_in, require
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.requests.models import Mandate, MandateState, Relation
from gridloop.scenes.volunteers.roster.models import Skill

LONGEST = datetime.timedelta(days=3 * 366)


@transaction.atomic
def ask_for_mandate(
    agent: Person,
    principal: Person,
    *,
    relation: str,
    community: Area,
    skills: Iterable[Skill] = (),
    valid_until: datetime.date | None = None,
    paper: File | None = None,
    by: Actor,
) -> Mandate:
    """Somebody wishes to ask on another's behalf; the other one, or the community, says yes or no."""
    if by.person != agent.pk:
        require(by, "enter_for_others", community.pk)
    if agent.pk == principal.pk:
        raise Refusal(_("For yourself you need no mandate."), field="principal")
    if relation not in Relation.values:
        raise Refusal(_("Choose how you are related."), field="relation")
    today = timezone.localdate()
    if valid_until is not None and not today < valid_until <= today + LONGEST:
        raise Refusal(_("Choose a day within the next three years."), field="valid_until")

    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                agent=agent,
                principal=principal,
                relation=relation,
                area=community,
                valid_until=valid_until,
                paper=paper,
            )
    except IntegrityError as doubled:
        raise TooLate(_("This mandate stands already, or waits for its yes.")) from doubled
    mandate.skills.set(skills)

    note("mandate_asked", mandate, by=by)
    tell_of_asking(mandate)
    return mandate


@transaction.atomic
def confirm_mandate(mandate: Mandate, *, by: Actor) -> Mandate:
    """A yes of the person helped, or of the community that called them; never of the one who asked."""
    guard_deciding(mandate, by)
    return decide(mandate, MandateState.ASKED, MandateState.IN_FORCE, "mandate_confirmed", by=by)


@transaction.atomic
def refuse_mandate(mandate: Mandate, *, by: Actor) -> Mandate:
    guard_deciding(mandate, by)
    return decide(mandate, MandateState.ASKED, MandateState.REFUSED, "mandate_refused", by=by)


@transaction.atomic
def withdraw_mandate(mandate: Mandate, *, by: Actor) -> Mandate:
    """Either side may end it, at any time; so may the community."""
    if by.person not in (mandate.principal_id, mandate.agent_id):
        require(by, "enter_for_others", mandate.area_id)
    return decide(mandate, MandateState.IN_FORCE, MandateState.WITHDRAWN, "mandate_withdrawn", by=by)


def guard_deciding(mandate: Mandate, by: Actor) -> None:
    if by.person == mandate.agent_id:
        raise NotAllowed(_("The other person, or your community, has to say yes to this."))
    if by.person != mandate.principal_id:
        require(by, "enter_for_others", mandate.area_id)


def decide(mandate: Mandate, before: str, after: str, event: str, *, by: Actor) -> Mandate:
    now = timezone.now()
    values = (
        {"confirmed_at": now, "confirmed_by_id": by.person}
        if after == MandateState.IN_FORCE
        else {"ended_at": now}
    )
    if not Mandate.objects.filter(pk=mandate.pk, state=before).update(state=after, **values):
        raise TooLate(_("This mandate has been decided already."))
    mandate.refresh_from_db()

    note(event, mandate, by=by, before=before)
    tell_of_decision(mandate)
    return mandate


def note(event: str, mandate: Mandate, *, by: Actor, before: str = "") -> None:
    record(
        event, by=by, subject_kind="person", subject=mandate.principal_id, area=mandate.area_id,
        before=before, after=mandate.state, facts={"mandate": mandate.pk, "agent": mandate.agent_id},
    )  # fmt: skip


def tell_of_asking(mandate: Mandate) -> None:
    facts = {"helper": mandate.agent.name, "place": tree.name(mandate.area_id)}
    clerks = persons_in("community_clerk", area=mandate.area_id).values_list("pk", flat=True)[:5]
    people = [(mandate.principal_id, "reporter"), *((clerk, "clerk") for clerk in clerks)]
    tell_many(
        [
            Telling(
                "mandate_asked", f"mandate_asked:{mandate.pk}:{person}", audience, person=person, facts=facts,
                address="/help/mandates/" if audience == "reporter" else "/desk/help/mandates/", inside=audience == "clerk",
            )
            for person, audience in people
        ]
    )  # fmt: skip


def tell_of_decision(mandate: Mandate) -> None:
    """Both sides hear how it stands, each with the other's name."""
    decision = MandateState(mandate.state).label
    sides = [(mandate.agent_id, mandate.principal), (mandate.principal_id, mandate.agent)]
    tell_many(
        [
            Telling(
                "mandate_decided", f"mandate_decided:{mandate.pk}:{mandate.state}:{person}", "reporter", person=person,
                facts={"helper": other.name, "decision": decision}, address="/help/mandates/",
            )
            for person, other in sides
        ]
    )  # fmt: skip
