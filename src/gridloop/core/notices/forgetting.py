"""Messages quote what people wrote and lead to who was told: they go with their case, with their person, and by age."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import forgetting
from gridloop.core.journal.actions import leave_no_traces
from gridloop.core.notices.models import Delivery, DemoMessage, Notice, Preference, PushSubscription
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add

# What a message said stands in its case; a year is for whoever asks whether they were told. A replay of the journal
# tells nobody of what is older than a week (consumers.TOO_OLD), so a message that is gone is not sent again.
DAYS, SHORTEST_DAYS = 365, 30


def delete_of_cases(cases: Sequence[int]) -> int:
    return delete_notices(Notice.objects.filter(case__in=cases))


def delete_notices(notices: QuerySet[Notice]) -> int:
    """With their deliveries and the demo's copies, in three statements: Django would read each row first."""
    for beside in (DemoMessage, Delivery):
        rows: QuerySet[Any] = beside._default_manager.filter(notice__in=notices)
        rows.delete()
    return notices._raw_delete(notices.db) or 0  # type: ignore[attr-defined, no-any-return]


def delete_old(limit: datetime.datetime) -> dict[str, int]:
    """The first written come first, so nobody looks through the newer ones, nor needs an index for it."""
    leave_no_traces()
    notices = Notice.objects.filter(pk__in=oldest(Notice.objects.values_list("pk", "made_at"), limit))
    copies = DemoMessage.objects.filter(pk__in=oldest(DemoMessage.objects.values_list("pk", "at"), limit))
    told, copied = delete_notices(notices), copies.delete()[0]
    return {"all": told + copied, "notices": told, "demo_messages": copied}


def oldest(rows: QuerySet[Any, Any], limit: datetime.datetime) -> list[int]:
    return [pk for pk, at in rows.order_by("pk")[:BATCH] if at < limit]


def erase_of(person: Person) -> int:
    """What they were told, how they wished to hear, and the browsers that may be woken."""
    gone = delete_notices(Notice.objects.filter(person=person))
    for rows in (Preference.objects.filter(person=person), PushSubscription.objects.filter(person=person)):
        gone += rows.delete()[0]
    return gone


def held_of(person: Person) -> dict[str, Any]:
    """The messages to a person, ready for JSON."""
    preference = Preference.objects.filter(person=person).first()
    return {
        "messages": [
            {"at": row.made_at.isoformat(), "subject": row.subject, "words": row.words}
            for row in Notice.objects.filter(person=person).order_by("pk").iterator()
        ],
        "ways": (preference.ways or []) if preference else [],
        "browsers": PushSubscription.objects.filter(person=person).count(),
    }


def register() -> None:
    """With the people's package and with the cases'; twice is once."""
    privacy.holdings["notices"], privacy.erasers["notices"] = held_of, erase_of
    forgetting.people_beside["notices"] = forgetting.quotes_beside["notices"] = delete_of_cases
    add(
        Retention(
            "messages",
            _("Messages sent"),
            DAYS,
            delete_old,
            shortest=SHORTEST_DAYS,
            then=_("What they said can still be read with the matter itself."),
        )
    )
