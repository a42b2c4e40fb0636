"""The transmission devices that call over GB/T 26875.3, with the fleets the registry lets in."""

from collections.abc import Sequence

from gridloop.scenes.fire.adapters.gb26875.fleets import Fleet, networks_of
from gridloop.scenes.fire.adapters.gb26875.profiles import dialect
from gridloop.scenes.fire.adapters.gb26875.server import Server
from gridloop.scenes.fire.ingest.duty import check_duties
from gridloop.scenes.fire.ingest.listening import Listener
from gridloop.scenes.fire.registry.models import Vendor
from gridloop.settings import environment

PORT = 26875


def place(setting: str) -> tuple[str, int]:
    """(host, port) of "host:port", ":port" or "port"; on the loopback when no host is named."""
    host, colon, port = setting.rpartition(":")
    if not colon and not port.isdigit():
        host, port = port, ""
    return host.strip("[]") or "127.0.0.1", int(port or PORT)


def admitted() -> list[Fleet]:
    """The active vendors with source addresses."""
    rows = Vendor.objects.filter(active=True).exclude(allowed="").order_by("code")
    return [Fleet(vendor.code, networks_of(vendor.allowed), dialect(vendor.profile)) for vendor in rows]


async def over_gb26875(listener: Listener) -> None:
    """The port named by GRIDLOOP_GB26875, TCP and UDP."""

    async def fleets() -> Sequence[Fleet]:
        return await listener.desk.insist(admitted)

    async with Server(listener.intake, fleets) as server:
        await server.open(*place(environment("GB26875")))
        await check_duties(server, listener.desk.insist)
