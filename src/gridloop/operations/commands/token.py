"""`gridloop token`: keys for other systems."""

from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up_with_tables

app = typer.Typer(help="Keys with which other systems use the API.", no_args_is_help=True)


@app.callback()
def token() -> None:
    """Keeps `make` a word of its own, although it is the only one."""


@app.command()
def make(
    name: Annotated[str, typer.Argument(help="What it is for, e.g. bus-app.")],
    scope: Annotated[list[str], typer.Option("--scope", help="What it may do; may be given several times.")],
    person: Annotated[str, typer.Option(help="The sign-in name of the person whose reach it has.")] = "",
    days: Annotated[int, typer.Option(help="How long it is good for; 0 means until it is revoked.")] = 365,
) -> None:
    """Make a key and print it once; only its digest is kept."""
    stand_up_with_tables()
    from gridloop.operations.accounts import make_token

    typer.echo(make_token(name, scopes=scope, person=person, days=days))
