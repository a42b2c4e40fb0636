"""What the engine refuses, in words the person who tried can act on."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate


class CaseError(Refusal):
    """A move or an opening that cannot be made."""

    code = "case_error"


class MoveNotPossible(TooLate):
    """The case is at a step from which this move does not lead on: often somebody else was first."""

    code = "move_not_possible"


class MoveNotAllowed(NotAllowed):
    """The move exists, but this person holds no post that may make it."""

    code = "move_not_allowed"


class NeedNotMet(CaseError):
    """The move must bring something that is missing or wrong; `field` names it."""

    code = "need_not_met"


def overtaken() -> MoveNotPossible:
    return MoveNotPossible(
        _("Somebody else changed this case a moment ago. Look at what happened, then decide again."),
        code="overtaken",
    )
