"""gridloop: governing a county by its neighbourhood grids, on one closed loop."""

__version__ = "0.1.0"
