"""What the adapters do every so often."""

from gridloop.core.clocks.periodic import every
from gridloop.scenes.fire.adapters.http_batch import forget_keys

HOUR = 3600

every("fire_keys_forgotten", HOUR)(forget_keys)
