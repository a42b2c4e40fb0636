"""How long personal data are kept, as a table, and the daily job that erases what is older."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person, PhoneCode, RetentionPeriod, SessionRecord, SignInThrottle
from gridloop.core.people.privacy import erase_person
from gridloop.core.people.queries import current_posts, require

BATCH = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """One row. `apply` gets a moment, removes a batch of what is older, and returns how many.

    Where a batch removes things of several kinds it returns how many of each; the first is what it goes by.
    `then` tells residents in plain words from when it counts and what is left afterwards.
    """

    topic: str
    title: str | Promise
    days: int
    apply: Callable[[datetime.datetime], int | Mapping[str, int]]
    shortest: int = 1
    then: str | Promise = ""


# Packages further down add their rows: add(Retention("case_people", ...)).
RETENTIONS: dict[str, Retention] = {}
# Who must be kept although idle, e.g. because a case of theirs is open: keeper(ids) -> ids to keep.
keepers: list[Callable[[list[int]], set[int]]] = []


def periods() -> dict[str, int]:
    """Days by topic: the county's own where it decided, else the shipped ones."""
    decided = dict(RetentionPeriod.objects.values_list("topic", "days"))
    return {topic: decided.get(topic, row.days) for topic, row in RETENTIONS.items()}


@transaction.atomic
def set_period(topic: str, days: int, *, by: Actor) -> None:
    """The county keeps this for so many days."""
    require(by, "administer")
    row = RETENTIONS.get(topic)
    if row is None:
        raise Refusal(_("There is no such kind of data."), field="topic")
    if not row.shortest <= days <= 36_500:
        raise Refusal(_("Enter %(shortest)d to 36500 days.") % {"shortest": row.shortest}, field="days")
    before = periods()[topic]
    RetentionPeriod.objects.update_or_create(topic=topic, defaults={"days": days})

    record("retention_changed", by=by, before=str(before), after=str(days), facts={"topic": topic})


def apply_retention() -> dict[str, int]:
    """The daily job: goes through the table; returns how many were removed by topic."""
    return {topic: apply_topic(RETENTIONS[topic], days) for topic, days in periods().items()}


def apply_topic(row: Retention, days: int) -> int:
    """Batch by batch, each in a transaction of its own, so that nobody waits long."""
    limit = timezone.now() - datetime.timedelta(days=days)
    total = 0
    while count := apply_batch(row, limit):
        total += count
    return total


@transaction.atomic
def apply_batch(row: Retention, limit: datetime.datetime) -> int:
    removed = row.apply(limit)
    counts = {} if isinstance(removed, int) else dict(removed)
    count = removed if isinstance(removed, int) else next(iter(removed.values()), 0)
    if count:
        older_than = limit.isoformat(timespec="seconds")
        record(
            "records_deleted",
            by=SYSTEM,
            facts={"topic": row.topic, "count": count, "counts": counts, "older_than": older_than},
        )
    return count


def erase_idle_residents(limit: datetime.datetime) -> int:
    """Residents without any post who neither joined nor signed in since, and whom nobody needs any more."""
    idle = (Q(last_login=None) | Q(last_login__lt=limit)) & Q(joined_at__lt=limit, erased_at=None, posts=None)
    return erase_unless_kept(Person.objects.filter(idle))


def erase_former_staff(limit: datetime.datetime) -> int:
    """People whose last post ended before the limit."""
    ended = Person.objects.filter(erased_at=None, posts__isnull=False).exclude(
        pk__in=current_posts().values("person")
    )
    long_ago = ended.annotate(last_day=Max("posts__until")).filter(last_day__lt=limit.date())
    return erase_unless_kept(long_ago.exclude(posts__until=None))


def erase_unless_kept(persons: QuerySet[Person]) -> int:
    """Erases one batch; those kept are passed over, not retried for ever."""
    erased, last = 0, 0
    while erased < BATCH and (batch := list(persons.filter(pk__gt=last).order_by("pk")[:BATCH])):
        last = batch[-1].pk
        ids = [person.pk for person in batch]
        kept: set[int] = set().union(*(keeper(ids) for keeper in keepers))
        for person in batch:
            if person.pk not in kept:
                erase_person(person, by=SYSTEM, rule="retention")
                erased += 1
    return erased


def delete_rows(rows: QuerySet) -> int:
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    return rows.model._default_manager.filter(pk__in=keys).delete()[0] if keys else 0


def add(row: Retention) -> None:
    RETENTIONS[row.topic] = row


add(
    Retention(
        "phone_codes",
        gettext_lazy("Codes sent by SMS"),
        1,
        lambda limit: delete_rows(PhoneCode.objects.filter(sent_at__lt=limit)),
    )
)
add(
    Retention(
        "sign_in_tries",
        gettext_lazy("Counts of failed sign-ins"),
        2,
        lambda limit: delete_rows(SignInThrottle.objects.filter(tried_at__lt=limit)),
    )
)
add(
    Retention(
        "sessions",
        gettext_lazy("Ended sessions"),
        7,
        lambda limit: delete_rows(SessionRecord.objects.filter(expire_date__lt=limit)),
    )
)
add(
    Retention(
        "idle_residents",
        gettext_lazy("Residents without contact"),
        3 * 365,
        erase_idle_residents,
        shortest=180,
        then=gettext_lazy(
            "Counted from the last sign-in, and only where nothing is open. Afterwards the account is erased as if its owner had asked for it."
        ),
    )
)
add(
    Retention(
        "former_staff", gettext_lazy("Staff whose posts ended"), 5 * 365, erase_former_staff, shortest=180
    )
)
