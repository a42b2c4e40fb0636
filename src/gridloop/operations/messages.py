"""A file of residents' messages through intake, as the shell shows it: progress, counts, rows left out."""

from collections.abc import Callable
from pathlib import Path


def take_in(
    file: Path, *, make_areas: bool = False, errors: Path | None = None, say: Callable[[str], None]
) -> None:
    """Prints what became of the rows; raises when the file cannot be read."""
    from gridloop.core.dispatch.classifier import IN_USE
    from gridloop.core.dispatch.importing import import_messages
    from gridloop.operations.progress import counting

    if IN_USE.current() is None:
        say("No classifier is trained yet, so no message gets a class: see 'gridloop classify train'.")
    report = import_messages(file, make_areas=make_areas, errors=errors, progress=counting("messages"))
    for line in report.lines():
        say(str(line))
    if errors is not None:
        say(f"{len(report.wrong)} rows left out, listed in {errors}")
