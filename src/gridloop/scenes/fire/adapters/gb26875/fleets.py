"""Who may speak to us: fleets of vendors and the networks they call from, as the protocol has no sign-in."""

import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, Dialect

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Fleet:
    """One vendor's devices: its code, how they speak, and where they call from."""

    vendor: str
    networks: tuple[Network, ...]
    dialect: Dialect = STANDARD


FleetsNow = Callable[[], Awaitable[Sequence[Fleet]]]


def networks_of(lines: str) -> tuple[Network, ...]:
    """The networks in a text, one a line; raises ValueError naming the line that is none."""
    return tuple(
        ipaddress.ip_network(line.strip(), strict=False) for line in lines.splitlines() if line.strip()
    )


def fleet_of(address: str, fleets: Sequence[Fleet]) -> Fleet | None:
    """The fleet that calls from here; of several the one with the narrowest network."""
    try:
        caller = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped is not None:
        caller = caller.ipv4_mapped
    fitting = [
        (network.prefixlen, fleet)
        for fleet in fleets
        for network in fleet.networks
        if network.version == caller.version and caller in network
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
