"""Counting grids: facts, scores, colours and roll-ups written where they differ, and whoever must know is told."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from gridloop.core.clocks import timers
from gridloop.core.journal.actions import new_entry, record, record_all
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.core.territory.tree import Tree
from gridloop.scenes.fire.index.colours import Change
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.factors import factor_of_grids
from gridloop.scenes.fire.index.facts import (
    counts_of,
    means_of_grids,
    means_of_villages,
    plain_means,
    values_of,
)
from gridloop.scenes.fire.index.gathering import Gathered, gather
from gridloop.scenes.fire.index.models import (
    Baseline,
    DayScore,
    Fire,
    GridFacts,
    IndexEdition,
    Score,
    Standing,
)
from gridloop.scenes.fire.index.rolling import roll_up
from gridloop.scenes.fire.index.telling import tell_of_red
from gridloop.scenes.fire.registry.models import Premises
from gridloop.scenes.fire.risk import (
    COLOURS,
    NEVER,
    RED,
    Counts,
    Method,
    Scored,
    colours_of,
    method_of,
    score_grids,
)

TOPIC = "fire_index"
STANDING = ("level", "score", "held", "colour", "overrides", "counts", "addresses", "at", "since", "latest")


@dataclass
class Counted:
    """What one count did."""

    at: datetime
    grids: int = 0
    written: int = 0
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Before:
    """How a grid stood before this count."""

    at: datetime
    since: datetime
    held: int
    colour: int
    score: float
    overrides: list[dict[str, Any]]
    facts: int | None
    values: dict[str, list[Any]]
    fact_overrides: list[dict[str, Any]]
    edition: int | None


def mark_grid(grid: int) -> None:
    """Something happened in a grid that its score depends on: it is counted again at once, once for many events."""
    timers.set_timer(f"{TOPIC}:{grid}", TOPIC, timezone.now(), {"grid": grid})


def mark_grids(grids: Iterable[int]) -> None:
    now = timezone.now()
    timers.set_timers((f"{TOPIC}:{grid}", TOPIC, now, {"grid": grid}) for grid in set(grids))


def count_grids(
    grids: Iterable[int] | None = None, *, at: datetime | None = None, by: Actor = SYSTEM
) -> Counted:
    """Count some grids, or all of them, against the day's means; the first count of all on a day makes them anew.

    A count that began before another one wrote leaves alone what that one found.
    """
    at = at or timezone.now()
    today = timezone.localtime(at).date()
    edition = edition_in_force(today)
    method = method_of(edition.method)
    base = Baseline.objects.filter(edition=edition, at__lte=at).order_by("-at").first()
    if grids is None and base is not None and timezone.localtime(base.at).date() != today:
        base = None
    gathered = gather(at, grids if base else None)

    with transaction.atomic():
        return write_count(gathered, edition, method, base, by=by)


def write_count(
    gathered: Gathered, edition: IndexEdition, method: Method, base: Baseline | None, *, by: Actor
) -> Counted:
    """Score what was gathered and keep what differs; inside a transaction."""
    picture, at = tree.current(), gathered.at
    before = standing_before(gathered.grids)
    gathered.grids = [grid for grid in gathered.grids if grid not in before or before[grid].at <= at]
    if not gathered.grids:
        return Counted(at)
    values = values_of(gathered, {grid: each.values for grid, each in before.items()}, method)
    counts = counts_of(values, method)
    is_new_day = base is None
    base = base or make_baseline(counts, gathered.grids, picture, edition, method, at)
    factor = factor_of_grids(at, picture, gathered.grids, method)
    scored = score_grids(
        counts, means_of_grids(base.means, method.names, picture, gathered.grids), factor, method
    )
    held = np.array(
        [before[grid].held if grid in before else NEVER for grid in gathered.grids], dtype=np.int64
    )
    held = colours_of(scored.score, held, method)

    facts = keep_facts(gathered, values, before)
    scores = new_scores(gathered, edition, method, base, factor, scored, held, facts, before)
    Score.objects.bulk_create(scores)
    changes = changes_of(scores, before)
    keep_standings(gathered, scores, before)
    roll_up(method, at)

    announce(changes, picture, edition, at, by=by)
    if is_new_day:
        keep_day(gathered, scored, held, edition, base, by=by)
    tell_of_red([each for each in changes if each.after == RED])
    return Counted(at, len(gathered.grids), len(scores), changes)


def standing_before(grids: Sequence[int]) -> dict[int, Before]:
    """How these grids stand; their rows are locked until the count is written."""
    rows = Standing.objects.select_for_update(of=("self",)).filter(level=Level.GRID)
    if len(grids) < 500:  # otherwise all of them: cheaper than thousands of parameters
        rows = rows.filter(area__in=grids)
    columns = ("at", "since", "held", "colour", "score", "overrides", "latest__facts_id", "latest__facts__values",
               "latest__facts__overrides", "latest__edition_id")  # fmt: skip
    return {
        area: Before(*stood, facts, values or {}, overrides or [], edition)  # type: ignore[call-arg]
        for area, *stood, facts, values, overrides, edition in rows.values_list("area_id", *columns)
    }


def make_baseline(
    counts: Counts, grids: Sequence[int], picture: Tree, edition: IndexEdition, method: Method, at: datetime
) -> Baseline:
    """The means all scores of this day are drawn to."""
    villages, _village, means = means_of_villages(counts, picture, grids, method)
    return Baseline.objects.create(
        at=at, edition=edition, means=plain_means(means, method.names, villages), grids=len(grids)
    )


def keep_facts(
    gathered: Gathered, values: Sequence[dict[str, list[Any]]], before: dict[int, Before]
) -> dict[int, int]:
    """Write the facts that differ from those known; returns the row that holds each grid's facts."""
    rows = []
    kept: dict[int, int] = {}
    for grid, each in zip(gathered.grids, values, strict=True):
        known, red = before.get(grid), gathered.overrides.get(grid, [])
        if known and known.facts and known.values == each and known.fact_overrides == red:
            kept[grid] = known.facts
        else:
            rows.append(
                GridFacts(
                    grid_id=grid,
                    at=gathered.at,
                    values=each,
                    overrides=red,
                    addresses=gathered.addresses.get(grid, 0),
                )
            )
    GridFacts.objects.bulk_create(rows)
    return kept | {row.grid_id: row.pk for row in rows}


