"""What notices do by the clock: send what is due, twice a second, in one worker at a time."""

from gridloop.core.clocks.periodic import every
from gridloop.core.notices.sending import send_due


@every("send_notices", 0.25, at_most=25)
def send_notices() -> None:
    """Send until nothing is due; a run stays well below its lease, so that a dead worker is soon replaced."""
    send_due()
