"""Reading notices: a person's page, what failed to arrive, how each channel is, and what the demo would have sent."""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from gridloop.core.notices.models import Channel, Delivery, DemoMessage, Notice
from gridloop.core.people.models import Person
from gridloop.core.people.queries import hats


def notices_for(person: Person) -> QuerySet[Notice]:
    """What a person is told, in person and through their organisations, newest first."""
    units = {hat.organisation for hat in hats(person) if hat.organisation}
    return Notice.objects.filter(Q(person=person) | Q(organisation__in=units)).order_by("-pk")


def unread_count(person: Person) -> int:
    """How many of them nobody has read yet; counted to a hundred."""
    return len(notices_for(person).filter(read_at=None).order_by().values_list("pk", flat=True)[:100])


def dead_letters(channel: Channel | None = None) -> QuerySet[Delivery]:
    """What could not be delivered, newest first."""
    dead = Delivery.objects.filter(state="dead").select_related("notice", "channel").order_by("-pk")
    return dead if channel is None else dead.filter(channel=channel)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel as the settings page shows it: counts of the last day, and what waits."""

    channel: Channel
    sent: int
    waiting: int
    late: int
    dead: int


def channel_states() -> list[ChannelState]:
    """How every channel is doing."""
    now = timezone.now()
    day, minutes = now - timedelta(days=1), now - timedelta(minutes=5)
    arrived = Q(deliveries__state__in=["sent", "grouped"], deliveries__sent_at__gte=day)
    waiting = Q(deliveries__state="waiting")
    counted = Channel.objects.annotate(
        sent=Count("deliveries", filter=arrived),
        waiting=Count("deliveries", filter=waiting),
        late=Count("deliveries", filter=waiting & Q(deliveries__due_at__lt=minutes)),
        dead=Count("deliveries", filter=Q(deliveries__state="dead")),
    )
    return [ChannelState(row, row.sent, row.waiting, row.late, row.dead) for row in counted.order_by("name")]


def demo_messages(limit: int = 100) -> list[tuple[DemoMessage, dict[str, object]]]:
    """What the demo twins would have sent, newest first, with the message as it would have left."""
    rows = DemoMessage.objects.select_related("channel", "notice").order_by("-pk")[:limit]
    return [(row, json.loads(row.body)) for row in rows]
