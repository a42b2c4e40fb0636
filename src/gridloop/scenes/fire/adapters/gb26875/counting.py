"""What the server counts, so that an operator sees what the wire does."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counts:
    """Since the server started."""

    connections: int = 0
    strangers: int = 0  # callers from addresses of no fleet: closed
    frames: int = 0
    damaged: int = 0  # runs of bytes that were no frame
    denied: int = 0
    resent: int = 0  # frames we had already
    confirmed: int = 0
    urgent: int = 0  # signals that were durable before their frame was confirmed
    bulk: int = 0
    dropped: int = 0  # telemetry of devices that said too much
    turned_away: int = 0  # datagrams while too much was waiting: not confirmed, so they come again
    unanswered: int = 0  # our own commands after all resends
    clocks_set: int = 0
    failed: int = 0  # frames the sink did not take: not confirmed

    def as_dict(self) -> dict[str, int]:
        return asdict(self)
