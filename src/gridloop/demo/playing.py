"""Plays a case's moves in memory as the engine would make them, so that a year fits into a minute.

The flow table, the limits, the ladders and the facts told are the engine's own; only what effects write to the
database is done here on lists (`twins`). A test plays the same moves through the engine and compares.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gridloop.core.cases import deadlines as clocks
from gridloop.core.cases import kinds
from gridloop.core.cases.effects.approving import asking_for
from gridloop.core.cases.facts import WORDS_OF_PEOPLE, told_facts, told_needs
from gridloop.core.cases.flow import SAME, Move
from gridloop.core.cases.models import (
    NEVER,
    Case,
    Category,
    Deadline,
    Exhibit,
    Party,
    Question,
    Request,
    Review,
    Task,
)
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.needs import CLEANERS
from gridloop.core.cases.opening import place_case
from gridloop.core.cases.requests import EXTENSION, awaits_approval, awaits_decision
from gridloop.core.cases.spots import Spot
from gridloop.core.clocks import ladder
from gridloop.core.clocks.timers import NewTimer
from gridloop.core.journal.actions import new_entry
from gridloop.core.journal.actor import Actor
from gridloop.core.people.personal_data import digest
from gridloop.demo import twins
from gridloop.demo.stage import NotYet, Stage

SECOND = timedelta(seconds=1)


class Played:
    """One case and everything that belongs to it, kept in memory until it is written."""

    def __init__(
        self,
        stage: Stage,
        kind: str,
        *,
        title: str,
        words: str,
        spot: Spot,
        by: Actor,
        at: datetime,
        category: Category | None,
        urgency: int = 3,
        reporter: int | None = None,
        anonymous: bool = False,
        tracking_code: str = "",
        source: str = "web",
        public: bool = False,
        photos: tuple[int, ...] = (),
        parent: "Played | None" = None,
        level: str = "",
    ) -> None:
        at = at.astimezone(UTC)
        self.stage, self.kind, self.last = stage, kinds.kind(kind), at
        self.tasks: list[Task] = []
        self.requests: list[Request] = []
        self.asker = by  # of the move that waits for an approval
        self.questions: list[Question] = []
        self.reviews: list[Review] = []
        self.exhibits: list[Exhibit] = []
        self.parts: list[Played] = []
        self.timers: dict[str, NewTimer] = {}
        self.awaited: list[
            tuple[datetime, Callable[[datetime], None]]
        ] = []  # what others do to it: me-too, duplicates
        self.states: list[dict[str, Any]] = []
        self.moments: dict[tuple, datetime | None] = {}
        self.script: list[tuple[datetime, str, Actor, dict[str, Any]]] = []
        case = self.case = Case(
            pk=stage.ids.take("case"), key=uuid.UUID(int=stage.random.getrandbits(128), version=4), kind=kind,
            number=stage.number(at), step=self.kind.first, title=title[:120], words=words, category=category, urgency=urgency,
            source=source, level=level or "grid", reporter_id=reporter, anonymous=anonymous, tracking_digest=digest(tracking_code),
            public=public, parent_id=parent.case.pk if parent else None, reported_at=at, facts={},
        )  # fmt: skip
        place_case(case, spot)
        self.spot = spot
        self.deadlines: list[Deadline] = self.numbered(clocks.new_deadlines(case, self.kind.starts, at))
        case.due_at = min((clock.due_at for clock in self.deadlines if clock.due_at), default=None)
        case.queue_at = case.due_at or NEVER
        self.parties = [Party(case=case, person_id=reporter, role="reporter", at=at)] if reporter else []
        self.exhibits += [
            Exhibit(case=case, file_id=file, purpose="report", public=public) for file in photos
        ]
        self.keep_ladders(self.deadlines)
        self.tell("case_reported", by=by, at=at, after=case.step, facts=told_facts(case))
        self.opened_by = by

    # --- one move -------------------------------------------------------------------------------------------------

    def move(self, name: str, at: datetime, by: Actor, **facts: Any) -> None:
        """Make one move at its time; what clocks and others do before that comes first."""
        at = max(at, self.last + SECOND).replace(microsecond=0).astimezone(UTC)
        self.advance(at)
        at = max(at, self.last)
        cleaned = self.clean(self.row_for(name, facts), facts)
        self.script.append((at, name, by, cleaned))
        self.make(name, at, by, cleaned)

    def make(
        self, name: str, at: datetime, by: Actor, cleaned: dict[str, Any], approved_by: int | None = None
    ) -> None:
        row, before, case = self.row_for(name, cleaned), self.case.step, self.case
        if row.approval is not None and approved_by is None:
            self.asker, row = by, asking_for(row)
        moving = Moving(case, self.kind, row, by, cleaned, at, None)  # type: ignore[arg-type]
        if approved_by is not None:
            moving.told["approved_by"] = approved_by
        case.turn += 1
        if row.to != SAME:
            case.step = row.to
        for effect in row.then:
            twins.TWINS[effect](self, moving)
        self.meet(row.meets, at)
        if row.pauses:
            self.pause(at)
        if row.resumes and not (row.to == SAME and self.kind.stands_still(case.step)):
            self.resume(at)
        step = self.kind.step(case.step)
        if step.shape == "ended":
            self.end(name, step.outcome, at)
        self.start(row.starts, at)
        self.settle()
        self.last = at
        self.tell(
            row.event or f"case_{name}", by=by, at=at, before=before, after=case.step,
            words="\n".join(str(cleaned[key]) for key in WORDS_OF_PEOPLE if key in cleaned),
            facts={**told_facts(case), **told_needs(cleaned), **moving.told, "move": name},
        )  # fmt: skip
        if moving.approved is not None:
            self.make(moving.approved.move, at, self.asker, moving.approved.facts, by.person)

    def row_for(self, name: str, facts: Mapping[str, Any]) -> Move:
        """The engine's choice of row; a story that breaks the flow is a mistake in the story."""
        case = self.case
        for move in self.kind.named(name):
            if not move.leads_from(case.step, open=case.open) or (move.when and not self.holds(move.when)):
                continue
            if (move.given and not move.given(facts)) or (
                case.suspended_at is not None and not move.while_suspended
            ):
                continue
            return move
        raise ValueError(f"{case.number}: no row for '{name}' from '{case.step}'")

    def holds(self, condition: Callable[[Case], bool]) -> bool:
        if condition not in (awaits_decision, awaits_approval):
            return condition(self.case)
        return self.waiting(extension=condition is awaits_decision) is not None

    def waiting(self, *, extension: bool) -> Request | None:
        """The last request that nobody has decided: for an extension, or for an approval."""
        undecided = (request for request in reversed(self.requests) if request.decided_at is None)
        return next((request for request in undecided if (request.move == EXTENSION) is extension), None)

    def clean(self, row: Move, facts: Mapping[str, Any]) -> dict[str, Any]:
        cleaned = {}
        for need in row.needs:
            value = facts.get(need.name)
            if value in (None, "", [], ()):
                if need.required:
                    raise ValueError(f"{row.name} needs {need.name}")
                continue
            cleaned[need.name] = (
                CLEANERS["position"](self.case, need, value) if need.kind == "position" else value
            )
        return cleaned

    def end(self, name: str, outcome: str, at: datetime) -> None:
        case = self.case
        case.open, case.closed_at, case.suspended_at = False, at, None
        self.timers.clear()
        for task in self.tasks:
            if task.state in ("sent", "taken"):
                task.state, task.done_at = "withdrawn", at
        self.stop_asking(at)
        case.outcome = (
            {"close_unresolved": "unresolved", "link_duplicate": "duplicate"}.get(name)
            or case.outcome
            or outcome
        )
        for deadline in self.unmet():
            deadline.met_at, deadline.paused_at = at, None

    def stop_asking(self, at: datetime) -> None:
        for question in self.questions:
            if question.answered_at is None:
                question.answered_at = at
                self.timers.pop(f"question:{question.pk}", None)

    # --- clocks ---------------------------------------------------------------------------------------------------

    def numbered(self, made: list[Deadline]) -> list[Deadline]:
        for deadline in made:
            deadline.pk = self.stage.ids.take("deadline")
        return made

    def unmet(self) -> list[Deadline]:
        return [deadline for deadline in self.deadlines if deadline.met_at is None]

    def running(self, name: str) -> Deadline | None:
        """The clock of the case itself by that name, if it runs."""
        found = [
            clock for clock in self.unmet() if clock.name == name and clock.task_id is None and clock.due_at
        ]
        return found[-1] if found else None

    def start(self, names: tuple[str, ...], at: datetime, task: Task | None = None) -> list[Deadline]:
        task_id = task.pk if task else None
        wanted = set(names) - {clock.name for clock in self.unmet() if clock.task_id == task_id}
        made = self.numbered(clocks.new_deadlines(self.case, wanted, at, task)) if wanted else []
        self.deadlines += made
        return made

    def restart(self, name: str, at: datetime) -> None:
        for deadline in self.unmet():
            if deadline.name == name:
                deadline.met_at = at
        self.deadlines += self.numbered(clocks.new_deadlines(self.case, [name], at))

    def meet(self, names: tuple[str, ...], at: datetime) -> None:
        for deadline in self.unmet() if names else ():
            if deadline.name in names:
                deadline.met_at, deadline.paused_at = at, None

    def pause(self, at: datetime) -> None:
        for deadline in self.unmet():
            if deadline.paused_at is None and deadline.due_at is not None:
                clocks.stop(deadline, at)

    def resume(self, at: datetime) -> None:
        for deadline in self.unmet():
            if deadline.paused_at is not None:
                clocks.go_on(deadline, at)

    def settle(self) -> None:
        case, running = self.case, self.unmet() if self.case.open else []
        case.due_at = min(
            (clock.due_at for clock in running if clock.due_at and clock.task_id is None), default=None
        )
        case.queue_at = case.due_at or NEVER
        case.overdue = any(clock.breached_at and clock.due_at for clock in running)
        self.keep_ladders(running)

    def keep_ladders(self, running: list[Deadline]) -> None:
        before = {state["clock"]: state for state in self.states}
        self.states = [
            ladder.state_of(clock, before.get(clock.name))
            for clock in clocks.ladder_clocks(self.case, running)
        ]

    def moment(self, state: Mapping[str, Any]) -> datetime | None:
        key = (state["clock"], state["started"], state["due"], state["ladder"], state["rung"])
        if key not in self.moments:
            self.moments[key] = ladder.next_moment(state)
        return self.moments[key]

    def advance(self, until: datetime) -> None:
        """Let clocks ring and others act until then; stops at now."""
        end = min(until, self.stage.now)
        while True:
            rings = min((moment for state in self.states if (moment := self.moment(state))), default=None)
            others = self.awaited[0][0] if self.awaited else None
            if others is not None and others <= end and (rings is None or others < rings):
                self.awaited.pop(0)[1](others)
            elif rings is not None and rings <= end:
                self.ring(rings)
            else:
                break
        if until > self.stage.now:
            raise NotYet

    def ring(self, at: datetime) -> None:
        """The ladder's rungs at that moment, announced as the worker would announce them."""
        case, self.last = self.case, max(self.last, at)
        for firing in ladder.climb(f"case:{case.pk}", self.states, at):
            entry = ladder.entry_of(firing, {**told_facts(case), "area": case.area_id})
            entry.at = at
            self.stage.push(entry)
            if firing.event == "deadline_breached":
                for deadline in self.deadlines:
                    if (
                        deadline.pk == firing.reference
                        and deadline.met_at is None
                        and deadline.breached_at is None
                    ):
                        deadline.breached_at, case.overdue = at, case.open or case.overdue

    # --- telling --------------------------------------------------------------------------------------------------

    def tell(
        self,
        event: str,
        *,
        by: Actor,
        at: datetime,
        facts: dict[str, Any],
        before: str = "",
        after: str = "",
        words: str = "",
    ) -> None:
        self.stage.push(
            new_entry(event, by=by, at=at, subject_kind="case", subject=self.case.pk, area=self.case.area_id, before=before,
                      after=after, words=words, facts=facts)
        )  # fmt: skip

    def timers_left(self) -> list[NewTimer]:
        """What the clocks of an open case still have to do."""
        return list(self.timers.values()) if self.case.open else []
