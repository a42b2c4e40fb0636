"""`gridloop fire import`: a table of premises, devices, cameras or stations from the command line."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def import_table(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file.", exists=True, dir_okay=False)],
    what: Annotated[str, typer.Option(help="premises, devices, cameras or stations.")],
    system: Annotated[str, typer.Option(help="Coordinates: wgs84, cgcs2000, gcj02 or bd09.")] = "wgs84",
    errors: Annotated[Path | None, typer.Option(help="Where to write the rows left out, as XLSX.")] = None,
) -> None:
    """Bring in a table of the fire register; rows that are wrong are listed, the rest lands."""
    from gridloop.operations.standing_up import stand_up

    stand_up()
    from gridloop.core.journal.actor import SYSTEM
    from gridloop.core.journal.errors import Refusal
    from gridloop.core.territory.coordinates import SYSTEMS
    from gridloop.scenes.fire.registry.importing import import_register, write_errors

    if system not in SYSTEMS:
        raise typer.BadParameter(f"one of {', '.join(SYSTEMS)}", param_hint="--system")
    try:
        landed = import_register(
            what,
            file,
            by=SYSTEM,
            system=system,
            progress=lambda done, total: typer.echo(f"{done:,} of {total:,}", err=True),
        )
    except Refusal as refusal:
        typer.echo(str(refusal.words), err=True)
        sys.exit(1)
    typer.echo(
        f"{landed.made} new, {landed.changed} changed, {landed.same} unchanged, {len(landed.errors)} left out"
    )
    for error in landed.errors[:20]:
        typer.echo(f"row {error.row}: {error.reason}", err=True)
    if errors is not None and landed.errors:
        with errors.open("wb") as written:
            written.writelines(write_errors(landed.errors))
