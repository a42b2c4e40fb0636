"""The errands that land the register's tables; loaded by the web and the worker alike."""

from pathlib import Path

from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.scenes.fire.registry.importing import import_register
from gridloop.scenes.fire.registry.tables import TABLES
from gridloop.web.administration.errands import Outcome, Progress, errand_kind
from gridloop.web.models import Errand

PREFIX = "fire_"


def land_table(errand: Errand, path: Path, by: Actor, progress: Progress) -> Outcome:
    """One table of the register."""
    landed = import_register(
        errand.kind.removeprefix(PREFIX),
        path,
        by=by,
        system=errand.options.get("system", "wgs84"),
        progress=progress,
    )
    counts = {name: getattr(landed, name) for name in ("made", "changed", "same")}
    return Outcome(counts, [(_("Row %(row)d") % {"row": error.row}, error.reason) for error in landed.errors])


for _name in TABLES:
    errand_kind(f"{PREFIX}{_name}")(land_table)
