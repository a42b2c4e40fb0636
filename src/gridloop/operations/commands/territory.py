"""`gridloop territory`: bring in a county's own areas and shapes from tables."""

from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up_with_tables

app = typer.Typer(help="The county's areas: bring them in from tables.", no_args_is_help=True)


@app.callback()
def territory() -> None:
    """Keeps `import` a word of its own, although it is the only one."""


@app.command("import")
def bring_in(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or GeoJSON files, or a folder of tables.")],
    within: Annotated[
        str, typer.Option(help="Keep only codes that begin so, e.g. 331083 for one county.")
    ] = "",
    code_property: Annotated[str, typer.Option(help="Where GeoJSON keeps an area's code.")] = "code",
    system: Annotated[
        str, typer.Option(help="The shapes' coordinates: wgs84, cgcs2000, gcj02 or bd09.")
    ] = "wgs84",
) -> None:
    """Import areas: the division tables (level, code, name, parent), or shapes as GeoJSON."""
    stand_up_with_tables()
    from gridloop.operations.territory_files import bring_in_files

    bring_in_files(files, within=within, code_property=code_property, system=system, say=typer.echo)
