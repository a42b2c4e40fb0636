"""Which cases a person works on today, and what they can do with each, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field

from django.db.models import Max, Q, QuerySet

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import SAME, Move
from gridloop.core.cases.models import Case, Deadline, Exhibit, Party, Task
from gridloop.core.cases.queries import cases_within_reach, moves_for, within_areas
from gridloop.core.cases.standing import HANDLING_EVENTS, Standing
from gridloop.core.cases.worklist import at_steps, waits_for
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of, hats

FIELD_ABILITIES = ("work_in_grid", "snap", "handle")
MOST = 200
PHOTOS = 4
NOT_ON_PHONES = frozenset({"join", "add", "remind", "review", "answer", "withdraw", "reopen", "resume"})
UNDRAWABLE = frozenset({"person", "case", "rating", "level", "date"})


@dataclass
class Job:
    """One case of today: what can be done with it, and what could be done after a move made offline."""

    case: Case
    moves: list[Move]
    after: dict[str, list[Move]]
    seen: int  # the last journal entry this picture knows of
    clock: Deadline | None = None
    photos: list[Exhibit] = field(default_factory=list)


@dataclass
class KnownStanding(Standing):
    """A standing whose answers were looked up for the whole list at once."""

    known_handler: int | None = None
    known_assisting: bool = False
    known_party: bool = False

    def assists(self) -> bool:
        return self.known_assisting

    def is_reporter(self) -> bool:
        return self.known_party or self.case.reporter_id == self.actor.person

    def handled(self) -> bool:
        return self.known_handler is not None and self.known_handler == self.actor.person


def stands_done() -> Q:
    """Cases that somebody has to check on the spot, whoever had them."""
    return at_steps(lambda _kind, step: step.shape == "done")


def cases_of_today(person: Person) -> QuerySet[Case]:
    """Open cases that wait for this person (or a colleague in the same grid), what is due first, first."""
    worn = hats(person)
    areas = frozenset(hat.area for hat in worn if hat.area is not None and hat.may("work_in_grid"))
    units = {hat.organisation for hat in worn if hat.organisation is not None and hat.may("handle")}
    wanted = Q(worker=person.pk) & waits_for("grid_worker", "lead_unit")
    if areas:
        wanted |= within_areas(areas) & waits_for("grid_worker") & (Q(level="grid") | stands_done())
    if units:
        wanted |= Q(lead_unit__in=units) & waits_for("lead_unit")
    return cases_within_reach(person).filter(wanted, open=True).order_by("queue_at", "id")


def jobs_of_today(person: Person) -> list[Job]:
    """Those cases with everything a phone needs to work on them alone."""
    pks = list(cases_of_today(person).values_list("pk", flat=True)[:MOST])
    # What is known of the journal is read before the cases: then no change can be missed between the two.
    told = Entry.objects.filter(subject_kind="case", subject__in=pks)
    seen = dict(told.values("subject").annotate(last=Max("id")).values_list("subject", "last"))
    rows = (
        Case.objects.filter(pk__in=pks, open=True)
        .select_related("category", "lead_unit")
        .prefetch_related("requests")
    )
    cases = [case for case in rows.order_by("queue_at", "id") if case.pk in seen]
    clocks = _clocks(pks)
    photos = _photos(pks)
    jobs = []
    for case, standing in zip(cases, _standings(cases, person), strict=True):
        moves = drawable(moves_for(case, standing))
        if any(move.weight == "main" for move in moves):
            after = {
                move.name: drawable(_after(case, move, standing)) for move in moves if _goes_on(case, move)
            }
            clock = clocks.get((case.pk, case.due_at))
            jobs.append(Job(case, moves, after, seen[case.pk], clock, photos.get(case.pk, [])[:PHOTOS]))
    return jobs


def drawable(moves: Iterable[Move]) -> list[Move]:
    """Moves a phone can draw a form for, and that belong to the work outside."""
    return [
        move
        for move in moves
        if move.name not in NOT_ON_PHONES
        and not any(need.required and need.kind in UNDRAWABLE for need in move.needs)
    ]


def _goes_on(case: Case, move: Move) -> bool:
    """Whether the same person may have more to do after the move, with no network in between."""
    return move.to != SAME and kinds.kind(case.kind).step(move.to).shape in ("open", "moving")


def _after(case: Case, move: Move, standing: KnownStanding) -> list[Move]:
    """What will be open once the move has been made: the same rule asked of the case as it will be."""
    later = copy(case)
    later.step = move.to
    imagined = copy(standing)
    imagined.case = later
    return moves_for(later, imagined)


def _standings(cases: Sequence[Case], person: Person) -> list[KnownStanding]:
    pks = [case.pk for case in cases]
    by, worn = actor_of(person), hats(person)
    units = {hat.organisation for hat in worn if hat.organisation and hat.may("handle")}
    handlers = dict(
        Entry.objects.filter(subject_kind="case", subject__in=pks, event__in=HANDLING_EVENTS)
        .order_by("id")
        .values_list("subject", "person")
    )
    parties = set(Party.objects.behind().filter(case__in=pks, person=person).values_list("case", flat=True))
    assisting: set[int] = set()
    if units:
        tasks = Task.objects.filter(
            case__in=pks, organisation__in=units, role="assist", state__in=["sent", "taken"]
        )
        assisting = set(tasks.values_list("case", flat=True))
    return [
        KnownStanding(
            case,
            by,
            worn,
            known_handler=handlers.get(case.pk),
            known_assisting=case.pk in assisting,
            known_party=case.pk in parties,
        )
        for case in cases
    ]


def _clocks(pks: list[int]) -> dict[tuple[int, object], Deadline]:
    running = Deadline.objects.filter(case__in=pks, met_at=None, due_at__isnull=False)
    return {(clock.case_id, clock.due_at): clock for clock in running}


def _photos(pks: list[int]) -> dict[int, list[Exhibit]]:
    found: dict[int, list[Exhibit]] = {}
    shown = Exhibit.objects.filter(case__in=pks, file__erased_at=None, file__width__gt=0)
    for exhibit in shown.select_related("file").order_by("id"):
        found.setdefault(exhibit.case_id, []).append(exhibit)
    return found
