"""The errand that lands a spreadsheet of volunteers; loaded by the web and the worker alike."""

from pathlib import Path

from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.scenes.volunteers.roster.importing import import_volunteers
from gridloop.web.administration.errands import Outcome, Progress, errand_kind
from gridloop.web.models import Errand

KIND = "volunteers"


@errand_kind(KIND)
def land_volunteers(errand: Errand, path: Path, by: Actor, progress: Progress) -> Outcome:
    """A sheet of volunteers."""
    landed = import_volunteers(path, by=by, progress=progress)
    counts = {name: getattr(landed, name) for name in ("made", "changed", "same", "merged")}
    return Outcome(counts, [(_("Row %(row)d") % {"row": error.row}, error.reason) for error in landed.errors])
