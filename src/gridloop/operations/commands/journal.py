"""`gridloop journal`: prove that nothing was altered, publish roots, hand out receipts, replay a consumer."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up

app = typer.Typer(
    help="The record of everything: verify it, publish its roots, replay a consumer.", no_args_is_help=True
)


@app.command()
def verify(
    published: Annotated[
        Path | None, typer.Option(help="Roots kept elsewhere, as written by 'gridloop journal roots --json'.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only the newest entries.")] = False,
) -> None:
    """Compute every seal again from the entries; anything altered since is named."""
    stand_up()
    from gridloop.core.journal.verifying import verify_journal
    from gridloop.operations.progress import counting

    kept = json.loads(published.read_text(encoding="utf-8")) if published else []
    report = verify_journal(counting("checking entries"), full=not quick, published=kept)
    for trouble in report.troubles:
        typer.echo(trouble, err=True)
    if not report.sound:
        typer.echo(
            f"{len(report.troubles)} things do not match: keep this database as it is and compare a backup."
        )
    elif not report.size:
        typer.echo("Nothing is sealed yet: a worker seals new entries every few minutes.")
    else:
        typer.echo(
            f"{report.size:,} entries under {report.seals:,} seals, all sound; {report.unsealed:,} wait."
        )
        typer.echo(f"root {report.root}")
    raise typer.Exit(0 if report.sound else 1)


@app.command()
def roots(
    limit: Annotated[int, typer.Option(help="How many, from the newest.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for publishing.")] = False,
) -> None:
    """Print the sealed roots: whoever keeps one can check any receipt older than it."""
    stand_up()
    from gridloop.core.journal.models import Seal

    rows = [
        {"size": seal.size, "root": seal.root, "at": seal.at.isoformat()}
        for seal in Seal.objects.order_by("-size")[:limit]
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            typer.echo(f"{row['size']:>12}  {row['at']}  {row['root']}")


@app.command()
def receipt(
    entry: Annotated[int, typer.Argument(help="The entry's number in the journal.")],
    file: Annotated[Path | None, typer.Option("--json", help="Write it here instead of printing it.")] = None,
) -> None:
    """Write the proof that an entry stands in the journal; tools/check_receipt.py checks it alone."""
    stand_up()
    from gridloop.core.journal import sealing
    from gridloop.core.journal.errors import NotFound
    from gridloop.core.journal.models import Entry

    found = Entry.objects.filter(pk=entry).first()
    if found is None:
        raise NotFound(
            f"There is no entry {entry} in the journal: 'gridloop journal roots' shows how many there are."
        )
    words = json.dumps(sealing.receipt(found), ensure_ascii=False, indent=2)
    if file is None:
        typer.echo(words)
    else:
        file.write_text(words + "\n", encoding="utf-8")


@app.command()
def replay(
    consumer: Annotated[str, typer.Argument(help="Its name; without a known one all names are listed.")],
) -> None:
    """Let one consumer read the journal again from the first entry; the result is the same as before."""
    stand_up()
    from gridloop.core.journal import consumers
    from gridloop.core.journal.errors import NotFound

    try:
        consumers.replay(consumer)
    except LookupError as error:
        raise NotFound(f"{error.args[0]}: name one of them.") from error
    total = consumers.catch_up(
        consumer, progress=lambda done: typer.echo(f"\r{done:,} entries", nl=False, err=True)
    )
    typer.echo(f"\r{consumer} has read all {total:,} entries again.")
