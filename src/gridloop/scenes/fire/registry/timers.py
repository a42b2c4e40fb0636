"""What the worker must know of the register: how its errands are done."""

from gridloop.scenes.fire.registry import works

__all__ = ["works"]
