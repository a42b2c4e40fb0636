"""Areas from files, as the shell shows it: progress, counts, and why a row did not land."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.importing import import_division
from gridloop.operations.accounts import SHELL
from gridloop.operations.progress import counting

MOST_SHOWN = 50


def bring_in_files(
    files: Sequence[Path],
    *,
    within: str = "",
    code_property: str = "code",
    system: str = "wgs84",
    say: Callable[[str], None],
) -> None:
    """Raises when rows were wrong, after everything else has landed."""

    def progress(name: str, done: int, total: int) -> None:
        counting(name)(done, total)

    landed = import_division(
        files, by=SHELL, within=within, code_property=code_property, system=system, progress=progress
    )
    say(f"{landed.created:,} new areas, {landed.changed:,} changed, {landed.unchanged:,} as they were.")
    for row in landed.wrong[:MOST_SHOWN]:
        say(f"{row.source}, line {row.line} ({row.code or 'no code'}): {row.words}")
    if len(landed.wrong) > MOST_SHOWN:
        say(f"... and {len(landed.wrong) - MOST_SHOWN:,} more")
    if landed.wrong:
        raise Refusal(f"{len(landed.wrong):,} rows did not land: put them right and import the file again.")