def new_scores(
    gathered: Gathered, edition: IndexEdition, method: Method, base: Baseline, factor: Any, scored: Scored,
    held: Any, facts: dict[int, int], before: dict[int, Before],
) -> list[Score]:  # fmt: skip
    """A row for every grid whose facts, number, colour or edition differ from the last one."""
    rows = []
    for at, grid in enumerate(gathered.grids):
        red = [each for each in gathered.overrides.get(grid, []) if each["kind"] in edition.overrides]
        score, rank = float(scored.score[at]), int(held[at])
        known = before.get(grid)
        if known and (known.facts, known.score, known.held, known.overrides, known.edition) == (
            facts[grid], score, rank, red, edition.pk,
        ):  # fmt: skip
            continue
        rows.append(
            Score(
                grid_id=grid,
                at=gathered.at,
                edition=edition,
                baseline=base,
                facts_id=facts[grid],
                factor=float(factor[at]),
                plain=float(scored.plain[at]),
                score=score,
                held=rank,
                colour=RED if red else rank,
                overrides=red,
                parts=parts_of(scored, at, method),
            )
        )
    return rows


def parts_of(scored: Scored, at: int, method: Method) -> dict[str, list[Any]]:
    """The arithmetic of one grid: {indicator: [value, how it is known, share, product]}."""
    return {
        name: [
            None if np.isnan(scored.value[at, column]) else round(float(scored.value[at, column]), 4),
            int(scored.known[at, column]),
            round(float(scored.share[at, column]), 4),
            round(float(scored.product[at, column]), 4),
        ]
        for column, name in enumerate(method.names)
    }


def changes_of(scores: Sequence[Score], before: dict[int, Before]) -> list[Change]:
    """The grids whose colour is another than before; a first colour is no change."""
    return [
        Change(
            row.grid_id, before[row.grid_id].colour, row.colour, row.score,
            tuple(sorted({each["kind"] for each in row.overrides})), row.pk,
        )
        for row in scores
        if row.grid_id in before and before[row.grid_id].colour != row.colour
    ]  # fmt: skip


def keep_standings(gathered: Gathered, scores: Sequence[Score], before: dict[int, Before]) -> None:
    """Where the grids stand now; those that stay as they were keep their row."""
    rows = []
    for row in scores:
        known = before.get(row.grid_id)
        since = known.since if known and known.colour == row.colour else row.at
        counts = [int(rank == row.colour) for rank in range(len(COLOURS))]
        rows.append(
            Standing(
                area_id=row.grid_id,
                level=Level.GRID,
                score=row.score,
                held=row.held,
                colour=row.colour,
                overrides=row.overrides,
                counts=counts,
                addresses=gathered.addresses.get(row.grid_id, 0),
                at=row.at,
                since=since,
                latest=row,
            )
        )
    Standing.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["area"], update_fields=list(STANDING)
    )


def announce(
    changes: Sequence[Change], picture: Tree, edition: IndexEdition, at: datetime, *, by: Actor
) -> None:
    """One entry for each changed colour: the live map follows it, and so does whoever else cares."""
    entries = []
    for each in changes:
        chain = picture.chain(each.grid)
        facts = {
            "grid": each.grid, "community": chain.community, "town": chain.town, "county": chain.county,
            "score": each.score, "edition": edition.number, "reasons": list(each.reasons), "row": each.row,
        }  # fmt: skip
        entries.append(
            new_entry(
                "grid_colour_changed",
                by=by,
                at=at,
                subject_kind="area",
                subject=each.grid,
                area=each.grid,
                before=COLOURS[each.before],
                after=COLOURS[each.after],
                facts=facts,
            )
        )
    if entries:
        record_all(entries)


def keep_day(
    gathered: Gathered, scored: Scored, held: Any, edition: IndexEdition, base: Baseline, *, by: Actor
) -> None:
    """The day's scores, and in the journal a digest of them, so that nobody can alter them unseen."""
    day = timezone.localtime(gathered.at).date()
    rows = []
    for at, grid in enumerate(gathered.grids):
        is_red = any(each["kind"] in edition.overrides for each in gathered.overrides.get(grid, []))
        colour = RED if is_red else int(held[at])
        rows.append(DayScore(grid_id=grid, day=day, score=float(scored.score[at]), colour=colour))
    DayScore.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["grid", "day"], update_fields=["score", "colour"]
    )
    said = json.dumps([[row.grid_id, row.score, row.colour] for row in rows], separators=(",", ":"))
    record(
        "risk_index_counted", by=by, subject_kind="risk_edition", subject=edition.pk,
        facts={"day": day.isoformat(), "baseline": base.pk, "grids": len(rows), "edition": edition.number,
               "digest": hashlib.sha256(said.encode()).hexdigest()},
    )  # fmt: skip


def note_fire(key: str, premises: Premises, *, at: datetime, source: str) -> Fire | None:
    """Keep a fire as an episode of its premises, once a key; the grid's history counts it."""
    if premises.grid_id is None:
        return None
    made, is_new = Fire.objects.get_or_create(
        key=key, defaults={"at": at, "grid_id": premises.grid_id, "premises": premises, "source": source}
    )
    return made if is_new else None
