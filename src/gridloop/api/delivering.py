"""Sending webhook calls: in order, signed, tried again with longer waits, and given up where people see it."""

import json
import time
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from gridloop.api.models import Webhook, WebhookCall
from gridloop.api.reaching import post
from gridloop.core.notices.adapters.signing import signed_headers

# Seconds after each failed try: about two days in all.
WAITS = (10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400)
AT_ONCE = 200
SECONDS = 30.0  # one round; what is left goes out in the next
KEPT = timedelta(days=30)


def send_due_calls() -> int:
    """One round: every webhook's waiting calls, oldest first; a receiver that fails is left alone until its wait is over."""
    ends, sent = time.monotonic() + SECONDS, 0
    waiting = WebhookCall.objects.filter(state="waiting", due_at__lte=timezone.now(), webhook__active=True)
    rows = waiting.select_related("webhook__token__person").order_by("due_at", "id")[:AT_ONCE]
    for calls in by_webhook(rows):
        for call in calls:
            if time.monotonic() > ends:
                return sent
            if not send(call):
                break
            sent += 1
    return sent


def by_webhook(calls: Iterable[WebhookCall]) -> list[list[WebhookCall]]:
    grouped: dict[int, list[WebhookCall]] = {}
    for call in calls:
        grouped.setdefault(call.webhook_id, []).append(call)
    return list(grouped.values())


def send(call: WebhookCall) -> bool:
    """Sends one call and writes down what became of it; whether it was taken."""
    webhook = call.webhook
    if not is_good(webhook):
        return give_up(call, "the token is no longer good")
    content = json.dumps({**call.body, "call": call.pk}, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        **signed_headers(webhook.secret, content, former=webhook.still_former_secret()),
        "X-Gridloop-Event": str(call.body.get("event", "")),
        "X-Gridloop-Call": str(call.pk),
    }
    answer = post(webhook.address, content, headers)
    said = f"HTTP {answer.status}" if answer.status else answer.trouble[:200]
    if 200 <= answer.status < 300:
        WebhookCall.objects.filter(pk=call.pk).update(
            state="sent", sent_at=timezone.now(), attempts=call.attempts + 1, answer=said
        )
        if webhook.trouble:
            Webhook.objects.filter(pk=webhook.pk).update(trouble="")
            webhook.trouble = ""
        return True
    if call.attempts >= len(WAITS) or answer.status == 410:
        return give_up(call, said)
    WebhookCall.objects.filter(pk=call.pk).update(
        attempts=call.attempts + 1,
        due_at=timezone.now() + timedelta(seconds=WAITS[call.attempts]),
        answer=said,
    )
    return False


def is_good(webhook: Webhook) -> bool:
    """A token revoked since, or a person who left, hears nothing more."""
    token = webhook.token
    good = token.revoked_at is None and (token.expires_at is None or token.expires_at > timezone.now())
    return good and token.person is not None and token.person.is_active


def give_up(call: WebhookCall, why: str) -> bool:
    """Dead: shown with the webhook, and sent again only when somebody asks."""
    WebhookCall.objects.filter(pk=call.pk).update(state="dead", attempts=call.attempts + 1, answer=why[:200])
    Webhook.objects.filter(pk=call.webhook_id).update(trouble=why[:400])
    return False


def clear_sent_calls() -> int:
    """Forget what was sent a month ago."""
    return WebhookCall.objects.filter(state="sent", sent_at__lt=timezone.now() - KEPT).delete()[0]
