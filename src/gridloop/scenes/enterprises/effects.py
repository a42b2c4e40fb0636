"""What a move of a matter changes besides the step: whose hands it is in, and the round table's agenda."""

from django.utils.translation import gettext as _

from gridloop.core.cases.deadlines import new_deadlines
from gridloop.core.cases.effects import await_review, judge
from gridloop.core.cases.errors import CaseError, NeedNotMet
from gridloop.core.cases.models import Party, Review
from gridloop.core.cases.moving import Moving
from gridloop.core.clocks import working_time
from gridloop.scenes.enterprises.matters.models import Choice
from gridloop.scenes.enterprises.specialists import queries as specialists
from gridloop.scenes.enterprises.specialists.choosing import Chosen
from gridloop.scenes.enterprises.tables.models import AgendaItem


def choose_specialist(moving: Moving) -> None:
    """Whoever is named, else whom the rule names; the choice is written down with what spoke for it."""
    case, facts = moving.case, moving.facts
    named, unit = facts.get("specialist"), facts.get("lead_unit")
    without = set() if unit else specialists.returned_by(case)
    chosen = specialists.choice_for(case, organisation=unit, without=without)
    if named:
        unit = unit or specialists.unit_of_specialist(named)
        if unit is None:
            raise NeedNotMet(_("This person is no specialist. Choose one from the list."), field="specialist")
    elif chosen is not None:
        unit, named = chosen.best.duty.organisation, chosen.best.holder
    elif unit is None:
        raise NeedNotMet(
            _("No specialist has this class in this town. Choose one, or the unit that leads."),
            field="specialist",
        )
    facts["lead_unit"] = unit
    if named:
        facts["specialist"] = named
        write_choice(moving, named, unit, chosen)


def write_choice(moving: Moving, named: int, unit: int, chosen: Chosen | None) -> None:
    ruled = chosen is not None and chosen.best.holder == named and chosen.best.duty.organisation == unit
    away = ruled and chosen is not None and chosen.best.holder != chosen.best.duty.person
    stands_in = chosen.best.duty.person if away and chosen is not None else None
    Choice.objects.create(
        case=moving.case,
        specialist_id=named,
        stands_in_for_id=stands_in,
        organisation_id=unit,
        by_rule=ruled,
        reasons=chosen.reasons if ruled and chosen else {},
        considered=[weighed.told() for weighed in chosen.considered] if chosen else [],
        at=moving.now,
    )
    moving.told |= {"by_rule": ruled, "reasons": chosen.reasons if ruled and chosen else {}}


def put_in_hand(moving: Moving) -> None:
    """The specialist has it from now on (the unit alone, where nobody was named)."""
    moving.case.worker_id = moving.facts.get("specialist")


def back_in_hand(moving: Moving) -> None:
    """Reopened: it goes back to whoever had it last."""
    last = Choice.objects.filter(case=moving.case).order_by("-pk").values_list("specialist", flat=True)
    moving.case.worker_id = last.first()


def let_go(moving: Moving) -> None:
    moving.case.worker_id = None


def call_helpers(moving: Moving) -> None:
    """Each assisting unit's specialist for this class helps in person and sees the matter."""
    case = moving.case
    for unit in moving.facts.get("assistants", ()):
        chosen = specialists.choice_for(case, organisation=unit)
        if chosen is not None and chosen.best.holder != case.worker_id:
            Party.objects.get_or_create(
                case=case, person_id=chosen.best.holder, defaults={"role": "helper", "at": moving.now}
            )


def judge_or_wait(moving: Moving) -> None:
    """What the firm said on the telephone is its verdict; where it said none, it can still judge on its page."""
    facts = moving.facts
    if not facts.get("rating"):
        return await_review(moving)
    if facts.get("reached") != "reached":
        raise CaseError(_("Who was not reached has not judged. Leave the rating empty."), field="rating")
    case = moving.case
    if Review.objects.filter(case=case).count() >= 2:
        raise CaseError(_("This firm has judged and judged once more already."))
    judge(moving)
    Review.objects.filter(case=case, person=moving.by.person).update(
        person=case.reporter_id, tags=["by_telephone"]
    )
    moving.told["by_telephone"] = True
    return None


def raise_to_table(moving: Moving) -> None:
    """The matter waits for the county round table."""
    AgendaItem.objects.create(
        case=moving.case,
        raised_at=moving.now,
        raised_by_id=moving.by.person,
        why=moving.facts["reason_code"],
        words=moving.facts["words"],
    )


def waiting_item(moving: Moving) -> AgendaItem:
    item = AgendaItem.objects.filter(case=moving.case, decided_at=None).first()
    if item is None:
        raise CaseError(_("This matter is on no agenda."))
    return item


def decide_at_table(moving: Moving) -> None:
    """The decision stands in the minutes; the unit named leads, within the days the table gave."""
    item = waiting_item(moving)
    if item.table_id is None:
        raise CaseError(_("Put the matter on the agenda of a round table first."))
    item.decided_at, item.unit_id = moving.now, moving.facts["lead_unit"]
    item.days, item.decision = moving.facts["days"], moving.facts["reason"]
    item.save(update_fields=["decided_at", "unit", "days", "decision"])
    moving.told["table"] = item.table_id
    keep_to_days(moving)


def keep_to_days(moving: Moving) -> None:
    """The completion clock starts anew with the table's own days."""
    case, days = moving.case, moving.facts["days"]
    case.deadlines.filter(name="completion", met_at=None, task=None).update(met_at=moving.now, paused_at=None)
    due = working_time.due(moving.now, days, "working_days")
    for clock in new_deadlines(case, ["completion"], moving.now):
        clock.value, clock.unit, clock.due_at = days, "working_days", due.at
        clock.explanation = {**due.explanation, "source": str(_("County round table"))}
        clock.save()


def leave_table(moving: Moving) -> None:
    """Closed as it stands: the agenda says so."""
    AgendaItem.objects.filter(case=moving.case, decided_at=None).update(
        decided_at=moving.now, closed=True, decision=moving.facts.get("answer", "")
    )
