"""`gridloop journal`: prove that nothing was altered, publish roots, hand out receipts, replay a consumer."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up

app = typer.Typer(help="The record of everything: verify it, publish its roots, replay a consumer.", no_args_is_help=True)


@app.command()
def verify() -> None:
    """Compute every seal again from the entries; anything altered since is named."""
    stand_up()
    from gridloop.core.journal import sealing
    from gridloop.core.journal.models import Seal

    troubles = sealing.verify()
    for trouble in troubles:
        typer.echo(trouble, err=True)
    newest = Seal.objects.order_by("-size").first()
    if troubles:
        typer.echo(f"{len(troubles)} things do not match: keep this database as it is and compare it with a backup.")
    elif newest is None:
        typer.echo("Nothing is sealed yet: a worker seals new entries every few minutes.")
    else:
        typer.echo(f"{newest.size} entries under {Seal.objects.count()} seals, every one as it was. Root: {newest.root}")
    raise typer.Exit(1 if troubles else 0)


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
    """Write the proof that an entry stands in the journal; tools/check_receipt.py checks it without this server."""
    stand_up()
    from gridloop.core.journal import sealing
    from gridloop.core.journal.errors import NotFound
    from gridloop.core.journal.models import Entry

    found = Entry.objects.filter(pk=entry).first()
    if found is None:
        raise NotFound(f"There is no entry {entry} in the journal: 'gridloop journal roots' shows how many there are.")
    words = json.dumps(sealing.receipt(found), ensure_ascii=False, indent=2)
    if file is None:
        typer.echo(words)
    else:
        file.write_text(words + "\n", encoding="utf-8")


@app.command()
def replay(consumer: Annotated[str, typer.Argument(help="Its name; without a known one all names are listed.")]) -> None:
    """Let one consumer read the journal again from the first entry; the result is the same as before."""
    stand_up()
    from gridloop.core.journal import consumers

    consumers.replay(consumer)
    total = 0
    while handled := consumers.drain(consumer, limit=2000):
        total += handled
        typer.echo(f"\r{total} entries", nl=False)
    typer.echo(f"\r{consumer} has read all {total} entries again.")
