"""`gridloop enterprises classes`: the classes of matters, for a county that begins without the demo."""

import typer

app = typer.Typer(help="Help for enterprises.", no_args_is_help=True)


@app.callback()
def enterprises() -> None:
    """Help for enterprises."""


@app.command("classes")
def load_classes() -> None:
    """Puts the shipped classes of enterprise matters in; run again it only brings names up to date."""
    from gridloop.operations.standing_up import stand_up

    stand_up()
    from gridloop.core.journal.actor import SYSTEM
    from gridloop.scenes.enterprises.classes import load_matter_classes

    typer.echo(f"{load_matter_classes(by=SYSTEM)} new classes of enterprise matters")
