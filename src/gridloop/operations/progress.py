"""Progress on a terminal: one line that changes; nothing when nobody looks."""

import sys
import time
from collections.abc import Callable

PAUSE = 0.1


def counting(what: str) -> Callable[[int, int], None]:
    """A function of (done, total) that keeps one line up to date, at most ten times a second."""
    last = 0.0

    def show(done: int, total: int) -> None:
        nonlocal last
        if not sys.stderr.isatty():
            return
        now = time.monotonic()
        if done < total and now - last < PAUSE:
            return
        last = now
        share = f"{done / total:.0%}" if total else ""
        end = "\n" if total and done >= total else ""
        sys.stderr.write(f"\r{what}: {done:,} of {total:,} {share} {end}")
        sys.stderr.flush()

    return show
