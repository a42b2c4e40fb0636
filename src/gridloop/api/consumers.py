"""Webhooks read the journal: one call for each event within the reach of a webhook's token."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from gridloop.api.models import Webhook, WebhookCall
from gridloop.api.queries import staff_condition
from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.core.people.queries import hats

# Ids, codes and times: never words or persons; who may read those asks the API.
TOLD = (
    "number", "kind", "category", "county", "town", "community", "grid", "unit", "source", "level", "urgency",
    "due_at", "reported_at", "overdue", "outcome", "turn", "move",
)  # fmt: skip


def forget_calls() -> None:
    """A replay tells again only what was never told: sent calls stay, so nobody hears twice."""


@consumer("webhooks", forget=forget_calls)
def call_webhooks(entries: Sequence[Entry]) -> None:
    """Writes down what is to be sent; sending is another job, so a slow receiver holds nothing up."""
    about_cases = [entry for entry in entries if entry.subject_kind == "case" and entry.subject]
    if not about_cases:
        return
    calls = [call for webhook in webhooks_in_force() for call in calls_for(webhook, about_cases)]
    WebhookCall.objects.bulk_create(calls, ignore_conflicts=True)


def webhooks_in_force() -> list[Webhook]:
    """Switched on, of tokens that are good today and belong to somebody."""
    rows = Webhook.objects.filter(active=True, token__revoked_at=None, token__person__is_active=True)
    now = timezone.now()
    return [
        webhook
        for webhook in rows.select_related("token__person")
        if not webhook.token.expires_at or webhook.token.expires_at > now
    ]


def calls_for(webhook: Webhook, entries: Sequence[Entry]) -> list[WebhookCall]:
    """Staff hear of everything in their reach, those behind a case of what is public."""
    person = webhook.token.person
    wanted = [
        entry
        for entry in entries
        if (not webhook.events or entry.event in webhook.events) and entry.at >= webhook.made_at
    ]
    if person is None or not wanted:
        return []
    subjects = {entry.subject for entry in wanted if entry.subject}
    reached = set(cases_within_reach(person).filter(pk__in=subjects).values_list("pk", flat=True))
    inside: set[int] = set()
    if reached and hats(person):
        inside = set(
            Case.objects.filter(staff_condition(person), pk__in=reached).values_list("pk", flat=True)
        )
    return [
        WebhookCall(webhook=webhook, entry=entry.pk, body=body_of(entry))
        for entry in wanted
        if entry.subject in inside or (entry.subject in reached and is_public(entry))
    ]


def is_public(entry: Entry) -> bool:
    """Whether those behind a case may hear of it: the flow's own table says so."""
    if entry.event == "case_reported":
        return True
    kind = next((one for one in kinds.kinds() if one.name == entry.facts.get("kind")), None)
    rows = kind.named(str(entry.facts.get("move", ""))) if kind else []
    return bool(rows) and rows[0].public


def body_of(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "event": entry.event,
        "at": entry.at.isoformat(),
        "case": entry.facts.get("number", ""),
        "area": entry.area,
        "before": entry.before,
        "after": entry.after,
        "facts": {name: entry.facts[name] for name in TOLD if name in entry.facts},
    }
