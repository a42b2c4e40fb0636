"""Telling people: one notice per key, its words rendered, a delivery queued for each way; and keeping the ways."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.models import Case
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.journal.rows import pour, rows_of
from gridloop.core.notices.adapters import ADAPTERS, adapter_of
from gridloop.core.notices.adapters.contract import Health
from gridloop.core.notices.adapters.push import is_push_service
from gridloop.core.notices.models import Channel, Delivery, Notice, Preference, PushSubscription, Template
from gridloop.core.notices.preferences import Routes
from gridloop.core.notices.telling import Telling
from gridloop.core.notices.templates import Wording, filled
from gridloop.core.people.models import Organisation, Person

NOTICES = rows_of(Notice)
DELIVERY = ("notice_id", "channel_id", "state", "urgent", "group", "attempts", "due_at", "sent_at", "trouble")
DEMO_BEHAVIOURS = ("", "works", "fails", "crashes")


def tell(
    event: str,
    *,
    key: str,
    person: Person | None = None,
    organisation: Organisation | None = None,
    case: Case | None = None,
    facts: Mapping[str, Any] | None = None,
    address: str = "",
    emergency: bool = False,
    audience: str = "",
) -> Notice | None:
    """Tell one person or organisation; None when this key was told before, or there are no words for it."""
    told = tell_many(
        [
            Telling(
                event, key, audience or ("reporter" if person else "unit"),
                person=person.pk if person else None,
                organisation=organisation.pk if organisation else None,
                case=case.pk if case else None,
                facts=facts or {}, address=address, emergency=emergency,
            )
        ]
    )  # fmt: skip
    return told[0] if told else None


@transaction.atomic
def tell_many(tellings: Sequence[Telling]) -> list[Notice]:
    """Tell many at once, in a fixed number of queries; returns what had not been told before."""
    known = set(Notice.objects.filter(key__in=[each.key for each in tellings]).values_list("key", flat=True))
    fresh = {each.key: each for each in tellings if each.key not in known}
    asked = {each.person for each in fresh.values() if each.person}
    people = Person.objects.filter(is_active=True).only("language", "phone", "email").in_bulk(asked)
    fresh = {key: each for key, each in fresh.items() if each.person is None or each.person in people}
    if not fresh:
        return []

    speech = Speech()
    notices = [
        notice for each in fresh.values() if (notice := worded(each, speech, people.get(each.person or 0)))
    ]
    made = {notice.key: notice for notice in notices}
    numbers = {key: pk for pk, key in NOTICES.pour(notices, "ON CONFLICT DO NOTHING RETURNING id, key")}
    # Of two who tell the same, one does.
    made = {key: notice for key, notice in made.items() if key in numbers}
    for key, notice in made.items():
        notice.pk = numbers[key]

    routes = Routes(people, {each.organisation for each in fresh.values() if each.organisation})
    pour(
        Delivery._meta.db_table,
        DELIVERY,
        [row for key, notice in made.items() for row in deliveries_of(notice, fresh[key], routes)],
        "ON CONFLICT DO NOTHING",
    )

    return list(made.values())


class Speech:
    """Words filled in for one batch: those who hear of one thing in the same words share the filling."""

    def __init__(self) -> None:
        self.wording = Wording()
        self.said: dict[tuple[int, str], dict[str, str]] = {}
        self.filled: dict[tuple[int, int], tuple[str, str]] = {}

    def facts(self, facts: Mapping[str, Any], language: str) -> dict[str, str]:
        """The facts as text in one language."""
        asked = (id(facts), language)
        if asked not in self.said:
            with translation.override(language):
                self.said[asked] = {
                    name: str(value) for name, value in facts.items() if value not in (None, "")
                }
        return self.said[asked]

    def words(self, template: Template, facts: dict[str, str]) -> tuple[str, str]:
        """Subject and words."""
        asked = (id(template), id(facts))
        if asked not in self.filled:
            self.filled[asked] = filled(template.subject, facts)[:200], filled(template.words, facts)
        return self.filled[asked]


def worded(telling: Telling, speech: Speech, person: Person | None) -> Notice | None:
    """The notice in the listener's language, or None where nobody wrote words for it."""
    language = (person.language if person else "") or settings.LANGUAGE_CODE
    template = speech.wording.find(telling.words or telling.event, telling.audience, language)
    if template is None:
        return None
    facts = speech.facts(telling.facts, template.language)
    subject, words = speech.words(template, facts)
    return Notice(
        key=telling.key,
        event=telling.words or telling.event,
        audience=telling.audience,
        person_id=telling.person,
        organisation_id=telling.organisation,
        case=telling.case,
        subject=subject,
        words=words,
        address=telling.address,
        facts=facts,
        emergency=telling.emergency,
        made_at=timezone.now(),
    )


def deliveries_of(notice: Notice, telling: Telling, routes: Routes) -> list[tuple[Any, ...]]:
    """One row for each way, in the order of DELIVERY; what is read inside gridloop has arrived with the notice itself."""
    now = timezone.now()
    return [
        (notice.pk, way.channel.pk, "sent", False, "", 1, now, now, "")
        if way.channel.adapter == "inapp"
        else (notice.pk, way.channel.pk, "waiting", notice.emergency, way.group, 0, way.due_at, None, "")
        for way in routes.ways(telling)
    ]


