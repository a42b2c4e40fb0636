"""Run inside an installation: thousands of clocks that ring at once, and how often each was heard."""

import json
import sys
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.utils import timezone

from gridloop.core.clocks.ladder import Clock, state_of
from gridloop.core.clocks.models import Timer, Worker
from gridloop.core.clocks.timers import NewTimer, set_timers
from gridloop.core.journal.models import Entry


def brew(many: str) -> int:
    now = timezone.now()
    state = state_of(
        Clock("storm", now - timedelta(hours=9), now - timedelta(minutes=1), None, "urgent"), None
    )
    set_timers(NewTimer(f"ladder:storm:{n}", "ladder", now, {"clocks": [state]}) for n in range(int(many)))
    return int(many)


def left() -> int:
    return Timer.objects.filter(
        key__startswith="ladder:storm:", done_at=None, due_at__lte=timezone.now()
    ).count()


def rung() -> dict[str, int]:
    heard = Entry.objects.filter(subject_kind="storm", event="deadline_breached")
    return {"subjects": heard.values("subject").distinct().count(), "entries": heard.count()}


def workers() -> int:
    return Worker.objects.filter(seen_at__gt=timezone.now() - timedelta(seconds=15)).count()


if __name__ == "__main__":
    asked: dict[str, Any] = {"brew": brew, "left": left, "rung": rung, "workers": workers}
    print(json.dumps(asked[sys.argv[1]](*sys.argv[2:])))
