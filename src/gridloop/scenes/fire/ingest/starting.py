"""Which protocols the listener speaks, from the settings: a broker, a port for GB/T 26875.3, or the demo's own feed."""

import logging

from gridloop.scenes.fire.ingest.listening import Listener, over_mqtt
from gridloop.settings import DEMO, environment

logger = logging.getLogger(__name__)


async def listen() -> None:
    """Until cancelled."""
    vendors = environment("LISTEN_VENDORS").replace(",", "-").replace(" ", "-")
    listener = Listener(partition=vendors or "all")
    sources = []
    if environment("MQTT"):
        sources.append(over_mqtt)
    if environment("GB26875"):
        from gridloop.scenes.fire.ingest.gb26875_source import over_gb26875

        sources.append(over_gb26875)
    if not sources and DEMO:
        from gridloop.scenes.fire.ingest.feed import play

        sources.append(play)
    if not sources:
        logger.info("no GRIDLOOP_MQTT and no GRIDLOOP_GB26875: only what comes over the web is heard")
    await listener.run(*sources)
