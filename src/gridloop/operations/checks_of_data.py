"""What the doctor asks of the data: workers, timers, readers, seals, notices, calendar, people, areas."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max, Min
from django.utils import timezone

from gridloop.operations.doctor import Finding, Level, Question

WORKER_IS_QUIET = timedelta(seconds=60)
TIMERS_ARE_LATE = timedelta(minutes=2)
SEAL_IS_OLD = timedelta(hours=1)
FEW_BEHIND = 1_000
MANY_BEHIND = 100_000


def worker() -> Iterator[Finding]:
    from gridloop.core.clocks.models import Worker

    alive = Worker.objects.filter(seen_at__gt=timezone.now() - WORKER_IS_QUIET)
    if count := alive.count():
        yield Finding("OK", "worker", f"{count} at work")
        return
    last = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    words = f"none was seen since {last:%Y-%m-%d %H:%M}" if last else "none was ever seen"
    yield Finding(
        "FAIL", "worker", words, "Run 'gridloop start' or 'gridloop work': nothing is due without it."
    )


def timers() -> Iterator[Finding]:
    from gridloop.core.clocks.models import Timer

    now = timezone.now()
    dead = Timer.objects.exclude(done_at=None).exclude(trouble="").count()
    late = Timer.objects.filter(done_at=None, due_at__lt=now - TIMERS_ARE_LATE)
    oldest = late.aggregate(oldest=Min("due_at"))["oldest"]
    if dead:
        newest = Timer.objects.exclude(done_at=None).exclude(trouble="").order_by("-done_at").first()
        words = f"{dead} failed too often, the newest: {newest.topic if newest else ''}"
        yield Finding(
            "WARN", "dead timers", words, "Read their trouble on the settings page, then set them again."
        )
    if oldest:
        words = f"{late.count()} are late, the oldest since {oldest:%Y-%m-%d %H:%M}"
        yield Finding(
            "WARN", "timers", words, "See that a worker runs; several share the work (gridloop work)."
        )
    else:
        yield Finding("OK", "timers", f"{Timer.objects.filter(done_at=None).count()} wait, none is late")


def consumers() -> Iterator[Finding]:
    from gridloop.core.journal.models import Cursor, Entry

    newest = Entry.objects.aggregate(newest=Max("id"))["newest"] or 0
    cursors = list(Cursor.objects.order_by("consumer"))
    for cursor in cursors:
        behind = newest - cursor.position
        about = f"reader {cursor.consumer}"
        if cursor.trouble:
            words = f"stands at {cursor.position}, {behind} behind: {cursor.trouble.strip().splitlines()[-1]}"
            yield Finding("FAIL", about, words, "Put the cause right; it goes on by itself.")
        elif behind > MANY_BEHIND:
            yield Finding("FAIL", about, f"{behind} entries behind", "See that a worker runs and keeps up.")
        elif behind > FEW_BEHIND:
            yield Finding(
                "WARN", about, f"{behind} entries behind", "It should shrink; if not, see the worker's log."
            )
        else:
            yield Finding("OK", about, f"{behind} entries behind")
    if not cursors:
        yield Finding("WARN", "journal readers", "none has read anything yet", "Start a worker.")


def seal() -> Iterator[Finding]:
    from gridloop.core.journal.models import Entry, Seal

    newest = Seal.objects.order_by("-size").first()
    waiting = Entry.objects.filter(id__gt=newest.last_entry if newest else 0)
    oldest = waiting.aggregate(oldest=Min("at"))["oldest"]
    if oldest and timezone.now() - oldest > SEAL_IS_OLD:
        words = f"entries since {oldest:%Y-%m-%d %H:%M} are not sealed"
        yield Finding("WARN", "seal", words, "See that a worker runs; then 'gridloop journal verify'.")
    elif newest:
        yield Finding("OK", "seal", f"{newest.size} entries sealed, the last time {newest.at:%Y-%m-%d %H:%M}")
    else:
        yield Finding("OK", "seal", "nothing to seal yet")


def channels() -> Iterator[Finding]:
    from gridloop.core.notices.models import Channel

    for channel in Channel.objects.filter(active=True).order_by("name"):
        about = f"channel {channel.name}"
        if channel.working is False:
            yield Finding("WARN", about, channel.trouble or "does not work", "Test it on the channels page.")
        elif channel.working is None:
            yield Finding("WARN", about, "was never tested", "Press 'Is it working?' on the channels page.")
        else:
            yield Finding(
                "OK",
                about,
                f"worked on {channel.checked_at:%Y-%m-%d %H:%M}" if channel.checked_at else "works",
            )


def deliveries() -> Iterator[Finding]:
    from gridloop.core.notices.models import Delivery

    since = timezone.now() - timedelta(days=7)
    dead = Delivery.objects.filter(state="dead", due_at__gt=since).count()
    late = Delivery.objects.filter(state="waiting", due_at__lt=timezone.now() - timedelta(minutes=10)).count()
    if dead:
        yield Finding(
            "WARN", "notices", f"{dead} could not be delivered in 7 days", "See the channels page for why."
        )
    elif late:
        yield Finding("WARN", "notices", f"{late} wait for more than 10 minutes", "See that a worker runs.")
    else:
        yield Finding("OK", "notices", "none lost, none late")


def webhooks() -> Iterator[Finding]:
    from gridloop.api.models import Webhook, WebhookCall

    troubled = Webhook.objects.filter(active=True).exclude(trouble="").count()
    dead = WebhookCall.objects.filter(state="dead", due_at__gt=timezone.now() - timedelta(days=7)).count()
    if troubled or dead:
        words = f"{troubled} are in trouble, {dead} calls given up in 7 days"
        yield Finding("WARN", "webhooks", words, "Ask the other side, then switch the webhook on again.")
    else:
        yield Finding("OK", "webhooks", f"{Webhook.objects.filter(active=True).count()} active")


def calendar() -> Iterator[Finding]:
    """The State Council announces the next year's days in November."""
    from gridloop.core.clocks.calendar import calendar_warnings, current

    today = timezone.localdate()
    warnings = [warning for warning in calendar_warnings(today) if warning.level == "now"]
    for warning in warnings:
        level: Level = "FAIL" if warning.year == today.year else "WARN"
        yield Finding(level, "calendar", str(warning.words), "Enter them on the calendar page.")
    if not warnings:
        known = current().known_years
        yield Finding(
            "OK", "calendar", f"holidays known for {', '.join(str(year) for year in sorted(known))}"
        )


