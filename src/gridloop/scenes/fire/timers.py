"""The scene's timers and periodic jobs, gathered from its parts."""

from gridloop.scenes.fire.adapters import timers as adapter_timers
from gridloop.scenes.fire.alarms import timers as alarm_timers
from gridloop.scenes.fire.index import timers as index_timers
from gridloop.scenes.fire.ingest import timers as ingest_timers
from gridloop.scenes.fire.registry import timers as registry_timers

__all__ = ["adapter_timers", "alarm_timers", "index_timers", "ingest_timers", "registry_timers"]
