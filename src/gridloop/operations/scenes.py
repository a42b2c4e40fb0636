"""The commands scenes bring: `gridloop <scene> ...` from each scene's `commands` module."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import typer

from gridloop import scenes


def of_scenes() -> Iterator[tuple[str, typer.Typer]]:
    """(name, commands) of the scenes shipped; found without setting Django up, so that `--help` stays quick."""
    for found in iter_modules(scenes.__path__):
        if found.ispkg and find_spec(f"{scenes.__name__}.{found.name}.commands"):
            yield found.name, import_module(f"{scenes.__name__}.{found.name}.commands").app