def territory() -> Iterator[Finding]:
    from gridloop.core.territory.models import Area, Level

    grids = Area.objects.filter(level=Level.GRID, retired_at=None)
    count, shapeless = grids.count(), grids.filter(shape=None).count()
    if not count:
        yield Finding("WARN", "territory", "there are no grids", "Run 'gridloop territory import FILE'.")
    elif shapeless:
        words = f"{shapeless} of {count} grids have no shape"
        yield Finding(
            "WARN", "territory", words, "Import their shapes (GeoJSON): points cannot be located there."
        )
    else:
        yield Finding("OK", "territory", f"{count} grids, each with a shape")


def personal_data() -> Iterator[Finding]:
    """Whether names and numbers open with the key of this installation; with another one they stay shut for ever."""
    from cryptography.exceptions import InvalidTag

    from gridloop.core.people.models import Person

    try:
        opened = Person.objects.exclude(phone="").order_by("-pk").values_list("phone", flat=True).first()
    except InvalidTag:
        yield Finding(
            "FAIL",
            "personal data",
            "names and numbers were encrypted with another key",
            "Bring back the GRIDLOOP_PERSONAL_DATA_KEY (or secrets/personal_data_key) they were written with.",
        )
    else:
        yield Finding("OK", "personal data", "opens with the key that is here" if opened else "none yet")


def people() -> Iterator[Finding]:
    from gridloop.core.people.first_administrator import first_code
    from gridloop.core.people.models import Person, Post

    administrators = Person.objects.filter(pk__in=Post.objects.filter(role="administrator").values("person"))
    active = administrators.filter(is_active=True).count()
    if not active:
        how = f"Open /account/first/ with the code {first_code()}, or run 'gridloop user add NAME'."
        yield Finding("FAIL", "administrators", "nobody can administer", how)
    else:
        yield Finding("OK", "administrators", f"{active}")


QUESTIONS: tuple[Question, ...] = (
    worker,
    timers,
    consumers,
    seal,
    channels,
    deliveries,
    webhooks,
    calendar,
    territory,
    personal_data,
    people,
)
