"""What each effect of a flow changes, on a case played in memory: one twin for every effect the engine knows."""

from gridloop.demo.twins import accounts, belonging, judging, units, waiting  # noqa: F401  each adds its twins
from gridloop.demo.twins.registry import TWINS, twin_of

__all__ = ["TWINS", "twin_of"]
