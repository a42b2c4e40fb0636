"""`gridloop fire simulate`: a fleet that does not exist speaks to a broker or a port."""

import asyncio
from typing import Annotated

import typer

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def simulate(
    broker: Annotated[str, typer.Option(help="Speak MQTT to this broker, e.g. mqtt://127.0.0.1:1883.")] = "",
    gb26875: Annotated[str, typer.Option(help="Speak GB/T 26875.3 to this host:port.")] = "",
    devices: Annotated[
        int, typer.Option(help="How many devices (or transmission devices) there are.")
    ] = 1000,
    rate: Annotated[float, typer.Option(help="Messages a second.")] = 100.0,
    storm: Annotated[int, typer.Option(help="How many of them see fire at once.")] = 0,
    seconds: Annotated[float, typer.Option(help="How long; then it stops by itself.")] = 60.0,
    register: Annotated[
        bool, typer.Option("--register", help="Bring the devices into the registry first.")
    ] = False,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="Allow a broker or port that is not on this machine.")
    ] = False,
) -> None:
    """Play a fleet of devices, with a storm of alarms if wanted; never against real alarms of a county."""
    from gridloop.core.journal.errors import Refusal
    from gridloop.scenes.fire.adapters.mqtt import Broker
    from gridloop.scenes.fire.simulator import fleet, playing

    if bool(broker) == bool(gb26875):
        raise Refusal("Name one of the two: --broker mqtt://127.0.0.1:1883, or --gb26875 127.0.0.1:26875.")
    place = Broker.at(broker).host if broker else gb26875.rpartition(":")[0]
    if place not in LOOPBACK and not elsewhere:
        raise Refusal(f"{place} is not this machine: if that is what you want, add --elsewhere.")
    if register:
        from gridloop.operations.standing_up import stand_up

        stand_up()
        fleet.register(devices, say=typer.echo)
    if broker:
        played = asyncio.run(
            playing.play_mqtt(
                broker, devices=devices, rate=rate, seconds=seconds, storm=storm, storm_after=seconds / 2
            )
        )
    else:
        played = asyncio.run(
            playing.play_gb26875(
                place, int(gb26875.rpartition(":")[2]), transmitters=devices, rate=rate, seconds=seconds,
                storm=storm,
            )
        )  # fmt: skip
    typer.echo(
        f"{played.telemetry} messages and {played.alarms} alarms in {played.seconds:.1f} s; "
        f"{played.acknowledged} alarms acknowledged, the slowest after {played.slowest * 1000:.0f} ms"
    )
    if played.acknowledged < played.alarms:
        raise typer.Exit(1)
