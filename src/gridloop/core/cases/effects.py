"""What a move changes besides the step: small named changes that flows list in their `then` column."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from gridloop.core.cases import deadlines, opening
from gridloop.core.cases.errors import CaseError, NeedNotMet
from gridloop.core.cases.models import Case, Exhibit, Link, Party, Question, Request, Review, Task
from gridloop.core.cases.moving import Moving
from gridloop.core.clocks import timers

BAD_RATING = 2  # five levels, the lowest two are bad (notes 2.4)
LEVELS = ("grid", "town", "county")


def correct_facts(moving: Moving) -> None:
    """Class and urgency as a person sees them; a changed class recounts the clocks and is training data."""
    case, facts = moving.case, moving.facts
    if "category" in facts and facts["category"] != case.category_id:
        moving.told["category_before"] = case.category_id
        case.category_id = facts["category"]
        deadlines.recount_deadlines(case)
    if "urgency" in facts:
        case.urgency = facts["urgency"]


def take_in_person(moving: Moving) -> None:
    """Whoever takes it holds it."""
    moving.case.worker_id = moving.by.person


def show_photos(moving: Moving) -> None:
    """Photos the move brought become exhibits; those of public needs residents may see."""
    purposes = {"photos_before": "before", "photos_after": "after", "evidence": "evidence"}
    exhibits = [
        Exhibit(case=moving.case, file_id=file, purpose=purposes.get(need.name, "answer"), public=need.public)
        for need in moving.move.needs
        if need.kind == "photos"
        for file in moving.facts.get(need.name, ())
    ]
    Exhibit.objects.bulk_create(exhibits)


def give_to_unit(moving: Moving) -> None:
    """One unit leads: it gets a task; whoever led before is released."""
    unit = moving.facts.get("lead_unit") or moving.case.lead_unit_id
    if unit is None:
        raise NeedNotMet(_("Choose the unit that leads."), field="lead_unit")
    case = moving.case
    case.tasks.filter(role="lead", state__in=["sent", "taken"]).update(state="withdrawn")
    Task.objects.create(
        case=case, organisation_id=unit, role="lead", words=moving.facts.get("words", ""), sent_at=moving.now
    )
    moving.told["unit_before"] = case.lead_unit_id
    case.lead_unit_id, case.worker_id = unit, None
    case.dispatched_at = case.dispatched_at or moving.now


def call_assistants(moving: Moving) -> None:
    """The whistle: further units each get a task with a deadline of their own."""
    case = moving.case
    busy = set(case.tasks.filter(state__in=["sent", "taken"]).values_list("organisation_id", flat=True))
    for unit in moving.facts.get("assistants", ()):
        if unit in busy or unit == case.lead_unit_id:
            continue
        task = Task.objects.create(
            case=case,
            organisation_id=unit,
            role="assist",
            words=moving.facts.get("words", ""),
            sent_at=moving.now,
        )
        started = deadlines.start_deadlines(case, ["completion"], moving.now, task)
        if started:
            task.due_at = started[0].due_at
            task.save(update_fields=["due_at"])


def take_task(moving: Moving) -> None:
    moving.case.tasks.filter(organisation=moving.case.lead_unit, role="lead", state="sent").update(
        state="taken", taken_at=moving.now
    )


def _my_assist_tasks(moving: Moving) -> Any:
    mine = [hat.organisation for hat in moving.standing.hats if hat.organisation]
    return moving.case.tasks.filter(role="assist", organisation__in=mine, state__in=["sent", "taken"])


def finish_assistance(moving: Moving) -> None:
    tasks = list(_my_assist_tasks(moving))
    for task in tasks:
        task.state, task.done_at, task.result = "done", moving.now, moving.facts["account"]
        task.save(update_fields=["state", "done_at", "result"])
        task.deadlines.filter(met_at=None).update(met_at=moving.now)
    moving.told["tasks"] = [task.pk for task in tasks]


def finish_lead_task(moving: Moving) -> None:
    moving.case.tasks.filter(role="lead", state__in=["sent", "taken"]).update(
        state="done", done_at=moving.now, result=moving.facts.get("account", "")
    )


def wait_for_assistants(moving: Moving) -> None:
    """A lead unit cannot finish over the heads of those it called."""
    waiting = moving.case.tasks.filter(role="assist", state__in=["sent", "taken"]).select_related(
        "organisation"
    )
    names = ", ".join(task.organisation.name for task in waiting)
    if names:
        raise CaseError(
            _("These units have not finished yet: %(units)s. Wait for them or release them first.")
            % {"units": names}
        )


def release_assistants(moving: Moving) -> None:
    tasks = moving.case.tasks.filter(role="assist", state__in=["sent", "taken"])
    if moving.facts.get("assistants"):
        tasks = tasks.filter(organisation__in=moving.facts["assistants"])
    moving.case.deadlines.filter(task__in=tasks, met_at=None).update(met_at=moving.now)
    tasks.update(state="withdrawn")


def count_return(moving: Moving) -> None:
    moving.case.returns += 1
    moving.case.tasks.filter(role="lead", state__in=["sent", "taken"]).update(
        state="returned", done_at=moving.now
    )
    moving.told["unit"] = moving.case.lead_unit_id
    if "better_owner" in moving.facts:
        moving.case.facts = {**moving.case.facts, "better_owner": moving.facts["better_owner"]}
    moving.case.lead_unit_id = None


def bind_unit(moving: Moving) -> None:
    """Arbitration binds: this unit can no longer return the case."""
    moving.case.facts = {**moving.case.facts, "bound": True}


def hand_up(moving: Moving) -> None:
    _hand(moving, +1)


def hand_down(moving: Moving) -> None:
    _hand(moving, -1)


def _hand(moving: Moving, by: int) -> None:
    case = moving.case
    place = LEVELS.index(case.level) + by
    if not 0 <= place < len(LEVELS):
        raise CaseError(_("There is no level beyond this one."))
    if case.hands >= moving.kind.hands:
        raise CaseError(
            _(
                "This case has been handed up and down %(times)d times; the county command centre must now dispatch it."
            )
            % {"times": case.hands}
        )
    moving.told["level_before"] = case.level
    case.level, case.hands, case.worker_id = LEVELS[place], case.hands + 1, None


def answer_publicly(moving: Moving) -> None:
    moving.case.answer = moving.facts.get("answer", moving.case.answer)
    moving.case.completed_at = moving.now


def ask_for_extension(moving: Moving) -> None:
    """An extension is asked before the limit, granted by another."""
    case = moving.case
    running = case.deadlines.filter(name="completion", met_at=None, task=None).order_by("-id").first()
    if running is None or running.due_at is None or running.due_at <= moving.now:
        raise CaseError(_("An extension must be asked for before the time is over."))
    if case.requests.filter(move="extend", decided_at=None).exists():
        raise CaseError(_("An extension has been asked for already and awaits its decision."))
    Request.objects.create(
        case=case,
        move="extend",
        facts={"days": moving.facts["days"]},
        words=moving.facts["reason"],
        asked_by_id=moving.by.person,
        asked_at=moving.now,
    )


def decide_extension(moving: Moving) -> None:
    granted = moving.move.name == "grant_extension"
    waiting = moving.case.requests.filter(move="extend", decided_at=None).order_by("-id").first()
    if waiting is None:
        raise CaseError(_("No extension awaits a decision."))
    if waiting.asked_by_id is not None and waiting.asked_by_id == moving.by.person:
        raise CaseError(_("Whoever asked for the extension cannot decide on it; another person must."))
    waiting.decided_by_id, waiting.decided_at, waiting.granted = moving.by.person, moving.now, granted
    waiting.decision = moving.facts.get("words", "")
    waiting.save(update_fields=["decided_by", "decided_at", "granted", "decision"])
    if granted:
        due = deadlines.lengthen_deadline(moving.case, "completion", waiting.facts["days"], moving.now)
        moving.told |= {"days": waiting.facts["days"], "due_at": due.isoformat() if due else None}


def suspend(moving: Moving) -> None:
    moving.case.suspended_at = moving.now
    timers.set_timer(
        f"resume:{moving.case.pk}",
        "case_resume",
        moving.now + timedelta(days=moving.facts["days"]),
        {"case": moving.case.pk},
    )


def resume(moving: Moving) -> None:
    moving.case.suspended_at = None
    timers.cancel_timer(f"resume:{moving.case.pk}")


def ask_reporter(moving: Moving) -> None:
    """A question with a token link; the clock pauses until the answer, or until the question's time is over."""
    if moving.case.questions.filter(answered_at=None, due_at__gt=moving.now).exists():
        raise CaseError(_("A question is open already; wait for its answer."))
    due = moving.now + timedelta(days=moving.facts.get("days", 3))
    question = Question.objects.create(
        case=moving.case, words=moving.facts["words"], asked_at=moving.now, due_at=due
    )
    moving.case.suspended_at = moving.now
    timers.set_timer(
        f"question:{question.pk}", "case_question", due, {"case": moving.case.pk, "question": question.pk}
    )
    moving.told |= {"question": question.pk, "due_at": due.isoformat()}


