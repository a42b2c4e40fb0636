"""The demo's channels: a twin of every way out, so that each message can be seen without anything leaving the machine."""

from gridloop.core.notices.adapters import ADAPTERS
from gridloop.core.notices.models import Channel
from gridloop.core.people.models import Organisation

SETTINGS = {"sms": {"template": "SMS_NEWS", "code_template": "SMS_CODE", "sign": "格环"}}


def make_demo_channels(organisations: dict[str, Organisation] | None = None) -> list[Channel]:
    """A twin for each way that reaches people, and for each given unit one of the named adapter; twice makes no more."""
    rows = [
        Channel.objects.update_or_create(
            name=f"demo {name}",
            defaults={"adapter": name, "demo": "works", "options": SETTINGS.get(name, {})},
        )[0]
        for name, adapter in ADAPTERS.items()
        if "person" in adapter.reaches and name != "inapp"
    ]
    for name, organisation in (organisations or {}).items():
        values = {"adapter": name, "demo": "works", "organisation": organisation}
        rows.append(
            Channel.objects.update_or_create(name=f"demo {name} {organisation.pk}", defaults=values)[0]
        )
    return rows
