"""Jobs of the installation as a whole that no core package below the worker can arm itself."""

from gridloop.core.clocks.periodic import every
from gridloop.core.people.retention import apply_retention
from gridloop.web.administration import works  # noqa: F401  its import says how each kind of errand is done
from gridloop.web.administration.errands import start_waiting_errand, sweep_files


@every("apply_retention", 24 * 3600, at_most=3600)
def keep_no_longer_than_said() -> None:
    """Personal data older than the retention table says are erased, once a day."""
    apply_retention()


@every("errands", 1.0, at_most=30)
def run_errands() -> None:
    """Imports and trainings that administrators asked for; each runs beside the worker's other work."""
    start_waiting_errand()


@every("sweep_errands", 3600, at_most=60)
def sweep_errands() -> None:
    """Uploaded tables that nobody brought in do not stay."""
    sweep_files()
