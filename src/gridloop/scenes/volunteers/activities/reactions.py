"""What activities do when a team is dissolved or a volunteer leaves."""

from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import TooLate
from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.activities.actions import cancel_shifts_of_team
from gridloop.scenes.volunteers.activities.models import Signup, SignupState
from gridloop.scenes.volunteers.activities.signing_up import cancel_signup
from gridloop.scenes.volunteers.roster.models import Team


def call_off_activities(entry: Entry) -> None:
    """A dissolved team's coming shifts are cancelled, and everybody who signed up is told."""
    team = Team.objects.filter(pk=entry.subject or 0).first()
    if team is not None:
        cancel_shifts_of_team(team, by=SYSTEM)


def free_places(entry: Entry) -> None:
    """Whoever leaves the volunteers gives their places back; the waiting lists move up."""
    coming = Signup.objects.filter(
        volunteer=entry.subject,
        state__in=[SignupState.SIGNED_UP, SignupState.WAITING],
        shift__since__gt=timezone.now(),
    ).select_related("shift__activity", "volunteer")
    for signup in coming:
        try:
            cancel_signup(signup, by=SYSTEM)
        except TooLate:
            continue  # cancelled meanwhile


REACTIONS = {"team_dissolved": call_off_activities, "volunteer_left": free_places}
