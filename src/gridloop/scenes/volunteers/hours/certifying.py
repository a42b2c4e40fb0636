"""Certificates of counted hours: numbered, sealed in the journal, checkable by anybody, withdrawn when hours are reversed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal import sealing
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.journal.models import Entry
from gridloop.core.notices.actions import tell
from gridloop.core.people.models import Person
from gridloop.core.spelling import new_code
from gridloop.scenes.volunteers.hours import queries
from gridloop.scenes.volunteers.hours.models import Certificate, HoursEntry
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import cares_for

MOST_ENTRIES = 1000
TRIES = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What a stranger learns of a certificate: whether it stands, and whether journal and content still agree."""

    certificate: Certificate
    stands: bool
    sealed: bool
    broken: bool


def new_number(day: date) -> str:
    return f"V{day:%y}-{new_code(4, 4)}"


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 over the content written as one line of JSON, names sorted: what the journal keeps and seals."""
    line = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


@transaction.atomic
def issue_certificate(volunteer: Volunteer, *, since: date, until: date, by: Actor) -> Certificate:
    """Certify the counted hours of a period; the same hours asked for again give the same certificate."""
    guard_asking(volunteer, by)
    if until < since:
        raise Refusal(_("The last day lies before the first. Check both."), field="until")
    hours = list(queries.counted(volunteer, since, until)[: MOST_ENTRIES + 1])
    if not hours:
        raise Refusal(
            _(
                "No hours count in that period yet. Hours count after both sides have confirmed and the publicity is over."
            )
        )
    if len(hours) > MOST_ENTRIES:
        raise Refusal(
            _("That are more than %(most)d entries. Choose a shorter period.") % {"most": MOST_ENTRIES}
        )
    rows = certified_rows(hours)
    for standing in Certificate.objects.filter(
        volunteer=volunteer, since=since, until=until, withdrawn_at=None
    ):
        if standing.content["entries"] == rows:
            return standing

    certificate = numbered(volunteer, since, until, rows)

    record(
        "certificate_issued",
        by=by,
        subject_kind="certificate",
        subject=certificate.pk,
        area=volunteer.community_id,
        facts={
            "number": certificate.number,
            "volunteer": volunteer.number,
            "minutes": certificate.minutes,
            "digest": certificate.digest,
        },
    )

    return certificate


def guard_asking(volunteer: Volunteer, by: Actor) -> None:
    """The volunteer asks for themselves; a clerk of where they live may ask for them."""
    if by.person == volunteer.person_id:
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not cares_for(person, volunteer.community_id):
        raise NotAllowed(_("Certificates are issued to the volunteer, or by a clerk of where they live."))


def certified_rows(hours: list[HoursEntry]) -> list[dict[str, Any]]:
    """Each entry with the number of the journal entry that counted it."""
    counted = dict(
        Entry.objects.filter(
            subject_kind="hours", subject__in=[one.pk for one in hours], event="hours_counted"
        ).values_list("subject", "id")
    )
    return [
        {
            "entry": one.pk,
            "journal": counted.get(one.pk),
            "day": one.day.isoformat(),
            "kind": one.kind,
            "minutes": one.minutes,
            "area": one.area_id,
        }
        for one in hours
    ]


def numbered(volunteer: Volunteer, since: date, until: date, rows: list[dict[str, Any]]) -> Certificate:
    today, minutes = timezone.localdate(), sum(row["minutes"] for row in rows)
    for _try in range(TRIES):
        content = {
            "number": new_number(today),
            "volunteer": volunteer.number,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "minutes": minutes,
            "entries": rows,
        }
        try:
            with transaction.atomic():
                return Certificate.objects.create(
                    number=content["number"],
                    volunteer=volunteer,
                    since=since,
                    until=until,
                    minutes=minutes,
                    content=content,
                    digest=digest_of(content),
                )
        except IntegrityError:
            continue
    raise Refusal(_("No free number was found. Please try again in a moment."))


def withdraw_certificates_with(entry: HoursEntry, *, by: Actor) -> int:
    """Certificates that rest on an entry that no longer counts are withdrawn, and the volunteer is told."""
    found = list(queries.certificates_with(entry))
    for certificate in found:
        withdraw_certificate(certificate, reason=_("An entry in it was taken back."), by=by)
    return len(found)


@transaction.atomic
def withdraw_certificate(certificate: Certificate, *, reason: str, by: Actor) -> Certificate:
    standing = Certificate.objects.filter(pk=certificate.pk, withdrawn_at=None)
    if standing.update(withdrawn_at=timezone.now(), why_withdrawn=reason[:200]) != 1:
        return certificate

    record(
        "certificate_withdrawn",
        by=by,
        subject_kind="certificate",
        subject=certificate.pk,
        area=certificate.volunteer.community_id,
        words=reason,
        facts={"number": certificate.number, "digest": certificate.digest},
    )

    tell(
        "certificate_withdrawn",
        key=f"certificate_withdrawn:{certificate.pk}",
        person=certificate.volunteer.person,
        facts={"number": certificate.number},
        audience="volunteer",
    )
    certificate.refresh_from_db()
    return certificate


def check_certificate(number: str) -> Checked | None:
    """What stands behind a number today: content against digest, digest against the sealed journal."""
    certificate = queries.certificate_by_number(number)
    if certificate is None:
        return None
    entry = issue_entry(certificate)
    told = entry.facts.get("digest") if entry else None
    broken = digest_of(certificate.content) != certificate.digest or told != certificate.digest
    sealed = False
    if entry is not None:
        try:
            sealing.receipt(entry, with_words=False)
            sealed = True
        except sealing.NotSealed:
            sealed = False
        except sealing.SealBroken:
            broken = True
    return Checked(certificate, certificate.withdrawn_at is None and not broken, sealed, broken)


def issue_entry(certificate: Certificate) -> Entry | None:
    return Entry.objects.filter(
        subject_kind="certificate", subject=certificate.pk, event="certificate_issued"
    ).first()


def proofs_of(certificate: Certificate) -> list[dict[str, Any]]:
    """The sealed receipts of every entry in it, and of the certificate once it is old enough; without words.

    Raises NotSealed as long as an entry is too young; hours have been counted before, so that is rare.
    """
    numbers = [row["journal"] for row in certificate.content["entries"] if row["journal"]]
    entries = Entry.objects.filter(pk__in=numbers).order_by("pk")
    receipts = [sealing.receipt(entry, with_words=False) for entry in entries]
    issued = issue_entry(certificate)
    try:
        return [*receipts, sealing.receipt(issued, with_words=False)] if issued else receipts
    except sealing.NotSealed:
        return receipts
