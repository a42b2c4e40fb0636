"""`gridloop hotspots`: what many messages of one file are about, by heat."""

from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up


def find(
    file: Annotated[Path, typer.Argument(help="A table of messages.")],
    id_column: Annotated[str, typer.Option("--id", help="The column that names a message.")],
    text: Annotated[
        list[str], typer.Option("--text", help="A column with words; may be given several times.")
    ],
    time: Annotated[str, typer.Option("--time", help="The column with the time.")],
    json_file: Annotated[Path, typer.Option("--json", help="Where the clusters go.")],
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight", help="A column with votes; without it 点赞数 or votes counts where the file has one."
        ),
    ] = None,
) -> None:
    """Find the hot issues in a table of messages: clusters by heat, with the arithmetic of the heat."""
    stand_up()
    from gridloop.operations.skills import find_hotspots

    find_hotspots(
        file, id_column=id_column, text=text, time=time, weight=weight, json_file=json_file, say=typer.echo
    )
