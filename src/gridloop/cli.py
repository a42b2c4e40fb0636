"""The command line: everything about an installation that a person does from a shell."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.commands import classify, hotspots, journal, territory, token, user
from gridloop.operations.scenes import of_scenes

app = typer.Typer(
    name="gridloop",
    help="gridloop: a county governed by its grids, on one closed loop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(journal.app, name="journal")
app.add_typer(territory.app, name="territory")
app.add_typer(classify.app, name="classify")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.command("hotspots")(hotspots.find)
for name, commands in of_scenes():
    app.add_typer(commands, name=name)


@app.command()
def demo(
    size: Annotated[
        str, typer.Option(help="How much history the demo county gets: small, medium, large.")
    ] = "small",
    live: Annotated[bool, typer.Option("--live", help="Residents and workers keep acting.")] = False,
    speed: Annotated[float, typer.Option(help="How busy they are: 1 is a believable day.")] = 1.0,
) -> None:
    """Start a whole demo county: data, web server, worker and listener."""
    os.environ.setdefault("GRIDLOOP_DEMO", "1")
    os.environ["GRIDLOOP_DEMO_SPEED"] = str(speed)
    from gridloop.operations.demo_start import start_demo

    raise typer.Exit(start_demo(size=size, live=live))


@app.command()
def start() -> None:
    """Start web, worker and listener, restart what dies, stop everything on Ctrl-C or SIGTERM."""
    from gridloop.operations.serving import start_everything

    raise typer.Exit(start_everything())


@app.command()
def web() -> None:
    """Start the web server alone."""
    from gridloop.operations.serving import become_web_server

    become_web_server()


@app.command()
def work() -> None:
    """Start one worker alone: timers, journal consumers, sealing."""
    from gridloop.operations.serving import work_until_stopped

    raise typer.Exit(work_until_stopped())


@app.command()
def listen() -> None:
    """Start one listener alone: what devices send, over whichever protocols the settings name."""
    from gridloop.operations.listening import listen_until_stopped

    raise typer.Exit(listen_until_stopped())


@app.command()
def live(
    speed: Annotated[float, typer.Option(help="1 is a believable day, 10 ten times as busy.")] = 0.0,
) -> None:
    """Let the demo county's residents and workers act until stopped."""
    os.environ.setdefault("GRIDLOOP_DEMO", "1")
    from gridloop.operations.demo_start import act_until_stopped

    raise typer.Exit(act_until_stopped(speed=speed or float(os.environ.get("GRIDLOOP_DEMO_SPEED", "1"))))


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from gridloop.operations.serving import bring_tables_up_to_date, tell_first_administrator
    from gridloop.operations.standing_up import stand_up
    from gridloop.settings import PUBLIC_ADDRESS

    stand_up()
    bring_tables_up_to_date(say=typer.echo)
    tell_first_administrator(f"{PUBLIC_ADDRESS}/", say=typer.echo)


@app.command()
def check() -> None:
    """Check every scene's manifest and flow: steps nobody reaches, moves nobody may make, missing words."""
    from gridloop.operations.standing_up import stand_up

    stand_up()
    from gridloop.core.scenes import validator

    troubles = [str(trouble) for trouble in validator.problems()]
    for trouble in troubles:
        typer.echo(trouble, err=True)
    typer.echo(f"{len(troubles)} problems found" if troubles else "every manifest and flow is in order")
    raise typer.Exit(1 if troubles else 0)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what is wrong with this installation, and what to do about it."""
    from gridloop.operations.doctor import examine, exit_status, shown, shown_as_json
    from gridloop.operations.standing_up import stand_up

    stand_up()
    findings = examine()
    typer.echo(shown_as_json(findings) if as_json else shown(findings))
    raise typer.Exit(exit_status(findings))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup goes, e.g. county-2026-11-01.tar.")],
    with_secrets: Annotated[
        bool,
        typer.Option("--with-secrets", help="Include the keys: the file then opens every name and number."),
    ] = False,
) -> None:
    """Write database, files and a list of hashes into one file, while everything keeps running."""
    from gridloop.operations.backup import make_backup
    from gridloop.operations.standing_up import stand_up

    stand_up()
    make_backup(file, with_secrets=with_secrets, say=typer.echo)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file written by 'gridloop backup'.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite the data that are here now. Stop gridloop first.")
    ] = False,
) -> None:
    """Check a backup's hashes and bring back what it holds."""
    from gridloop.operations.restoring import restore_backup
    from gridloop.operations.standing_up import stand_up

    stand_up()
    restore_backup(file, replace=replace, say=typer.echo)


@app.command("import-messages")
def import_messages(
    file: Annotated[Path, typer.Argument(help="A table of messages, CSV or XLSX, one row a message.")],
    make_areas: Annotated[
        bool, typer.Option("--make-areas", help="Build the county from the words, where places are masked.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Where the rows left out are listed with reasons.")
    ] = None,
) -> None:
    """Take a file of residents' messages through intake; twice the same file doubles nothing."""
    from gridloop.operations.standing_up import stand_up_with_tables

    stand_up_with_tables()
    from gridloop.operations.messages import take_in

    take_in(file, make_areas=make_areas, errors=errors, say=typer.echo)


def main() -> None:
    """Runs one command; what people can put right is said in a sentence, not as a traceback."""
    try:
        app()
    except Exception as error:
        from gridloop.operations.explaining import explanation_of

        words = explanation_of(error)
        if words is None:
            raise
        print(words, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
