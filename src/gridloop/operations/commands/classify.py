"""`gridloop classify`: train the classifier on a labelled table, and measure it on another."""

from pathlib import Path
from typing import Annotated

import typer

from gridloop.operations.standing_up import stand_up_with_tables

app = typer.Typer(
    help="Which class a message belongs to: train on a table, measure on another.", no_args_is_help=True
)

TextColumns = Annotated[
    list[str], typer.Option("--text", help="A column with words; may be given several times.")
]
LabelColumn = Annotated[str, typer.Option("--label", help="The column with the right class.")]


@app.command()
def train(
    file: Annotated[Path, typer.Argument(help="A table with labelled rows.")],
    text: TextColumns,
    label: LabelColumn,
) -> None:
    """Train a new edition and make it the one in use."""
    stand_up_with_tables()
    from gridloop.operations.skills import train_classifier

    train_classifier(file, text=text, label=label, say=typer.echo)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="A table with labelled rows it has not seen.")],
    text: TextColumns,
    label: LabelColumn,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures here.")] = None,
) -> None:
    """Print accuracy, macro-F1 and a table by class for the edition in use."""
    stand_up_with_tables()
    from gridloop.operations.skills import evaluate_classifier

    evaluate_classifier(file, text=text, label=label, json_file=json_file, say=typer.echo)
