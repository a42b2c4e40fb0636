"""Sends what waits: leased, paced, grouped, retried with growing patience, and dead letters kept in sight.

At least once: a delivery is leased by moving its `due_at` ahead, so a sender killed between the gateway's answer and
our note of it lets the message come due again. Each channel has a lane of its own, so that a gateway that hangs holds
up nobody else; only the network is used inside a lane's thread, the database only outside.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta
from random import uniform

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.notices import pacing
from gridloop.core.notices.adapters import ADAPTERS, adapter_of
from gridloop.core.notices.adapters.contract import Adapter, CannotReach, Message, Receipt, joined
from gridloop.core.notices.grouping import combined
from gridloop.core.notices.models import Channel, Delivery, Notice

LEASE = timedelta(seconds=25)
LANE_SECONDS = 12.0  # a lane begins no message after this; with the patience of one it stays below the lease
RUN_SECONDS = 20.0  # a run waits no longer for a lane, and stays below the lease itself
REST_SECONDS = 120.0
AT_ONCE = 40  # messages a lane takes at once
LANES = 8
MOST_IN_GROUP = 50
ATTEMPTS = 10  # with the waits below about two hours
LOST_ATTEMPTS = 15  # leases after which no sender came back
FIRST_WAIT, LONGEST_WAIT = 15.0, 3600.0
FIRST_URGENT_WAIT = 3.0
SENDER = Actor(kind="system", name="notices")
logger = logging.getLogger(__name__)


@dataclass
class Bundle:
    """Deliveries that leave as one message set, and what became of them."""

    deliveries: list[Delivery]
    notice: Notice
    messages: list[Message] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    refused: Receipt | None = None
    begun: bool = False


@dataclass(eq=False)
class Lane:
    """One channel's share of a run."""

    channel: Channel
    adapter: Adapter
    bundles: list[Bundle]


def send_due() -> int:
    """Send what is due on every channel; how many deliveries were taken in hand."""
    lanes = [lane for channel in channels_with_work() if (lane := open_lane(channel)).bundles]
    threads = ThreadPoolExecutor(max_workers=LANES, thread_name_prefix="notices")
    running = {threads.submit(run_lane, lane): lane for lane in lanes if lane.adapter.networked}
    for lane in lanes:
        if not lane.adapter.networked:
            run_lane(lane)
    _done, hanging = wait(running, timeout=RUN_SECONDS)
    threads.shutdown(wait=False, cancel_futures=True)
    left = [running[each] for each in hanging]
    for lane in lanes:
        if lane in left:  # its gateway drips; the leases run out, and meanwhile the channel rests
            pacing.close(lane.channel, REST_SECONDS)
        else:
            settle_lane(lane)
    return sum(len(bundle.deliveries) for lane in lanes for bundle in lane.bundles)


def channels_with_work() -> list[Channel]:
    """Channels on which something is due."""
    due = Delivery.objects.filter(channel=OuterRef("pk"), state="waiting", due_at__lte=timezone.now())
    return list(Channel.objects.filter(Exists(due), active=True, adapter__in=ADAPTERS).order_by("pk"))


def open_lane(channel: Channel) -> Lane:
    """Takes as much as the channel's pace allows now, emergencies first, and makes the messages."""
    adapter = adapter_of(channel)
    waiting = bundled(channel)
    allowed = pacing.reserve(channel, len(waiting), adapter.limits)
    bundles = lease(waiting[:allowed])
    for bundle in bundles:
        compose(adapter, channel, bundle)
    return Lane(channel, adapter, bundles)


def bundled(channel: Channel) -> list[Bundle]:
    """What is due, with everything else that waits for the same recipient in one bundle."""
    now = timezone.now()
    waiting = Delivery.objects.filter(channel=channel, state="waiting").select_related(
        "notice__person", "notice__organisation"
    )
    due = list(waiting.filter(due_at__lte=now).order_by("-urgent", "due_at", "pk")[:AT_ONCE])
    groups = {row.group for row in due if row.group and not row.urgent}
    company: dict[str, list[Delivery]] = {group: [] for group in groups}
    if groups:
        # Those tried before and not due are in some sender's hands.
        for row in waiting.filter(
            Q(due_at__lte=now) | Q(attempts=0), group__in=groups, urgent=False
        ).order_by("pk"):
            company[row.group].append(row)
    found: list[Bundle] = []
    for row in due:
        if row.group and not row.urgent:
            together = company.pop(row.group, [])[:MOST_IN_GROUP]
            if not together:
                continue
        else:
            together = [row]
        found.append(Bundle(together, together[0].notice))
    return found


@transaction.atomic
def lease(bundles: Sequence[Bundle]) -> list[Bundle]:
    """Take them by conditional updates; of two senders each delivery has one. A lease counts as a try."""
    until = timezone.now() + LEASE
    bury_lost(bundles)
    for row in sorted((row for bundle in bundles for row in bundle.deliveries), key=lambda row: row.pk):
        taken = Delivery.objects.filter(pk=row.pk, state="waiting", due_at=row.due_at)
        if row.state == "waiting" and taken.update(due_at=until, attempts=F("attempts") + 1) == 1:
            row.due_at, row.attempts = until, row.attempts + 1
        else:
            row.state = "elsewhere"
    for bundle in bundles:
        bundle.deliveries = [row for row in bundle.deliveries if row.state == "waiting"]
    kept = [bundle for bundle in bundles if bundle.deliveries]
    for bundle in kept:
        bundle.notice = combined([row.notice for row in bundle.deliveries])
    return kept


