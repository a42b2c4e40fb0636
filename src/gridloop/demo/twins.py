"""What each effect of a flow changes, on a case played in memory: one twin for every effect the engine knows."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from gridloop.core.cases import deadlines as clocks
from gridloop.core.cases import effects
from gridloop.core.cases.effects.approving import ask_approval
from gridloop.core.cases.effects.units import LEVELS
from gridloop.core.cases.flow import Effect
from gridloop.core.cases.models import Category, Exhibit, Party, Question, Request, Review, Task
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.opening import place_case
from gridloop.core.cases.requests import EXTENSION
from gridloop.core.cases.spots import Spot
from gridloop.core.clocks.timers import NewTimer

if TYPE_CHECKING:
    from gridloop.demo.playing import Played

Twin = Callable[["Played", Moving], None]
TWINS: dict[Effect, Twin] = {}
PURPOSES = {"photos_before": "before", "photos_after": "after", "evidence": "evidence"}
categories: dict[int, Category] = {}


def twin_of(effect: Effect) -> Callable[[Twin], Twin]:
    def keep(twin: Twin) -> Twin:
        TWINS[effect] = twin
        return twin

    return keep


def category_with(pk: int) -> Category:
    if pk not in categories:
        categories[pk] = Category.objects.get(pk=pk)
    return categories[pk]


@twin_of(effects.correct_facts)
def correct_facts(played: "Played", moving: Moving) -> None:
    case, facts = played.case, moving.facts
    if "category" in facts and facts["category"] != case.category_id:
        moving.told["category_before"] = case.category_id
        case.category = category_with(facts["category"])
        recount(played)
    if "urgency" in facts:
        case.urgency = facts["urgency"]


def recount(played: "Played") -> None:
    own = [clock for clock in played.unmet() if clock.task_id is None]
    found = clocks.allowed_for(played.case, [clock.name for clock in own])
    for clock in own:
        limit = found.get(clock.name)
        if limit is not None and (limit.value, limit.unit) != (clock.value, clock.unit):
            clocks.count_anew(clock, limit)


@twin_of(effects.place_anew)
def place_anew(played: "Played", moving: Moving) -> None:
    case, before = played.case, played.case.grid_id
    moving.told["area_before"] = case.area_id
    if case.placed_by == "none":
        case.level = "grid"
    played.spot = Spot(**moving.facts.pop("place"))
    place_case(case, played.spot)
    if case.grid_id != before:
        case.worker_id = None
    recount(played)


@twin_of(effects.take_in_person)
def take_in_person(played: "Played", moving: Moving) -> None:
    played.case.worker_id = moving.by.person


@twin_of(effects.show_photos)
def show_photos(played: "Played", moving: Moving) -> None:
    played.exhibits += [
        Exhibit(case=played.case, file_id=file, purpose=PURPOSES.get(need.name, "answer"), public=need.public)
        for need in moving.move.needs
        if need.kind == "photos"
        for file in moving.facts.get(need.name, ())
    ]


@twin_of(effects.take_addition)
def take_addition(played: "Played", moving: Moving) -> None:
    assert moving.facts


@twin_of(effects.bring_photos)
def bring_photos(played: "Played", moving: Moving) -> None:
    played.exhibits += [
        Exhibit(case=played.case, file_id=file, purpose="report") for file in moving.facts.get("photos", ())
    ]


def lead_tasks(played: "Played", *states: str) -> list[Task]:
    return [task for task in played.tasks if task.role == "lead" and task.state in states]


def new_task(played: "Played", unit: int, role: str, moving: Moving) -> Task:
    task = Task(pk=played.stage.ids.take("task"), case=played.case, organisation_id=unit, role=role,
                words=moving.facts.get("words", ""), sent_at=moving.now)  # fmt: skip
    played.tasks.append(task)
    return task


@twin_of(effects.give_to_unit)
def give_to_unit(played: "Played", moving: Moving) -> None:
    case, unit = played.case, moving.facts.get("lead_unit") or played.case.lead_unit_id
    assert unit is not None
    for task in lead_tasks(played, "sent", "taken"):
        task.state = "withdrawn"
    new_task(played, unit, "lead", moving)
    moving.told["unit_before"] = case.lead_unit_id
    case.lead_unit_id, case.worker_id = unit, None
    case.dispatched_at = case.dispatched_at or moving.now


@twin_of(effects.call_assistants)
def call_assistants(played: "Played", moving: Moving) -> None:
    busy = {task.organisation_id for task in played.tasks if task.state in ("sent", "taken")}
    for unit in moving.facts.get("assistants", ()):
        if unit in busy or unit == played.case.lead_unit_id:
            continue
        task = new_task(played, unit, "assist", moving)
        started = played.start(("completion",), moving.now, task)
        task.due_at = started[0].due_at if started else None


@twin_of(effects.take_task)
def take_task(played: "Played", moving: Moving) -> None:
    for task in lead_tasks(played, "sent"):
        task.state, task.taken_at = "taken", moving.now


@twin_of(effects.finish_assistance)
def finish_assistance(played: "Played", moving: Moving) -> None:
    mine = played.stage.organisation_of.get(moving.by.post or 0)
    tasks = [
        t
        for t in played.tasks
        if t.role == "assist" and t.organisation_id == mine and t.state in ("sent", "taken")
    ]
    for task in tasks:
        task.state, task.done_at, task.result = "done", moving.now, moving.facts["account"]
        for clock in played.unmet():
            if clock.task_id == task.pk:
                clock.met_at = moving.now
    moving.told["tasks"] = [task.pk for task in tasks]


@twin_of(effects.finish_lead_task)
def finish_lead_task(played: "Played", moving: Moving) -> None:
    for task in lead_tasks(played, "sent", "taken"):
        task.state, task.done_at, task.result = "done", moving.now, moving.facts.get("account", "")


@twin_of(effects.wait_for_assistants)
def wait_for_assistants(played: "Played", moving: Moving) -> None:
    assert not [task for task in played.tasks if task.role == "assist" and task.state in ("sent", "taken")]


@twin_of(effects.wait_for_parts)
def wait_for_parts(played: "Played", moving: Moving) -> None:
    assert all(not part.case.open or part.case.completed_at for part in played.parts)


@twin_of(effects.release_assistants)
def release_assistants(played: "Played", moving: Moving) -> None:
    for task in played.tasks:
        if task.role == "assist" and task.state in ("sent", "taken"):
            task.state = "withdrawn"
            for clock in played.unmet():
                if clock.task_id == task.pk:
                    clock.met_at = moving.now


@twin_of(effects.count_return)
def count_return(played: "Played", moving: Moving) -> None:
    case = played.case
    case.returns += 1
    for task in lead_tasks(played, "sent", "taken"):
        task.state, task.done_at = "returned", moving.now
    moving.told["unit"] = case.lead_unit_id
    if "better_owner" in moving.facts:
        case.facts = {**case.facts, "better_owner": moving.facts["better_owner"]}
    case.lead_unit_id = None


@twin_of(effects.bind_unit)
def bind_unit(played: "Played", moving: Moving) -> None:
    played.case.facts = {**played.case.facts, "bound": True}


def hand(played: "Played", moving: Moving, by: int) -> None:
    case = played.case
    moving.told["level_before"] = case.level
    case.level, case.hands, case.worker_id = LEVELS[LEVELS.index(case.level) + by], case.hands + 1, None


@twin_of(effects.hand_up)
def hand_up(played: "Played", moving: Moving) -> None:
    hand(played, moving, +1)


@twin_of(effects.hand_down)
def hand_down(played: "Played", moving: Moving) -> None:
    hand(played, moving, -1)


@twin_of(effects.answer_publicly)
def answer_publicly(played: "Played", moving: Moving) -> None:
    played.case.answer = moving.facts.get("answer", played.case.answer)
    played.case.completed_at = moving.now


@twin_of(effects.ask_for_extension)
def ask_for_extension(played: "Played", moving: Moving) -> None:
    played.requests.append(
        Request(case=played.case, move=EXTENSION, facts={"days": moving.facts["days"]}, words=moving.facts["reason"],
                asked_by_id=moving.by.person, asked_at=moving.now)
    )  # fmt: skip


def decide(played: "Played", moving: Moving, *, extension: bool, granted: bool) -> Request:
    waiting = played.waiting(extension=extension)
    if waiting is None:
        raise ValueError(f"{played.case.number}: nothing waits to be decided")
    waiting.decided_by_id, waiting.decided_at, waiting.granted = moving.by.person, moving.now, granted
    waiting.decision = moving.facts.get("words") or moving.facts.get("reason", "")
    return waiting


@twin_of(effects.decide_extension)
def decide_extension(played: "Played", moving: Moving) -> None:
    granted = moving.move.name == "grant_extension"
    waiting = decide(played, moving, extension=True, granted=granted)
    if granted:
        due = lengthen(played, waiting.facts["days"], moving)
        moving.told |= {"days": waiting.facts["days"], "due_at": due}


def lengthen(played: "Played", days: int, moving: Moving) -> str | None:
    own = [clock for clock in played.unmet() if clock.name == "completion" and clock.task_id is None]
    if not own:
        return None
    clocks.lengthen(own[-1], moving.now, days)
    return own[-1].due_at.isoformat() if own[-1].due_at else None


@twin_of(ask_approval)
def ask_for_approval(played: "Played", moving: Moving) -> None:
    played.requests.append(
        Request(case=played.case, move=moving.move.name, facts=moving.facts, asked_by_id=moving.by.person, asked_at=moving.now)
    )  # fmt: skip


def decide_approval(played: "Played", moving: Moving, *, granted: bool) -> Request:
    waiting = decide(played, moving, extension=False, granted=granted)
    moving.told |= {"asked_move": waiting.move, "asked_by": waiting.asked_by_id}
    return waiting


@twin_of(effects.approve)
def approve(played: "Played", moving: Moving) -> None:
    moving.approved = decide_approval(played, moving, granted=True)


@twin_of(effects.refuse_approval)
def refuse_approval(played: "Played", moving: Moving) -> None:
    decide_approval(played, moving, granted=False)


@twin_of(effects.suspend)
def suspend(played: "Played", moving: Moving) -> None:
    played.case.suspended_at = moving.now
    key, due = f"resume:{played.case.pk}", moving.now + timedelta(days=moving.facts["days"])
    played.timers[key] = NewTimer(key, "case_resume", due, {"case": played.case.pk})


@twin_of(effects.resume)
def resume(played: "Played", moving: Moving) -> None:
    played.case.suspended_at = None
    played.timers.pop(f"resume:{played.case.pk}", None)
    played.stop_asking(moving.now)


@twin_of(effects.ask_reporter)
def ask_reporter(played: "Played", moving: Moving) -> None:
    due = moving.now + timedelta(days=moving.facts.get("days", 3))
    question = Question(pk=played.stage.ids.take("question"), case=played.case, words=moving.facts["words"], asked_at=moving.now,
                        due_at=due)  # fmt: skip
    played.questions.append(question)
    played.case.suspended_at = moving.now
    key = f"question:{question.pk}"
    played.timers[key] = NewTimer(
        key, "case_question", due, {"case": played.case.pk, "question": question.pk}
    )
    moving.told |= {"question": question.pk, "due_at": due.isoformat()}


@twin_of(effects.take_answer)
def take_answer(played: "Played", moving: Moving) -> None:
    question = next(question for question in reversed(played.questions) if question.answered_at is None)
    question.answer, question.answered_at = moving.facts.get("words", ""), moving.now
    played.case.suspended_at = None
    played.timers.pop(f"question:{question.pk}", None)
    played.stop_asking(moving.now)


@twin_of(effects.judge)
def judge(played: "Played", moving: Moving) -> None:
    case, round_ = played.case, len(played.reviews) + 1
    played.reviews.append(
        Review(case=case, person_id=moving.by.person, round=round_, rating=moving.facts["rating"],
               words=moving.facts.get("words", ""), at=moving.now)
    )  # fmt: skip
    case.rating = moving.facts["rating"]
    moving.told |= {"rating": case.rating, "round": round_}


@twin_of(effects.await_review)
def await_review(played: "Played", moving: Moving) -> None:
    key, due = f"review:{played.case.pk}", moving.now + timedelta(days=moving.kind.review_days)
    played.timers[key] = NewTimer(key, "case_review_over", due, {"case": played.case.pk})


@twin_of(effects.stop_awaiting_review)
def stop_awaiting_review(played: "Played", moving: Moving) -> None:
    played.timers.pop(f"review:{played.case.pk}", None)


@twin_of(effects.count_rework)
def count_rework(played: "Played", moving: Moving) -> None:
    played.case.reworks += 1
    played.case.completed_at = None
    played.restart("completion", moving.now)


@twin_of(effects.rectify)
def rectify(played: "Played", moving: Moving) -> None:
    played.case.completed_at = None
    played.case.reworks += 1
    played.restart("rectification", moving.now)


@twin_of(effects.count_reopening)
def count_reopening(played: "Played", moving: Moving) -> None:
    case = played.case
    moving.told["unit"] = case.lead_unit_id
    case.reopenings += 1
    case.open, case.outcome, case.closed_at, case.completed_at, case.duplicate_of = True, "", None, None, None
    played.restart("completion", moving.now)


@twin_of(effects.supervise)
def supervise(played: "Played", moving: Moving) -> None:
    case = played.case
    case.supervised = min(3, max(case.supervised + 1, int(moving.facts.get("supervision", 0))))
    moving.told["level"] = case.supervised


@twin_of(effects.acknowledge)
def acknowledge(played: "Played", moving: Moving) -> None:
    level = played.stage.levels.get(moving.by.post or 0, 1)
    played.states = [{**state, "acknowledged": level} for state in played.states]
    moving.told["acknowledged_level"] = level


@twin_of(effects.join)
def join(played: "Played", moving: Moving) -> None:
    played.parties.append(Party(case=played.case, person_id=moving.by.person, role="joined", at=moving.now))
    played.case.voices += 1


@twin_of(effects.speak_for_oneself)
def speak_for_oneself(played: "Played", moving: Moving) -> None:
    if any(party.person_id != moving.by.person for party in played.parties):
        raise ValueError(f"{played.case.number}: a story lets somebody withdraw what others stand behind")


@twin_of(effects.fold_into)
def fold_into(played: "Played", moving: Moving) -> None:
    """The other case has taken its new voice already, in its own life (`lives.Cluster`)."""
    played.case.duplicate_of_id = moving.facts["case"]


@twin_of(effects.split)
def split(played: "Played", moving: Moving) -> None:
    from gridloop.demo.playing import Played

    case = played.case
    for title in moving.facts["parts"]:
        part = Played(
            played.stage, case.kind, title=title, words=case.words, spot=played.spot, by=moving.by, at=moving.now,
            category=case.category, urgency=case.urgency, source=case.source, parent=played, public=case.public,
            photos=tuple(one.file_id for one in played.exhibits if one.purpose == "report"),
        )  # fmt: skip
        played.parts.append(part)
    moving.told["parts"] = [part.case.pk for part in played.parts]
