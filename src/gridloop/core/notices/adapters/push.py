"""Web push (RFC 8030, 8291, 8292): wakes the browsers a person allowed, end-to-end encrypted."""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridloop.core.notices import push_keys
from gridloop.core.notices.adapters.contract import Adapter, CannotReach, Health, Message, Receipt, Setting
from gridloop.core.notices.adapters.lengths import within_bytes
from gridloop.core.notices.adapters.posting import PATIENCE
from gridloop.core.notices.models import Channel, Notice, PushSubscription
from gridloop.core.people.queries import current_posts

DAY = 24 * 3600
MOST_BROWSERS = 200
PUSH_HOSTS = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    "web.push.apple.com",
    "push.apple.com",
)


class Push(Adapter):
    """One small encrypted message to each of the recipient's browsers; those that are gone are forgotten."""

    name = "push"
    title = _("Web push")
    settings = (
        Setting(
            "hosts",
            _("Further push services"),
            _("Host names, separated by blanks; only for servers of your own."),
            required=False,
        ),
    )
    reaches = frozenset({"person", "organisation"})

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        browsers = PushSubscription.objects.all()
        if notice.person_id:
            browsers = browsers.filter(person=notice.person_id)
        else:
            staff = current_posts().filter(organisation=notice.organisation_id)
            browsers = browsers.filter(person__in=staff.values("person"))
        body = {
            "subject": within_bytes(notice.subject, 300),
            "words": within_bytes(notice.words, 1500),
            "address": notice.address,
            "emergency": notice.emergency,
            "key": notice.key,
        }
        found = [
            Message(
                f"#{browser.person_id} {urlsplit(browser.endpoint).hostname}",
                browser.endpoint,
                body,
                facts={"keys": browser.keys},
            )
            for browser in browsers[:MOST_BROWSERS]
            if is_push_service(browser.endpoint, channel.setting("hosts"))
        ]
        if not found:
            raise CannotReach(_("No browser has allowed push messages."))
        return found

    def carry(self, channel: Channel, message: Message) -> Receipt:
        # Imported here because it brings a whole HTTP stack of its own, which only the sending process needs.
        from pywebpush import WebPushException, webpush
        from requests import RequestException

        try:
            webpush(
                {"endpoint": message.address, "keys": message.facts["keys"]},
                json.dumps(message.body, ensure_ascii=False),
                vapid_private_key=push_keys.private_key(),
                vapid_claims={"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
                ttl=DAY,
                timeout=PATIENCE,
                headers={"Urgency": "high" if message.body["emergency"] else "normal"},
            )
        except WebPushException as trouble:
            status = trouble.response.status_code if trouble.response is not None else 0
            wait = 60.0 if status == 429 else 0.0
            return Receipt(
                accepted=False,
                trouble=f"HTTP {status}",
                lasting=status in {400, 401, 403, 404, 410, 413},
                wait=wait,
            )
        except RequestException as trouble:
            return Receipt(accepted=False, trouble=type(trouble).__name__, unreachable=True)
        except ValueError as trouble:  # keys no browser would make
            return Receipt(accepted=False, trouble=f"HTTP 410 {trouble}", lasting=True)
        return Receipt(accepted=True)

    def settle(self, channel: Channel, notice: Notice | None, message: Message, receipt: Receipt) -> None:
        if receipt.trouble.startswith(("HTTP 404", "HTTP 410")):
            PushSubscription.objects.filter(endpoint=message.address).delete()

    def check(self, channel: Channel) -> Health:
        push_keys.public_key()
        count = PushSubscription.objects.count()
        return Health(True, _("The keys are there; %(count)d browsers want to be told.") % {"count": count})


def is_push_service(endpoint: str, hosts: str = "") -> bool:
    """Whether an address is a push service's: browsers send us these, and nobody may have us post to elsewhere."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if host in hosts.split():
        return parts.scheme in {"https", "http"}
    return parts.scheme == "https" and any(
        host == known or host.endswith("." + known) for known in PUSH_HOSTS
    )
