"""The scene's part of the demo county: each part fills its own, in the order in which one builds on the other."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from gridloop.core.scenes.stage import Act, Stage

ORDER = ("roster", "listings", "requests", "activities", "hours", "pairs")


def parts() -> list[ModuleType]:
    """The demo modules of the parts that have one."""
    package = __name__.rpartition(".")[0]
    names = [f"{package}.{part}.demo" for part in ORDER]
    return [import_module(name) for name in names if find_spec(name) is not None]


def make(stage: Stage) -> None:
    for part in parts():
        part.make(stage)


ACTS: tuple[Act, ...] = tuple(act for part in parts() for act in getattr(part, "ACTS", ()))
