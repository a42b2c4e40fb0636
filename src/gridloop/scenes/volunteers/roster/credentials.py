"""Licences and certificates: handed in by the volunteer, confirmed by somebody else, reminded before they expire."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.telling import Telling
from gridloop.core.people.queries import require
from gridloop.scenes.volunteers.roster.models import Credential, Skill, Volunteer
from gridloop.scenes.volunteers.roster.queries import CARE
from gridloop.scenes.volunteers.roster.skills import skill_in_words

REMINDED_BEFORE = timedelta(days=30)
AT_ONCE = 500


@transaction.atomic
def add_credential(
    volunteer: Volunteer,
    skill: Skill,
    *,
    number: str = "",
    valid_until: date | None = None,
    file: File | None = None,
    by: Actor,
) -> Credential:
    """Hands in a paper for a skill; it counts once somebody of the community has confirmed it."""
    if by.person is None or by.person != volunteer.person_id:
        require(by, CARE, volunteer.community_id)
    if valid_until is not None and valid_until < timezone.localdate():
        raise Refusal(_("This paper has expired. Hand in the renewed one."), field="valid_until")
    if len(number.strip()) > 60:
        raise Refusal(_("A paper's number has at most 60 characters."), field="number")
    try:
        with transaction.atomic():
            credential = Credential.objects.create(
                volunteer=volunteer, skill=skill, number=number.strip(), valid_until=valid_until, file=file
            )
    except IntegrityError as twice:
        known = Credential.objects.get(volunteer=volunteer, skill=skill, number=number.strip())
        return renewed(known, valid_until, file, by, twice)
    volunteer.skills.add(skill)

    record_credential("credential_added", credential, by)
    return credential


def renewed(
    known: Credential, valid_until: date | None, file: File | None, by: Actor, twice: Exception
) -> Credential:
    """The same paper handed in again: with a new date it waits to be confirmed anew, else nothing happens."""
    if known.withdrawn_at is None and known.valid_until == valid_until and file is None:
        raise TooLate(_("This paper is here already."), field="number") from twice
    known.valid_until, known.file = valid_until, file or known.file
    known.confirmed_at = known.confirmed_by = known.withdrawn_at = known.reminded_at = None
    known.added_at = timezone.now()
    known.save()
    known.volunteer.skills.add(known.skill)

    record_credential("credential_added", known, by)
    return known


@transaction.atomic
def confirm_credential(credential: Credential, *, by: Actor) -> Credential:
    """Somebody of the community, never the volunteer, has compared it with the paper."""
    guard_other(credential, by)
    if credential.valid_until is not None and credential.valid_until < timezone.localdate():
        raise Refusal(_("This paper has expired. Ask for the renewed one."), field="valid_until")
    waiting = Credential.objects.filter(pk=credential.pk, confirmed_at=None, withdrawn_at=None)
    now = timezone.now()
    if waiting.update(confirmed_at=now, confirmed_by=by.person) != 1:
        raise TooLate(_("Somebody has confirmed or withdrawn this paper already."))
    credential.confirmed_at, credential.confirmed_by_id = now, by.person

    record_credential("credential_confirmed", credential, by)
    tell_volunteers("credential_confirmed", [credential])
    return credential


@transaction.atomic
def withdraw_credential(credential: Credential, *, reason: str = "", by: Actor) -> Credential:
    """The paper counts no more: taken back by the volunteer, or found wrong by the community, which says why."""
    own = by.person is not None and by.person == credential.volunteer.person_id
    if not own:
        require(by, CARE, credential.volunteer.community_id)
        if not reason.strip():
            raise Refusal(_("Say why, so that the volunteer knows what to do."), field="reason")
    now = timezone.now()
    if Credential.objects.filter(pk=credential.pk, withdrawn_at=None).update(withdrawn_at=now) != 1:
        raise TooLate(_("This paper has been withdrawn already."))
    credential.withdrawn_at = now

    record_credential("credential_withdrawn", credential, by, words=reason.strip())
    if not own:
        tell_volunteers("credential_withdrawn", [credential], reason=reason.strip())
    return credential


@transaction.atomic
def remind_of_expiry() -> int:
    """Volunteers whose confirmed papers expire within a month hear of it, once for each paper and date."""
    today = timezone.localdate()
    soon = list(
        Credential.objects.filter(
            valid_until__range=(today, today + REMINDED_BEFORE), reminded_at=None, withdrawn_at=None,
            confirmed_at__isnull=False, volunteer__left_at=None,
        )
        .select_related("volunteer", "skill")
        .order_by("pk")[:AT_ONCE]
    )  # fmt: skip
    if not soon:
        return 0
    Credential.objects.filter(pk__in=[each.pk for each in soon]).update(reminded_at=timezone.now())

    record("credentials_reminded", by=SYSTEM, facts={"count": len(soon)})
    tell_volunteers("credential_expiring", soon)
    return len(soon)


def guard_other(credential: Credential, by: Actor) -> None:
    if by.person is not None and by.person == credential.volunteer.person_id:
        raise NotAllowed(_("Somebody else has to confirm this."))
    require(by, CARE, credential.volunteer.community_id)


def record_credential(event: str, credential: Credential, by: Actor, *, words: str = "") -> None:
    record(
        event,
        by=by,
        subject_kind="volunteer",
        subject=credential.volunteer_id,
        area=credential.volunteer.community_id,
        words=words,
        facts={"credential": credential.pk, "skill": credential.skill.code},
    )


def tell_volunteers(event: str, credentials: list[Credential], *, reason: str = "") -> None:
    tell_many(
        [
            Telling(
                event, f"{event}:{each.pk}:{each.valid_until}:{each.added_at:%Y%m%d%H%M%S}", "volunteer",
                person=each.volunteer.person_id, address="/volunteer/credentials/",
                facts={"skill": skill_in_words(each.skill), "day": each.valid_until or "", "reason": reason},
            )
            for each in credentials
        ]
    )  # fmt: skip
