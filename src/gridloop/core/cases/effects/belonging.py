"""Cases that belong together: joined, folded into one another, split into parts."""

from django.utils.translation import gettext as _

from gridloop.core.cases import opening
from gridloop.core.cases.errors import CaseError, NeedNotMet
from gridloop.core.cases.models import Case, Link, Party
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.standing import Standing


def join(moving: Moving) -> None:
    """Me too: another resident stands behind the case and gets every update."""
    if moving.by.person is None:
        raise CaseError(
            _("Sign in with your phone number first, so that we can tell you what becomes of it.")
        )
    _made, fresh = Party.objects.get_or_create(
        case=moving.case, person_id=moving.by.person, defaults={"role": "joined", "at": moving.now}
    )
    if not fresh:
        raise CaseError(_("You stand behind this case already; you will hear of every step."))
    moving.case.voices += 1


def speak_for_oneself(moving: Moving) -> None:
    """Nobody withdraws what others stand behind as well."""
    if moving.case.parties.behind().exclude(person=moving.by.person or moving.case.reporter_id).exists():
        raise CaseError(
            _(
                "Others stand behind this matter as well, so it goes on for them. Tell us with a reminder that it is over for you."
            )
        )


def fold_into(moving: Moving) -> None:
    """A duplicate ends; its reporters stand behind the other case from now on."""
    target = Case.objects.select_for_update().get(pk=moving.facts["case"])
    if target.kind != moving.case.kind or not moving.move.who.holds(Standing.of(target, moving.by)):
        raise NeedNotMet(_("Choose a case of the same kind that lies with you as well."), field="case")
    if target.duplicate_of_id is not None:
        raise CaseError(_("That case is a duplicate itself; choose the one it leads to."))
    known = set(target.parties.values_list("person_id", flat=True))
    arriving = [party for party in moving.case.parties.behind() if party.person_id not in known]
    Party.objects.bulk_create(
        Party(case=target, person_id=party.person_id, role="joined", at=moving.now) for party in arriving
    )
    moving.case.duplicate_of = target
    Link.objects.get_or_create(one=moving.case, other=target, relation="duplicate")
    voices = target.voices + max(len(arriving), 1)
    Case.objects.filter(pk=target.pk, turn=target.turn).update(voices=voices, turn=target.turn + 1)


def split(moving: Moving) -> None:
    """Each part becomes a case of its own; the whole waits for its parts, and its reporter judges the whole."""
    parts = [
        opening.open_part(moving.case, title, by=moving.by, at=moving.now) for title in moving.facts["parts"]
    ]
    moving.told["parts"] = [part.pk for part in parts]


def wait_for_parts(moving: Moving) -> None:
    """A case that was split is complete when its parts are."""
    waiting = moving.case.parts.filter(open=True, completed_at=None).values_list("number", flat=True)
    if waiting:
        raise CaseError(_("These parts are still open: %(numbers)s.") % {"numbers": ", ".join(waiting)})
