"""Webhooks over the JSON API: set up, switched, removed, and what was sent to them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from gridloop.api import actions, schemas
from gridloop.api.bearer import WEBHOOKS, token_in
from gridloop.api.models import Webhook, WebhookCall
from gridloop.api.queries import plain_actor_of
from gridloop.core.journal.errors import NotFound

router = Router(tags=["webhooks"])
SHOWN = 100


def own_webhook(request: HttpRequest, webhook: int) -> Webhook:
    found = Webhook.objects.filter(pk=webhook, token=token_in(request)).first()
    if found is None:
        raise NotFound(_("This token has no such webhook."))
    return found


def shown(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in ("id", "address", "events", "active", "trouble")}


@router.post("", auth=WEBHOOKS, response={201: schemas.WebhookMade}, summary="Set up a webhook")
def create_webhook(request: HttpRequest, given: schemas.NewWebhook) -> dict[str, Any]:
    """The address hears of every event within the token's reach, or of the named ones. The secret is shown once."""
    token = token_in(request)
    webhook, secret = actions.make_webhook(
        token, given.address, events=given.events, by=plain_actor_of(token)
    )
    return {**shown(webhook), "secret": secret}


@router.get("", auth=WEBHOOKS, response=list[schemas.WebhookLine], summary="List webhooks")
def list_webhooks(request: HttpRequest) -> list[dict[str, Any]]:
    """The webhooks of this token."""
    return [shown(webhook) for webhook in token_in(request).webhooks.order_by("pk")]


@router.patch("/{webhook}", auth=WEBHOOKS, response=schemas.WebhookLine, summary="Switch a webhook on or off")
def switch_webhook(request: HttpRequest, webhook: schemas.Id, given: schemas.SwitchWebhook) -> dict[str, Any]:
    """Switched on again, it is sent what waits."""
    found = own_webhook(request, webhook)
    return shown(actions.switch_webhook(found, active=given.active, by=plain_actor_of(token_in(request))))


@router.post(
    "/{webhook}/secret", auth=WEBHOOKS, response=schemas.WebhookMade, summary="Renew a webhook's secret"
)
def renew_secret(request: HttpRequest, webhook: schemas.Id) -> dict[str, Any]:
    """The new secret is shown once; for a day what is sent bears the signatures of both."""
    found = own_webhook(request, webhook)
    secret = actions.renew_secret(found, by=plain_actor_of(token_in(request)))
    return {**shown(found), "secret": secret}


@router.delete("/{webhook}", auth=WEBHOOKS, response={204: None}, summary="Remove a webhook")
def remove_webhook(request: HttpRequest, webhook: schemas.Id) -> HttpResponse:
    """It hears of nothing any more; what waited is dropped."""
    actions.remove_webhook(own_webhook(request, webhook), by=plain_actor_of(token_in(request)))
    return HttpResponse(status=204)


@router.get("/{webhook}/calls", auth=WEBHOOKS, response=list[schemas.CallLine], summary="List what was sent")
def list_calls(request: HttpRequest, webhook: schemas.Id) -> list[dict[str, Any]]:
    """The last hundred, newest first: waiting, sent, or dead after too many tries."""
    rows = own_webhook(request, webhook).calls.order_by("-pk")[:SHOWN]
    names = ("id", "entry", "state", "attempts", "due_at", "sent_at", "answer")
    return [{name: getattr(call, name) for name in names} for call in rows]


@router.post(
    "/{webhook}/calls/{call}/redeliver", auth=WEBHOOKS, response=schemas.CallLine, summary="Send one again"
)
def redeliver_call(request: HttpRequest, webhook: schemas.Id, call: schemas.Id) -> Any:
    """Sent or dead, it goes out once more with the same id."""
    found = WebhookCall.objects.filter(pk=call, webhook=own_webhook(request, webhook)).first()
    if found is None:
        raise NotFound(_("Nothing with this number was sent to it."))
    return actions.redeliver(found, by=plain_actor_of(token_in(request)))