def mark_read(
    notices: Sequence[int], *, person: Person | None = None, organisation: Organisation | None = None
) -> int:
    """The reader has seen these; only their own, or their organisation's."""
    mine = Notice.objects.filter(pk__in=notices, read_at=None)
    mine = mine.filter(person=person) if person is not None else mine.filter(organisation=organisation)
    return mine.update(read_at=timezone.now())


@transaction.atomic
def resend(delivery: Delivery, *, by: Actor) -> Delivery:
    """Give a dead letter a new life, with all its tries."""
    now = timezone.now()
    if (
        Delivery.objects.filter(pk=delivery.pk, state="dead").update(
            state="waiting", attempts=0, due_at=now, trouble=""
        )
        != 1
    ):
        raise TooLate(
            _("This message is no longer waiting for you: somebody has sent it again, or it has arrived.")
        )
    delivery.refresh_from_db()

    record(
        "delivery_resent",
        by=by,
        subject_kind="delivery",
        subject=delivery.pk,
        facts={"channel": delivery.channel_id},
    )

    return delivery


@transaction.atomic
def resend_all(channel: Channel, *, by: Actor) -> int:
    """Give every dead letter of a channel a new life, once whatever was wrong is mended."""
    dead = Delivery.objects.filter(channel=channel, state="dead")
    count = dead.update(state="waiting", attempts=0, due_at=timezone.now(), trouble="")

    if count:
        record("deliveries_resent", by=by, subject_kind="channel", subject=channel.pk, facts={"count": count})

    return count


@transaction.atomic
def keep_channel(
    name: str,
    adapter: str,
    *,
    by: Actor,
    channel: Channel | None = None,
    options: Mapping[str, Any] | None = None,
    organisation: Organisation | None = None,
    active: bool = True,
    demo: str = "",
) -> Channel:
    """Set up a channel, or change one. Secret settings left empty keep their value; they are stored encrypted."""
    if adapter not in ADAPTERS:
        raise Refusal(_("Choose a kind of channel from the list."), field="adapter")
    if demo not in DEMO_BEHAVIOURS:
        raise Refusal(_("A demo twin works, fails or crashes."), field="demo")
    others = Channel.objects.exclude(pk=channel.pk) if channel else Channel.objects.all()
    if not name.strip() or others.filter(name=name.strip()).exists():
        raise Refusal(_("Give the channel a name of its own."), field="name")
    channel = channel or Channel()
    given = dict(options or {})
    secrets = {**(channel.secrets if channel.adapter == adapter else {})}
    for setting in ADAPTERS[adapter].settings:
        value = str(given.pop(setting.name, "") if setting.secret else given.get(setting.name, "")).strip()
        if setting.secret and value:
            secrets[setting.name] = value
        if setting.required and not demo and not (value or secrets.get(setting.name)):
            raise Refusal(_("“%(what)s” is missing.") % {"what": setting.title}, field=setting.name)

    channel.name, channel.adapter, channel.options = name.strip(), adapter, given
    channel.secret = json.dumps(secrets) if secrets else ""
    channel.organisation, channel.active, channel.demo = organisation, active, demo
    channel.working, channel.trouble = None, ""
    channel.save()

    record(
        "channel_kept",
        by=by,
        subject_kind="channel",
        subject=channel.pk,
        facts={"adapter": adapter, "active": active, "demo": demo},
    )

    return channel


def check_channel(channel: Channel) -> Health:
    """Tries the channel out and writes down whether it works."""
    try:
        health = adapter_of(channel).check(channel)
    except Exception as breakage:  # an adapter that breaks is an answer too
        health = Health(False, f"{type(breakage).__name__}: {breakage}")
    trouble = "" if health.working else str(health.words)[:500]
    Channel.objects.filter(pk=channel.pk).update(
        checked_at=timezone.now(), working=health.working, trouble=trouble
    )
    return health


def set_preference(
    person: Person, *, ways: Sequence[str] | None, quiet_from: Any = None, quiet_until: Any = None
) -> Preference:
    """How a person wishes to hear; None lets gridloop choose. Emergencies come all the same."""
    if ways is not None and not set(ways) <= {"push", "sms", "email"}:
        raise Refusal(_("Choose from push, SMS and e-mail."), field="ways")
    if (quiet_from is None) != (quiet_until is None):
        raise Refusal(_("Quiet hours need a beginning and an end."), field="quiet_from")
    values = {
        "ways": None if ways is None else list(ways),
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    return Preference.objects.update_or_create(person=person, defaults=values)[0]


def subscribe_browser(person: Person, endpoint: str, keys: Mapping[str, str]) -> PushSubscription:
    """A browser of this person wants to be woken; a browser that changes hands follows its new person."""
    hosts = " ".join(
        str(channel.options.get("hosts", "")) for channel in Channel.objects.filter(adapter="push")
    )
    if not is_push_service(endpoint, hosts) or len(endpoint) > 500 or not {"p256dh", "auth"} <= set(keys):
        raise Refusal(
            _("This browser's push service is not known here. Ask the administrator to allow it."),
            field="endpoint",
        )
    kept = {name: str(keys[name])[:200] for name in ("p256dh", "auth")}
    return PushSubscription.objects.update_or_create(
        endpoint=endpoint, defaults={"person": person, "keys": kept}
    )[0]


def unsubscribe_browser(person: Person, endpoint: str) -> None:
    PushSubscription.objects.filter(person=person, endpoint=endpoint).delete()
