"""`gridloop volunteers`: what an administrator does for the volunteers from a shell."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Volunteers: bring a spreadsheet of them in.", no_args_is_help=True)


@app.callback()
def volunteers() -> None:
    """Volunteers: bring a spreadsheet of them in."""


@app.command(name="import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with names, phones, communities.")],
    errors: Annotated[Path | None, typer.Option(help="Where the rows left out are written, as XLSX.")] = None,
) -> None:
    """Bring in a spreadsheet of volunteers; rows that are wrong are listed, the rest lands."""
    from gridloop.operations.standing_up import stand_up_with_tables

    stand_up_with_tables()
    from gridloop.core.journal.actor import Actor
    from gridloop.core.journal.errors import Refusal
    from gridloop.core.spreadsheets import write_errors
    from gridloop.scenes.volunteers.roster.importing import import_volunteers

    try:
        landed = import_volunteers(file, by=Actor(kind="system", name="shell"))
    except (Refusal, OSError) as trouble:
        typer.echo(str(getattr(trouble, "words", trouble)), err=True)
        raise typer.Exit(1) from trouble
    typer.echo(
        f"{landed.made} new, {landed.changed} changed, {landed.same} as before, {landed.merged} merged, "
        f"{len(landed.errors)} left out"
    )
    for error in landed.errors[:10]:
        typer.echo(f"  row {error.row}: {error.reason}", err=True)
    if errors is not None and landed.errors:
        errors.write_bytes(b"".join(write_errors(landed.errors)))
        typer.echo(f"The rows left out are listed in {errors}.", err=True)
