"""Run inside an installation: what the fire scene has stored, as lists to compare with what was acknowledged."""

import json
from collections import Counter

import django

if __name__ == "__main__":
    django.setup()

from gridloop.core.clocks.models import Timer
from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.alarms.models import Alarm, Episode
from gridloop.scenes.fire.ingest.models import Receipt, RuleMemory

if __name__ == "__main__":
    told = Counter(
        entry.subject
        for entry in Entry.objects.filter(subject_kind="fire_alarm", event__in=["alarm_raised", "alarm_joined", "alarm_unplaced"])
    )  # fmt: skip
    print(
        json.dumps(
            {
                "received": list(Receipt.objects.values_list("facts__n", flat=True)),
                "open": list(Alarm.objects.filter(ended_at=None).values_list("device__code", "kind")),
                "told_twice": [alarm for alarm, times in told.items() if times > 1],
                "episodes": Episode.objects.count(),
                "ladders": Timer.objects.exclude(topic__startswith="every:")
                .filter(topic__contains="fire")
                .count()
                + Timer.objects.filter(topic__contains="escal").count(),
                "remembered": list(RuleMemory.objects.values_list("rule", "on")),
                "by_rule": list(Receipt.objects.exclude(rule="signal").values_list("rule", "on")),
            }
        )
    )
