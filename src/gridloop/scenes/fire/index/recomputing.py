"""Making past scores again from what is kept: the same facts, means, method and factors give the same number."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from gridloop.core.territory import tree
from gridloop.core.territory.models import Area, Level
from gridloop.scenes.fire.index.factors import factor_of_grids
from gridloop.scenes.fire.index.facts import counts_of, means_of_grids
from gridloop.scenes.fire.index.models import IndexEdition, Score
from gridloop.scenes.fire.risk import RED, method_of, score_grids


@dataclass(frozen=True, slots=True)
class Remade:
    """One past score made again, beside the one that was kept."""

    grid: int
    at: datetime
    kept: float
    made: float
    colour_kept: int
    colour_made: int

    @property
    def is_equal(self) -> bool:
        return self.kept == self.made and self.colour_kept == self.colour_made


def scores_at(moment: datetime) -> list[Score]:
    """The score every grid had at a moment."""
    last = Score.objects.filter(grid=OuterRef("pk"), at__lte=moment).order_by("-at", "-pk").values("pk")[:1]
    grids = Area.objects.filter(level=Level.GRID).order_by("pk").annotate(last=Subquery(last))
    numbers = [pk for pk in grids.values_list("last", flat=True) if pk]
    rows = Score.objects.select_related("facts").defer("parts").in_bulk(numbers)
    return [rows[pk] for pk in numbers]


def recompute(moment: datetime | None = None) -> list[Remade]:
    """Make the scores of a moment again. Colours are made from the score and the margin's memory that was kept."""
    together: dict[tuple[int, int, datetime], list[Score]] = defaultdict(list)
    for row in scores_at(moment or timezone.now()):
        together[row.edition_id, row.baseline_id, row.at].append(row)
    found = [remade for rows in together.values() for remade in recompute_rows(rows)]
    return sorted(found, key=lambda each: each.grid)


def recompute_rows(rows: list[Score]) -> list[Remade]:
    """Rows of one moment, edition and baseline."""
    picture, first = tree.current(), rows[0]
    edition, base = first.edition, first.baseline  # read once for all rows: a baseline is large
    method = method_of(edition.method)
    grids = [row.grid_id for row in rows]
    counts = counts_of([row.facts.values for row in rows], method)
    factor = factor_of_grids(first.at, picture, grids, method)
    means = means_of_grids(base.means, method.names, picture, grids)
    scored = score_grids(counts, means, factor, method)
    return [
        Remade(row.grid_id, row.at, row.score, float(scored.score[at]), row.colour, colour_of(row, edition))
        for at, row in enumerate(rows)
    ]


def colour_of(row: Score, edition: IndexEdition) -> int:
    red = [each for each in row.facts.overrides if each["kind"] in edition.overrides]
    return RED if red else row.held


def differing(moment: datetime | None = None) -> list[Remade]:
    """Those that do not come out as they were kept: somebody has altered facts, or the arithmetic has a fault."""
    return [each for each in recompute(moment) if not each.is_equal]
