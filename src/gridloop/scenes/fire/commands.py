"""The commands of the scene: `gridloop fire ...`."""

import typer

from gridloop.scenes.fire.index.commands import evaluate, index_again
from gridloop.scenes.fire.registry.commands import import_table
from gridloop.scenes.fire.simulator.commands import simulate

app = typer.Typer(help="Fire early warning.", no_args_is_help=True)
app.command("evaluate")(evaluate)
app.command("recompute")(index_again)
app.command("simulate")(simulate)
app.command("import")(import_table)
