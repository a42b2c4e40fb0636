"""`gridloop fire evaluate` judges the index on kept scores and fires; `gridloop fire recompute` makes scores again."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
    shadow: Annotated[bool, typer.Option(help="Also judge the learned ranking on a split in time.")] = True,
) -> None:
    """Judge the index: what inspections by it would have found, against last year's fires and against chance."""
    from gridloop.operations.standing_up import stand_up

    stand_up()
    from gridloop.scenes.fire.index.evaluating import evaluate_index
    from gridloop.scenes.fire.index.reporting import report

    found = evaluate_index(shadow=shadow)
    if file is not None:
        file.write_text(json.dumps(found.figures, ensure_ascii=False, indent=2), encoding="utf-8")
    typer.echo(report(found))


def index_again(
    at: Annotated[datetime | None, typer.Option(help="The moment; now when left out.")] = None,
) -> None:
    """Make every grid's score of a moment again from the kept facts, and name those that come out otherwise."""
    from gridloop.operations.standing_up import stand_up

    stand_up()
    from django.utils import timezone

    from gridloop.core.territory import tree
    from gridloop.scenes.fire.index.recomputing import recompute

    moment = timezone.make_aware(at) if at and timezone.is_naive(at) else at
    made = recompute(moment)
    wrong = [each for each in made if not each.is_equal]
    for each in wrong:
        typer.echo(f"{tree.full_name(each.grid)}: kept {each.kept}, made {each.made}", err=True)
    typer.echo(f"{len(made)} scores made again, {len(wrong)} differ")
    raise typer.Exit(1 if wrong else 0)
