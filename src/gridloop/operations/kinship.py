"""What Linux lets a parent process ask for: that children end with it, and that orphans come back to it."""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def ask_kernel(option: int, value: int) -> None:
    """prctl(2), where there is one; elsewhere nothing happens and the gentler means have to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def end_with_parent() -> None:
    """For a fresh child: even if its parent is killed outright, it is asked to end."""
    ask_kernel(PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans() -> None:
    """Grandchildren whose parent dies become children of this process, so that none is forgotten."""
    ask_kernel(PR_SET_CHILD_SUBREAPER, 1)


def children_left() -> list[int]:
    """The ids of this process's living children, adopted ones included."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(OSError):
        return [int(word) for word in listing.read_text().split()]
    return []
