"""Compiles every translation (.po to .mo) with Babel alone; a fuzzy or broken one is an error."""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parent.parent / "src"


def troubles_of(catalog: Catalog) -> list[str]:
    """What a translator has to look at before these words may be shown."""
    found = []
    for message in catalog:
        if message.id and message.fuzzy:
            found.append(
                f"line {message.lineno}: '{message.id}' is marked fuzzy: check it and remove the mark"
            )
        if message.id and message.string:
            found += [f"line {message.lineno}: '{message.id}': {error}" for error in message.check(catalog)]
    return found


def compile_one(path: Path) -> list[str]:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3], abort_invalid=True)
    if troubles := troubles_of(catalog):
        return [f"{path}: {trouble}" for trouble in troubles]
    compiled = path.with_suffix(".mo")
    with compiled.open("wb") as file:
        write_mo(file, catalog)
    return []


def main() -> int:
    paths = sorted(SOURCE.rglob("*.po"))
    troubles = [trouble for path in paths for trouble in compile_one(path)]
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    print(
        f"{len(paths)} translations compiled"
        if not troubles
        else f"{len(troubles)} entries need a translator"
    )
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
