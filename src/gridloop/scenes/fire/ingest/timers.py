"""What the worker does for the history of readings."""

from gridloop.core.clocks.periodic import every
from gridloop.scenes.fire.ingest.keeping import keep_history

HOUR = 3600

# It looks every hour and finds something to do once a day: what is over, and what is too old.
every("fire_history_kept", HOUR, at_most=6 * HOUR)(keep_history)
