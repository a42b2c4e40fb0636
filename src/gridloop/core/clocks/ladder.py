"""Reminders and escalations as data: due soon, due, breached, each level up, on one durable timer per subject.

A ladder is a list of rungs. Each firing is announced in the journal (`deadline_due_soon`, `deadline_breached`,
`escalated`). Acknowledging at one level cancels the escalation to the next; a mute keeps reminders quiet and never
stops a breach or an escalation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from gridloop.core.clocks import calendar
from gridloop.core.clocks.models import Timer, Unit
from gridloop.core.clocks.timers import NewTimer, on, set_timers
from gridloop.core.clocks.working_time import elapsed, moment_after
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor

TOPIC = "ladder"
CLOCK = Actor(kind="system", name="clock")
RungEvent = Literal["deadline_due_soon", "deadline_breached", "escalated"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One announcement: at a `share` of the way to the deadline, or `after` so many units past it."""

    event: RungEvent
    level: int = 0
    share: float | None = None
    after: float = 0
    unit: str = Unit.WORKING_DAYS


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs in order of time. `working`: the share of the way is counted in working time."""

    name: str
    rungs: tuple[Rung, ...]
    working: bool = True


STANDARD = Ladder(
    "standard",
    (
        Rung("deadline_due_soon", share=0.8),
        Rung("deadline_breached"),
        Rung("escalated", level=1, after=1),
        Rung("escalated", level=2, after=3),
        Rung("escalated", level=3, after=5),
    ),
)
URGENT = Ladder(
    "urgent",
    (
        Rung("deadline_due_soon", share=0.5),
        Rung("deadline_breached"),
        Rung("escalated", level=1, after=0.5, unit=Unit.HOURS),
        Rung("escalated", level=2, after=2, unit=Unit.HOURS),
        Rung("escalated", level=3, after=6, unit=Unit.HOURS),
    ),
    working=False,
)
LADDERS: dict[str, Ladder] = {ladder.name: ladder for ladder in (STANDARD, URGENT)}


def register_ladder(ladder: Ladder) -> Ladder:
    LADDERS[ladder.name] = ladder
    return ladder


class Clock(NamedTuple):
    """One deadline of a subject; `reference` comes back with every firing (the deadline's own id)."""

    name: str
    started_at: datetime
    due_at: datetime
    reference: int | None = None
    ladder: str = "standard"


class Firing(NamedTuple):
    """One rung that fired."""

    subject_kind: str
    subject: int
    clock: str
    event: RungEvent
    level: int
    due_at: str
    reference: int | None
    ladder: str


Telling = Callable[[Sequence[Firing]], Mapping[int, Mapping[str, Any]]]
TELLING: dict[str, Telling] = {}


def facts_of(subject_kind: str) -> Callable[[Telling], Telling]:
    """Decorates what adds facts to the announcements of one kind of subject: firings -> subject id -> facts.

    It runs inside the firing's transaction and must only read: whoever moves a subject may wait for its timer.
    A key "area" among the facts becomes the entry's area.
    """

    def register(telling: Telling) -> Telling:
        TELLING[subject_kind] = telling
        return telling

    return register


def start_ladder(
    subject_key: str, deadline: datetime, ladder: str = "standard", *, started_at: datetime | None = None
) -> None:
    """Start the ladder of a subject that has one deadline. `subject_key` is "kind:id"."""
    keep_ladders(subject_key, [Clock("deadline", started_at or timezone.now(), deadline, None, ladder)])


def stop(subject_key: str) -> None:
    """Forget every ladder of a subject: it is done, or its clocks pause."""
    Timer.objects.filter(key=timer_key(subject_key)).delete()


def first_timers(subject_key: str, clocks: Sequence[Clock]) -> list[Timer]:
    """The timer of a subject that is just beginning, if it has clocks; the caller puts it in."""
    return [timer_for(subject_key, [state_of(clock, None) for clock in clocks])] if clocks else []


@transaction.atomic(savepoint=False)
def keep_ladders(subject_key: str, clocks: Iterable[Clock | tuple]) -> None:
    """Bring a subject's ladders in line with its running clocks; unchanged ones keep the rung they stand on."""
    wanted = [clock if isinstance(clock, Clock) else Clock(*clock) for clock in clocks]
    timer = standing_timer(subject_key)
    if not wanted:
        if timer is not None:
            timer.delete()
        return
    before = {state["clock"]: state for state in timer.facts["clocks"]} if timer else {}
    states = [state_of(clock, before.get(clock.name)) for clock in wanted]
    if timer is None or states != timer.facts["clocks"]:
        arm([(subject_key, states)])


def acknowledge(subject_key: str, level: int, *, clock: str = "") -> bool:
    """Someone at this level has taken it on: the escalation to the next level is cancelled; later ones still stand."""
    return amend(subject_key, clock, {"acknowledged": level})


def mute(subject_key: str, until: datetime, *, clock: str = "") -> bool:
    """No reminders before `until`. Breaches and escalations come all the same."""
    return amend(subject_key, clock, {"muted_until": until.isoformat()})


@transaction.atomic
def amend(subject_key: str, clock: str, change: Mapping[str, Any]) -> bool:
    timer = standing_timer(subject_key)
    if timer is None or timer.done_at is not None:
        return False
    states = [
        {**state, **change} if clock in {"", state["clock"]} else state for state in timer.facts["clocks"]
    ]
    arm([(subject_key, states)])
    return True


def timer_key(subject_key: str) -> str:
    return f"{TOPIC}:{subject_key}"


def standing_timer(subject_key: str) -> Timer | None:
    timers = Timer.objects.filter(key=timer_key(subject_key))
    if connection.features.has_select_for_update:
        timers = timers.select_for_update()
    return timers.first()


def state_of(clock: Clock, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is remembered of one clock; a deadline that moved begins at its first rung again."""
    fixed = {
        "clock": clock.name,
        "started": clock.started_at.isoformat(),
        "due": clock.due_at.isoformat(),
        "reference": clock.reference,
        "ladder": clock.ladder,
    }
    if before and all(before[key] == value for key, value in fixed.items()):
        return dict(before)
    return {**fixed, "rung": 0, "acknowledged": None, "muted_until": ""}


def arm(subjects: Iterable[tuple[str, list[dict[str, Any]]]]) -> None:
    """Set each subject's timer to the next rung of its clocks; one that has no rung left only keeps its state."""
    timers = [timer_for(subject_key, states) for subject_key, states in subjects]
    running = [timer for timer in timers if timer.done_at is None]
    finished = [timer for timer in timers if timer.done_at is not None]
    if running:
        set_timers(NewTimer(timer.key, TOPIC, timer.due_at, timer.facts) for timer in running)
    if finished:
        Timer.objects.bulk_create(
            finished, update_conflicts=True, unique_fields=["key"], update_fields=["facts", "done_at"]
        )


def timer_for(subject_key: str, states: list[dict[str, Any]]) -> Timer:
    """A subject's timer, due at the next rung of any of its clocks; done when there is none."""
    moments, now = [moment for state in states if (moment := next_moment(state))], timezone.now()
    return Timer(
        key=timer_key(subject_key),
        topic=TOPIC,
        due_at=min(moments, default=now),
        done_at=None if moments else now,
        facts={"clocks": states},
    )


def rungs_of(state: Mapping[str, Any]) -> tuple[Rung, ...]:
    return LADDERS.get(state["ladder"], STANDARD).rungs


def next_moment(state: Mapping[str, Any]) -> datetime | None:
    """When the next rung of a clock comes; None when it stands on the last."""
    rungs = rungs_of(state)
    return moment_of(rungs[state["rung"]], state) if state["rung"] < len(rungs) else None


def moment_of(rung: Rung, state: Mapping[str, Any]) -> datetime:
    started, due = datetime.fromisoformat(state["started"]), datetime.fromisoformat(state["due"])
    if rung.share is None:
        return moment_after(due, rung.after, rung.unit, calendar.current()) if rung.after else due
    if LADDERS.get(state["ladder"], STANDARD).working:
        hours = elapsed(started, due, Unit.WORKING_HOURS) * rung.share
        if hours > 0:
            return moment_after(started, hours, Unit.WORKING_HOURS, calendar.current())
    return started + (due - started) * rung.share


def climb(subject_key: str, states: list[dict[str, Any]], now: datetime) -> list[Firing]:
    """Every rung whose time has come; `states` move on."""
    kind, _, number = subject_key.partition(":")
    fired = []
    for state in states:
        while (moment := next_moment(state)) is not None and moment <= now:
            rung = rungs_of(state)[state["rung"]]
            state["rung"] += 1
            if is_told(rung, state, now):
                fired.append(
                    Firing(kind, int(number), state["clock"], rung.event, rung.level, state["due"], state["reference"],
                           state["ladder"])
                )  # fmt: skip
    return fired


def is_told(rung: Rung, state: Mapping[str, Any], now: datetime) -> bool:
    if rung.event == "deadline_due_soon":  # worthless once it is due, and the only kind a mute may keep quiet
        return now < datetime.fromisoformat(state["due"]) and now.isoformat() >= state["muted_until"]
    if rung.event == "escalated" and state["acknowledged"] is not None:
        return rung.level != state["acknowledged"] + 1
    return True


@on(TOPIC, batch=True, kept=True)
def fire_ladders(timers: Sequence[Timer]) -> None:
    """Announce every rung that has come, and wait for the next."""
    now = timezone.now()
    climbed = [(timer.key.removeprefix(f"{TOPIC}:"), timer.facts["clocks"]) for timer in timers]
    fired = [firing for subject_key, states in climbed for firing in climb(subject_key, states, now)]
    arm(climbed)
    announce(fired)


def announce(fired: Sequence[Firing]) -> None:
    by_kind: dict[str, list[Firing]] = {}
    for firing in fired:
        by_kind.setdefault(firing.subject_kind, []).append(firing)
    told = {kind: TELLING[kind](firings) if kind in TELLING else {} for kind, firings in by_kind.items()}
    if fired:
        record_all(entry_of(firing, told[firing.subject_kind].get(firing.subject, {})) for firing in fired)


def entry_of(firing: Firing, told: Mapping[str, Any]) -> Any:
    return new_entry(
        firing.event,
        by=CLOCK,
        subject_kind=firing.subject_kind,
        subject=firing.subject,
        area=told.get("area"),
        facts={
            **{key: value for key, value in told.items() if key != "area"},
            "clock": firing.clock,
            "level": firing.level,
            "due_at": firing.due_at,
            "deadline": firing.reference,
            "ladder": firing.ladder,
        },
    )