def take_answer(moving: Moving) -> None:
    question = moving.case.questions.filter(answered_at=None).order_by("-id").first()
    if question is None:
        raise CaseError(_("This question has been answered already, or withdrawn."))
    question.answer, question.answered_at = moving.facts.get("words", ""), moving.now
    question.save(update_fields=["answer", "answered_at"])
    moving.case.suspended_at = None
    timers.cancel_timer(f"question:{question.pk}")


def is_bad_rating(facts: Mapping[str, Any]) -> bool:
    return str(facts.get("rating", "")) in {str(stars) for stars in range(1, BAD_RATING + 1)}


def judge(moving: Moving) -> None:
    """The verdict of the one who asked; one review, and one follow-up after a rectification."""
    case = moving.case
    round_ = 2 if case.reviews.exists() else 1
    Review.objects.create(
        case=case,
        person_id=moving.by.person,
        round=round_,
        rating=moving.facts["rating"],
        words=moving.facts.get("words", ""),
        at=moving.now,
    )
    case.rating = moving.facts["rating"]
    moving.told |= {"rating": case.rating, "round": round_}


def await_review(moving: Moving) -> None:
    """If nobody judges in time, the case closes by itself."""
    timers.set_timer(
        f"review:{moving.case.pk}",
        "case_review_over",
        moving.now + timedelta(days=moving.kind.review_days),
        {"case": moving.case.pk},
    )


