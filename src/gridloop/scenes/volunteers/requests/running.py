"""Matching runs: needs and volunteers read, matched, written down as a dispatch record, and (when on) asked."""

from collections import defaultdict
from dataclasses import asdict
from time import perf_counter

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Urgency
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.matching import Candidates, Weights, candidates, match
from gridloop.scenes.volunteers.requests.models import Consideration, MatchingMode, MatchRun, Mode
from gridloop.scenes.volunteers.requests.queries import requests_seeking
from gridloop.scenes.volunteers.requests.reading import (
    horizon,
    needs_as_columns,
    places_left,
    read_engagements,
    read_needs,
    read_volunteers,
    volunteers_as_columns,
)

MATCHER = Actor(kind="system", name="matching")
MOST_CONSIDERED = 20
WEIGHTS = Weights()


def run_matching(
    cases: QuerySet[Case], *, mode: str, reason: str, by: Actor = MATCHER, weights: Weights = WEIGHTS
) -> MatchRun | None:
    """Consider volunteers for these requests; None when none of them wants anybody asked now.

    `mode`: "on" asks those chosen, "dry" only writes down who would have been asked, "hand" leaves it to somebody.
    """
    begun, ahead = perf_counter(), horizon()
    wanted = read_needs(cases, ahead)
    places = places_left(wanted)
    if mode == "hand":
        places = {need.pk: max(places[need.pk], 1) for need in wanted}
    wanted = [need for need in wanted if places[need.pk]]
    if not wanted:
        return None
    people = read_volunteers(wanted, ahead)
    needs = needs_as_columns(wanted, places, people, ahead)
    volunteers = volunteers_as_columns(people, wanted, ahead, read_engagements(people, ahead))
    found = candidates(needs, volunteers, weights, most=MOST_CONSIDERED)
    solution = match(needs, volunteers, weights, found)

    with transaction.atomic():
        run = MatchRun.objects.create(
            mode=mode,
            reason=reason,
            needs=len(wanted),
            candidates=len(found.need),
            chosen=int(solution.chosen.sum()),
            open=int((solution.open > 0).sum()),
            cost=solution.cost,
            weights=asdict(weights),
            seconds=perf_counter() - begun,
            by_id=by.person,
        )
        write_down(run, needs.ids, volunteers.ids, found, solution.chosen)
    if mode == Mode.ON:
        ask_chosen(run, by=by)
    return run


def write_down(
    run: MatchRun, cases: np.ndarray, people: np.ndarray, found: Candidates, chosen: np.ndarray
) -> None:
    """The dispatch record: each candidate with the parts of the cost."""
    total = found.cost + np.rint(found.load).astype(np.int64)
    Consideration.objects.bulk_create(
        (
            Consideration(
                run=run,
                case_id=int(cases[found.need[arc]]),
                volunteer_id=int(people[found.volunteer[arc]]),
                metres=round(float(found.metres[arc]), 1),
                fairness=round(float(found.fairness[arc]), 1),
                continuity=round(float(found.continuity[arc]), 1),
                acceptance=round(float(found.acceptance[arc]), 1),
                load=round(float(found.load[arc]), 1),
                total=int(total[arc]),
                chosen=bool(chosen[arc]),
            )
            for arc in range(len(found.need))
        ),
        batch_size=1000,
    )


def ask_chosen(run: MatchRun, *, by: Actor = MATCHER) -> int:
    """Send the offers of a run, request by request; one that has moved on meanwhile is left alone."""
    numbers: dict[int, list[str]] = defaultdict(list)
    chosen = run.considerations.filter(chosen=True).order_by("case", "total")
    for pk, number in chosen.values_list("case", "volunteer__number"):
        numbers[pk].append(number)
    asked = 0
    for case in Case.objects.filter(pk__in=numbers):
        try:
            move_case(
                case, "offer", by=by, facts={"volunteers": " ".join(numbers[case.pk])}, told={"run": run.pk}
            )
            asked += len(numbers[case.pk])
        except Refusal:
            continue
    return asked


def match_waiting(mode: str, *, reason: str, only_urgent: bool = False) -> MatchRun | None:
    """One batch over every community in this mode."""
    communities = MatchingMode.objects.filter(mode=mode).values("community")
    waiting = requests_seeking(timezone.now()).filter(community__in=communities)
    if only_urgent:
        waiting = waiting.filter(urgency__lte=Urgency.URGENT)
    return run_matching(waiting, mode=mode, reason=reason)


def match_at_once(case: Case) -> MatchRun | None:
    """One request that presses, as its community's mode says."""
    mode = MatchingMode.objects.filter(community=case.community_id).values_list("mode", flat=True).first()
    if mode not in (Mode.ON, Mode.DRY):
        return None
    return run_matching(requests_seeking(timezone.now()).filter(pk=case.pk), mode=mode, reason="urgent")


def look_for_volunteers(case: Case, *, by: Actor) -> MatchRun | None:
    """Somebody dispatches by hand: who comes into question, written down like any other run."""
    return run_matching(
        requests_seeking(timezone.now()).filter(pk=case.pk), mode="hand", reason="hand", by=by
    )
