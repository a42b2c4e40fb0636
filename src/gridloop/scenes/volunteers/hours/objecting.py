"""Objections to hours in publicity: made by anybody who is signed in, decided by a clerk of the place."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.clocks.timers import set_timer
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.hours.actions import record_hours, reverse_hours, shift_state
from gridloop.scenes.volunteers.hours.models import HoursEntry, HoursStanding, HoursState, Objection
from gridloop.scenes.volunteers.hours.telling import tell_clerks, tell_objector, tell_volunteer
from gridloop.scenes.volunteers.roster.queries import cares_for


@transaction.atomic
def object_to_hours(entry: HoursEntry, *, words: str, by: Actor) -> Objection:
    """Doubt hours while they are shown; they wait until a clerk has decided."""
    if by.person is None:
        raise NotAllowed(_("Sign in first, so that we can answer you."))
    if by.person == entry.volunteer.person_id:
        raise NotAllowed(_("These are your own hours. Take them back instead."))
    if len(words.strip()) < 4:
        raise Refusal(_("Say in a few words what is not right."), field="words")
    standing = HoursStanding.objects.select_for_update().get(entry=entry)
    open_to_doubt = standing.state == HoursState.OBJECTED or (
        standing.state == HoursState.PUBLISHED and (standing.public_until or timezone.now()) > timezone.now()
    )
    if not open_to_doubt:
        raise TooLate(_("The publicity of these hours is over. Tell the community if they are wrong."))

    try:
        with transaction.atomic():
            objection = Objection.objects.create(entry=entry, person_id=by.person, words=words.strip())
    except IntegrityError:
        raise TooLate(_("You have objected to these hours already.")) from None
    shift_state(entry, (HoursState.PUBLISHED,), HoursState.OBJECTED)

    record_hours("hours_objected", entry, by=by, before=standing.state, after=HoursState.OBJECTED, words=words.strip(),
        facts={"objection": objection.pk},
    )  # fmt: skip

    tell_clerks(entry, "hours_objected", key=f"objection:{objection.pk}")
    return objection


@transaction.atomic
def decide_objection(objection: Objection, *, upheld: bool, answer: str, by: Actor) -> Objection:
    """Upheld: the hours are reversed. Dismissed: the publicity goes on, and both sides read why."""
    entry = objection.entry
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or not cares_for(person, entry.area_id):
        raise NotAllowed(_("Objections are decided by a clerk of the community the hours were done in."))
    if person.pk in (entry.volunteer.person_id, objection.person_id):
        raise NotAllowed(_("You cannot decide about your own hours or your own objection. Ask a colleague."))
    if not answer.strip():
        raise Refusal(_("Say why; both sides will read it."), field="answer")
    undecided = Objection.objects.filter(pk=objection.pk, decided_at=None)
    if (
        undecided.update(decided_at=timezone.now(), decided_by=person, upheld=upheld, answer=answer.strip())
        != 1
    ):
        raise TooLate(_("This objection is decided already."))

    record_hours("objection_decided", entry, by=by, words=answer.strip(),
        facts={"objection": objection.pk, "upheld": upheld},
    )  # fmt: skip

    objection.refresh_from_db()
    if upheld:
        reverse_hours(entry, reason=answer, by=by)
    elif not entry.objections.filter(decided_at=None).exists():
        resume_publicity(entry, by=by)
        tell_volunteer(entry, "objection_dismissed", words=answer.strip(), suffix=f":{objection.pk}")
    tell_objector(objection)
    return objection


def resume_publicity(entry: HoursEntry, *, by: Actor) -> None:
    """What was left of the publicity goes on; what has passed meanwhile counts."""
    if not shift_state(entry, (HoursState.OBJECTED,), HoursState.PUBLISHED):
        return
    until = HoursStanding.objects.get(entry=entry).public_until or timezone.now()
    set_timer(f"hours:{entry.pk}", "hours_publicity_over", until, {"entry": entry.pk})

    record_hours("hours_published", entry, by=by, before=HoursState.OBJECTED, after=HoursState.PUBLISHED)
