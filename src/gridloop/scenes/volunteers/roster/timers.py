"""What time brings to the roster: papers that expire soon are told of."""

from gridloop.core.clocks.periodic import every
from gridloop.scenes.volunteers.roster.credentials import AT_ONCE, remind_of_expiry


@every("volunteers.credentials", 3600)
def remind() -> None:
    """Once for each paper, thirty days before its end; in batches, so that nobody waits long."""
    while remind_of_expiry() == AT_ONCE:
        pass