def bury_lost(bundles: Sequence[Bundle]) -> None:
    """A message on which sender after sender has died or hung is dead, so that it cannot go on for ever."""
    for bundle in bundles:
        for row in bundle.deliveries:
            if row.attempts >= LOST_ATTEMPTS:
                ours = Delivery.objects.filter(pk=row.pk, state="waiting", due_at=row.due_at)
                bury(ours, row, "no sender came back from this message")
                row.state = "dead"


def compose(adapter: Adapter, channel: Channel, bundle: Bundle) -> None:
    """Makes the messages; what can never leave by this way says so."""
    try:
        bundle.messages = adapter.messages(channel, bundle.notice)
    except CannotReach as refusal:
        bundle.refused = Receipt(accepted=False, trouble=str(refusal.words), lasting=True)
    except Exception as trouble:  # a broken adapter must not stop the others
        logger.exception("notices: %s could not make a message", channel.adapter)
        bundle.refused = Receipt(accepted=False, trouble=described(trouble))


def run_lane(lane: Lane) -> None:
    """Carries the lane's messages one after another; when nobody answers, the rest waits for the next run."""
    end = time.monotonic() + LANE_SECONDS
    for bundle in lane.bundles:
        if bundle.refused is not None:
            continue
        if time.monotonic() > end:
            return
        bundle.begun = True
        for message in bundle.messages:
            receipt = carried(lane, message) if time.monotonic() <= end else Receipt(False, "out of time")
            bundle.receipts.append(receipt)
            if receipt.unreachable or receipt.wait:
                return


def carried(lane: Lane, message: Message) -> Receipt:
    try:
        return lane.adapter.carry(lane.channel, message)
    except Exception as trouble:  # a crash of one adapter is one failed try
        logger.exception("notices: %s crashed while sending", lane.channel.adapter)
        return Receipt(accepted=False, trouble=described(trouble))


def described(trouble: BaseException) -> str:
    return (
        str(trouble.words) if isinstance(trouble, Refusal) else f"{type(trouble).__name__}: {trouble}"[:500]
    )


def settle_lane(lane: Lane) -> None:
    """Writes down what became of every bundle, and how the channel is."""
    verdicts: list[Receipt] = []
    for bundle in lane.bundles:
        for message, receipt in zip(bundle.messages, bundle.receipts, strict=False):
            lane.adapter.settle(lane.channel, bundle.notice, message, receipt)
        if bundle.refused is None and not bundle.begun:
            give_back(bundle)
            continue
        verdict = bundle.refused or joined(bundle.receipts)
        settle_bundle(bundle, verdict)
        if bundle.refused is None:
            verdicts.append(verdict)
        if verdict.wait:
            pacing.close(lane.channel, verdict.wait)
    note_health(lane.channel, verdicts)


def settle_bundle(bundle: Bundle, verdict: Receipt) -> None:
    """Sent, to be tried again, or dead; each row only while it is still ours."""
    now = timezone.now()
    for place, row in enumerate(bundle.deliveries):
        ours = Delivery.objects.filter(pk=row.pk, state="waiting", due_at=row.due_at)
        if verdict.accepted:
            ours.update(state="grouped" if place else "sent", sent_at=now, trouble="")
        elif verdict.lasting or row.attempts >= ATTEMPTS:
            bury(ours, row, verdict.trouble)
        else:
            ours.update(
                due_at=now + patience(row.attempts, urgent=row.urgent, wait=verdict.wait),
                trouble=verdict.trouble,
            )


@transaction.atomic
def bury(ours: QuerySet[Delivery], row: Delivery, trouble: str) -> None:
    """A dead letter stays visible and can be sent again; the journal says so."""
    if ours.update(state="dead", trouble=trouble) == 1:
        facts = {"channel": row.channel_id, "notice": row.notice_id, "attempts": row.attempts}
        record(
            "delivery_failed", by=SENDER, subject_kind="delivery", subject=row.pk, words=trouble, facts=facts
        )


def give_back(bundle: Bundle) -> None:
    """Nothing was begun: due again at once, and no try was used up."""
    for row in bundle.deliveries:
        ours = Delivery.objects.filter(pk=row.pk, state="waiting", due_at=row.due_at)
        ours.update(due_at=timezone.now(), attempts=F("attempts") - 1)


def patience(attempts: int, *, urgent: bool, wait: float = 0.0) -> timedelta:
    """How long to wait before the next try: doubled each time, a quarter more or less, an hour at most."""
    first = FIRST_URGENT_WAIT if urgent else FIRST_WAIT
    grown = min(first * 2 ** max(0, attempts - 1), LONGEST_WAIT)
    return timedelta(seconds=max(wait, grown * uniform(0.75, 1.25)))


def note_health(channel: Channel, verdicts: Sequence[Receipt]) -> None:
    """What the last message showed, for "is it working?"; written only when it changed."""
    if not verdicts:
        return
    last = verdicts[-1]
    trouble = "" if last.accepted else last.trouble
    if channel.working is not last.accepted or channel.trouble != trouble:
        Channel.objects.filter(pk=channel.pk).update(
            working=last.accepted, trouble=trouble, checked_at=timezone.now()
        )
