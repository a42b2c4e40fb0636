"""Every change to tokens and webhooks; each is journalled, and secrets are shown once."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.api.models import Token, Webhook, WebhookCall
from gridloop.api.scopes import SCOPES
from gridloop.api.secrets import SHOWN, demo_secret, digest_of, new_secret
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import require

MOST_WEBHOOKS = 20
LONGEST_LIFE = 3650
OVERLAP = timedelta(days=1)  # in which the secret before the newest signs as well


def make_token(
    name: str,
    *,
    scopes: list[str],
    person: Person | None = None,
    organisation: Organisation | None = None,
    days: int | None = 365,
    rate: int = 1200,
    by: Actor,
) -> str:
    """Makes a token and returns its secret, the only time it can be seen.

    Without a person it may report and sees what is public. `rate` is requests a minute (0: no limit).
    """
    require(by, "administer")
    if not name.strip():
        raise Refusal(_("Say which system the token is for."), field="name")
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise Refusal(
            _("Choose what it may do: %(scopes)s.") % {"scopes": ", ".join(SCOPES)},
            field="scopes",
            code="unknown_scope",
        )
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise Refusal(_("A token lives between 1 and 3650 days."), field="days")

    secret = new_secret()
    with transaction.atomic():
        keep_token(
            name, secret, scopes=scopes, person=person, organisation=organisation, days=days, rate=rate, by=by
        )

    return secret


def keep_token(
    name: str,
    secret: str,
    *,
    scopes: list[str],
    person: Person | None = None,
    organisation: Organisation | None = None,
    days: int | None = None,
    rate: int = 1200,
    by: Actor,
) -> Token:
    now = timezone.now()
    token = Token.objects.create(
        name=name.strip()[:80],
        digest=digest_of(secret),
        prefix=secret[:SHOWN],
        scopes=sorted(set(scopes)),
        person=person,
        organisation=organisation,
        rate=rate,
        made_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    record(
        "token_made",
        by=by,
        subject_kind="token",
        subject=token.pk,
        facts={"name": token.name, "scopes": token.scopes, "for_person": token.person_id},
    )
    return token


@transaction.atomic
def revoke_token(token: Token, *, by: Actor) -> Token:
    """From this moment every request with it is refused, in every process; its webhooks stop too."""
    require(by, "administer")
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()) != 1:
        raise TooLate(_("This token has been revoked already."))

    record("token_revoked", by=by, subject_kind="token", subject=token.pk, facts={"name": token.name})

    token.refresh_from_db(fields=["revoked_at"])
    return token


def demo_token() -> str:
    """The demo's api_key, with every scope and the county command centre's reach; the same at every call."""
    if not settings.DEMO:
        raise Refusal(_("Only the demo has a key everybody knows. Make a token of your own."))
    secret = demo_secret()
    with transaction.atomic():
        if not Token.objects.filter(digest=digest_of(secret)).exists():
            person = Person.objects.filter(posts__role="county_room", is_active=True).order_by("pk").first()
            keep_token("demo", secret, scopes=list(SCOPES), person=person, rate=0, by=SYSTEM)
    return secret


def make_webhook(token: Token, address: str, *, events: list[str], by: Actor) -> tuple[Webhook, str]:
    """An address that hears of events within the token's reach; the secret for checking signatures is shown once."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 400:
        raise Refusal(_("Give an address that begins with https://."), field="address")
    if len(events) > 100 or any(len(event) > 60 for event in events):
        raise Refusal(_("Name at most 100 events, or none for all of them."), field="events")
    if token.webhooks.count() >= MOST_WEBHOOKS:
        raise Refusal(_("A token has at most 20 webhooks. Remove one first."), code="too_many_webhooks")

    secret = new_secret()
    with transaction.atomic():
        webhook = Webhook.objects.create(
            token=token, address=address, events=sorted(set(events)), secret=secret
        )
        record(
            "webhook_made", by=by, subject_kind="webhook", subject=webhook.pk, facts={"host": parts.hostname}
        )

    return webhook, secret


@transaction.atomic
def switch_webhook(webhook: Webhook, *, active: bool, by: Actor) -> Webhook:
    """On again after trouble, or off; what waits goes out when it is on."""
    Webhook.objects.filter(pk=webhook.pk).update(active=active, trouble="" if active else webhook.trouble)

    record("webhook_switched", by=by, subject_kind="webhook", subject=webhook.pk, facts={"active": active})

    webhook.refresh_from_db()
    return webhook


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: Actor) -> str:
    """A new secret, shown once; the one before signs beside it for a day, so that nothing is refused meanwhile."""
    secret = new_secret()
    Webhook.objects.filter(pk=webhook.pk).update(
        secret=secret, former_secret=webhook.secret, former_until=timezone.now() + OVERLAP
    )

    record("webhook_secret_renewed", by=by, subject_kind="webhook", subject=webhook.pk)

    webhook.refresh_from_db()
    return secret


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: Actor) -> None:
    pk = webhook.pk
    webhook.delete()

    record("webhook_removed", by=by, subject_kind="webhook", subject=pk)


@transaction.atomic
def redeliver(call: WebhookCall, *, by: Actor) -> WebhookCall:
    """Send it once more, with all its tries before it; the receiver recognises it by its id."""
    again = WebhookCall.objects.filter(pk=call.pk).exclude(state="waiting")
    if again.update(state="waiting", attempts=0, due_at=timezone.now(), answer="") != 1:
        raise TooLate(_("It is waiting to be sent already."))

    record(
        "webhook_redelivered", by=by, subject_kind="webhook", subject=call.webhook_id, facts={"call": call.pk}
    )

    call.refresh_from_db()
    return call
