"""`gridloop territory`: bring in a county's own areas and shapes from tables."""

from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up

app = typer.Typer(help="The county's areas: bring them in from tables.", no_args_is_help=True)


@app.callback()
def territory() -> None:
    """Keeps `import` a word of its own, although it is the only one."""


@app.command("import")
def bring_in(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX, JSON or GeoJSON; several tables in one go.")],
) -> None:
    """Import areas: the division tables (level, code, name, parent), or shapes as GeoJSON."""
    stand_up()
    from gridloop.operations.territory_files import bring_in_files

    bring_in_files(files, say=typer.echo)