def stop_awaiting_review(moving: Moving) -> None:
    timers.cancel_timer(f"review:{moving.case.pk}")


def count_rework(moving: Moving) -> None:
    moving.case.reworks += 1
    moving.case.completed_at = None
    deadlines.restart_deadlines(moving.case, ["completion"], moving.now)


def rectify(moving: Moving) -> None:
    moving.case.completed_at = None
    moving.case.reworks += 1
    deadlines.restart_deadlines(moving.case, ["rectification"], moving.now)


def count_reopening(moving: Moving) -> None:
    """A reopening reaches the handler and counts against the unit that closed."""
    case = moving.case
    if case.closed_at and moving.now - case.closed_at > timedelta(days=moving.kind.reopen_days):
        raise CaseError(
            _(
                "It was closed more than %(days)d days ago. Please make a new report; it will be linked to this one."
            )
            % {"days": moving.kind.reopen_days}
        )
    moving.told["unit"] = case.lead_unit_id
    case.reopenings += 1
    case.open, case.outcome, case.closed_at, case.completed_at = True, "", None, None
    deadlines.restart_deadlines(case, ["completion"], moving.now)


def supervise(moving: Moving) -> None:
    moving.case.supervised = min(3, max(moving.case.supervised + 1, int(moving.facts.get("supervision", 0))))
    moving.told["level"] = moving.case.supervised


def join(moving: Moving) -> None:
    """Me too: another resident stands behind the case and gets every update."""
    if moving.by.person is None:
        raise CaseError(
            _("Sign in with your phone number first, so that we can tell you what becomes of it.")
        )
    _made, fresh = Party.objects.get_or_create(
        case=moving.case, person_id=moving.by.person, defaults={"role": "joined", "at": moving.now}
    )
    if not fresh:
        raise CaseError(_("You stand behind this case already; you will hear of every step."))
    moving.case.voices += 1


def fold_into(moving: Moving) -> None:
    """A duplicate ends; its reporters stand behind the other case from now on."""
    target = Case.objects.select_for_update().get(pk=moving.facts["case"])
    if target.duplicate_of_id is not None:
        raise CaseError(_("That case is a duplicate itself; choose the one it leads to."))
    known = set(target.parties.values_list("person_id", flat=True))
    arriving = [party for party in moving.case.parties.all() if party.person_id not in known]
    Party.objects.bulk_create(
        Party(case=target, person_id=party.person_id, role="joined", at=moving.now) for party in arriving
    )
    moving.case.duplicate_of = target
    Link.objects.get_or_create(one=moving.case, other=target, relation="duplicate")
    voices = target.voices + max(len(arriving), 1)
    Case.objects.filter(pk=target.pk, turn=target.turn).update(voices=voices, turn=target.turn + 1)


def split(moving: Moving) -> None:
    """Each part becomes a case of its own with the same place and reporter; the whole waits for its parts."""
    parts = [
        opening.open_part(moving.case, title, by=moving.by, at=moving.now) for title in moving.facts["parts"]
    ]
    moving.told["parts"] = [part.pk for part in parts]


def wait_for_parts(moving: Moving) -> None:
    """A case that was split is complete when its parts are."""
    waiting = moving.case.parts.filter(open=True, completed_at=None).values_list("number", flat=True)
    if waiting:
        raise CaseError(_("These parts are still open: %(numbers)s.") % {"numbers": ", ".join(waiting)})
