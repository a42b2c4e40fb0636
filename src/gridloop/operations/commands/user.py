"""`gridloop user`: the first administrator, and a way back in for whoever is locked out."""

from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up_with_tables

app = typer.Typer(help="People who sign in: add one, or give one a new password.", no_args_is_help=True)


@app.command()
def add(
    handle: Annotated[str, typer.Argument(help="The sign-in name.")],
    name: Annotated[str, typer.Option(help="The person's own name.")] = "",
    role: Annotated[str, typer.Option(help="The role of their first post.")] = "administrator",
    area: Annotated[str, typer.Option(help="The code of the area the post is for.")] = "",
    organisation: Annotated[str, typer.Option(help="The code of the organisation the post is in.")] = "",
) -> None:
    """Add a person with one post and print their first password."""
    stand_up_with_tables()
    from gridloop.operations.accounts import add_person

    password = add_person(handle, name=name or handle, role=role, area=area, organisation=organisation)
    typer.echo(f"{handle} may sign in with the password {password} and should change it at once.")


@app.command()
def reset(handle: Annotated[str, typer.Argument(help="The sign-in name.")]) -> None:
    """Give a person a new password, take their second factor away and end their sessions."""
    stand_up_with_tables()
    from gridloop.operations.accounts import reset_person

    password = reset_person(handle)
    typer.echo(f"{handle} may sign in with the password {password} and should change it at once.")
