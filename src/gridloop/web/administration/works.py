"""What each kind of errand does: tables that land, and the classifier that learns; loaded by web and worker alike."""

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.core.people.first_passwords import issue_first_passwords
from gridloop.core.people.importing import import_sheet
from gridloop.core.people.sheets import SHEETS
from gridloop.core.spreadsheets import write_rows
from gridloop.core.territory.importing import import_division
from gridloop.web.administration import sheets  # noqa: F401  its import adds our own sheets
from gridloop.web.administration.errands import KINDS, Outcome, Progress, errand_kind, folder
from gridloop.web.models import Errand


def land_sheet(errand: Errand, path: Path, by: Actor, progress: Progress) -> Outcome:
    """A sheet of people's or of settings' own."""
    result = import_sheet(errand.kind, path, by=by, progress=progress)
    counts = {"made": result.made, "changed": result.changed, "same": result.same}
    return Outcome(counts, [(_("Row %(row)d") % {"row": error.row}, error.reason) for error in result.errors])


for _name in SHEETS:
    KINDS.setdefault(_name, land_sheet)


@errand_kind("areas")
def land_areas(errand: Errand, path: Path, by: Actor, progress: Progress) -> Outcome:
    """A division table or a map of areas."""
    options = errand.options
    landed = import_division(
        path,
        by=by,
        within=options.get("within", ""),
        system=options.get("system", "wgs84"),
        progress=lambda _file, done, total: progress(done, total),
    )
    counts = {"made": landed.created, "changed": landed.changed, "same": landed.unchanged}
    wrong = [
        (_("Row %(row)d") % {"row": row.line} + (f" · {row.code}" if row.code else ""), str(row.words))
        for row in landed.wrong
    ]
    return Outcome(counts, wrong)


def password_table(errand: Errand) -> Path:
    """Where the passwords lie until they are fetched, or swept away a day later."""
    return folder() / f"{errand.key}.passwords"


@errand_kind("first_passwords")
def make_password_table(errand: Errand, path: Path, by: Actor, progress: Progress) -> Outcome:
    """Each password is written down only here, and nowhere once the table was fetched."""
    options = errand.options
    rows = list(issue_first_passwords(options["role"], again=options["again"], by=by, progress=progress))
    heads = [_("Sign-in name"), _("Full name"), _("Role"), _("Organisation"), _("Area"), _("First password")]
    place = password_table(errand)
    place.touch(mode=0o600)
    with place.open("wb") as file:
        file.writelines(write_rows(heads, rows))
    return Outcome({"made": len(rows)})


@errand_kind("train")
def train(errand: Errand, path: Path, by: Actor, progress: Progress) -> Outcome:
    """Learn, judge, and put in use."""
    # Learning needs a library that takes seconds to load: only who trains waits for it.
    from gridloop.core.dispatch.learning import corrected_cases, table_of, train_edition

    progress(0, 4)
    options = errand.options
    if options.get("own"):
        labelled, name = (
            corrected_cases(),
            _("Own cases until %(day)s") % {"day": timezone.localdate().isoformat()},
        )
    else:
        labelled, name = table_of(path, options["text_columns"], options["label_column"]), errand.name
    edition = train_edition(labelled, name=name[:60], by=by, progress=progress)
    return Outcome({"rows": edition.rows}, facts={"edition": edition.pk})
