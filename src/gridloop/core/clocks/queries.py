"""What pages read: timers that need a person, and who is at work."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from gridloop.core.clocks.models import Timer, Worker


def dead_timers() -> QuerySet[Timer]:
    """Timers that failed too often: somebody must look, then `timers.revive_timer`."""
    return Timer.objects.filter(done_at__isnull=False).exclude(trouble="").order_by("-done_at")


def late_timers(seconds: float = 60) -> QuerySet[Timer]:
    """Timers that should have been handled by now: no worker is running, or it cannot keep up."""
    return Timer.objects.filter(
        done_at=None, due_at__lt=timezone.now() - timedelta(seconds=seconds)
    ).order_by("due_at")


def living_workers(seconds: float = 30) -> QuerySet[Worker]:
    return Worker.objects.filter(seen_at__gte=timezone.now() - timedelta(seconds=seconds)).order_by("name")
