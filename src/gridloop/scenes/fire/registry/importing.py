"""The register from spreadsheets: read, judged row by row, written in a few statements; wrong rows are listed."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.importing import named_rows
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may, reach_of
from gridloop.core.people.sheets import Sheet
from gridloop.core.spreadsheets import RowError, read_rows, write_rows
from gridloop.scenes.fire.ingest.registering import registry_edition
from gridloop.scenes.fire.registry.landing.devices import bind_panels
from gridloop.scenes.fire.registry.landing.references import References
from gridloop.scenes.fire.registry.landing.steps import STEPS
from gridloop.scenes.fire.registry.landing.writing import Judged
from gridloop.scenes.fire.registry.queries import require_registrar
from gridloop.scenes.fire.registry.tables import TABLES

CHUNK = 2_000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Landed:
    """What came of an import."""

    made: int = 0
    changed: int = 0
    same: int = 0
    errors: list[RowError] = field(default_factory=list)


def import_register(
    what: str,
    source: BinaryIO | bytes | str | Path,
    *,
    by: Actor,
    system: str = "wgs84",
    progress: Progress = lambda done, total: None,
) -> Landed:
    """Lands every row that is right. `what`: a key of TABLES; `system`: of the coordinates. Twice the same file changes
    nothing the second time."""
    require_registrar(by)
    if what not in TABLES:
        raise NotFound(_("There is no such table."))
    table, landed = TABLES[what], Landed()
    # `named_rows` asks nothing of a sheet but its columns.
    rows = list(named_rows(cast(Sheet, table), read_rows(source)))
    references = References(by=by, system=system, areas=areas_of(by))
    needed = [(column.field, column.title) for column in table.columns if column.needed]

    with transaction.atomic():
        for done, chunk in enumerate(chunks(rows, CHUNK)):
            progress(done * CHUNK, len(rows))
            land_chunk(what, chunk, needed, references, landed)
        if what == "devices":
            bind_panels(references, landed.errors)
        landed.errors.sort(key=lambda error: error.row)
        counts = {name: getattr(landed, name) for name in ("made", "changed", "same")}
        record(
            "fire_register_imported",
            by=by,
            subject_kind="fire",
            facts={"what": what, **counts, "errors": len(landed.errors)},
        )
        if landed.made or landed.changed:
            registry_edition.renew()
    return landed


def areas_of(by: Actor) -> Collection[int] | None:
    """The areas into which the actor may write; None: everywhere (administrators, gridloop itself)."""
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None or may(person, "administer"):
        return None
    return reach_of(person).areas


Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    waiting = iter(items)
    while chunk := list(itertools.islice(waiting, size)):
        yield chunk


def land_chunk(
    what: str,
    chunk: Sequence[tuple[int, Mapping[str, str]]],
    needed: Sequence[tuple[str, Any]],
    references: References,
    landed: Landed,
) -> None:
    """Judge each row, then write those that are right."""
    prepare, judge, settle = STEPS[what]
    prepare(references, [values for _number, values in chunk])
    right: dict[Any, Judged] = {}
    for number, values in chunk:
        try:
            for name, title in needed:
                if not values.get(name, "").strip():
                    raise Refusal(_("“%(name)s” is empty.") % {"name": title})
            judged = judge(references, values)
            if judged.key in right or judged.key in references.seen:
                raise Refusal(_("This code stands in the file twice."))
            judged.row = number
            right[judged.key] = judged
        except Refusal as refusal:
            landed.errors.append(RowError(number, str(refusal.words)))
    references.seen.update(right)
    settle(references, list(right.values()), landed)


def write_template(what: str) -> Iterator[bytes]:
    """An empty file with headers and, in the second row, what each column wants."""
    table = TABLES[what]
    headers = [f"{column.title}*" if column.needed else str(column.title) for column in table.columns]
    return write_rows(headers, [], notes=[column.note for column in table.columns], title=str(table.title))


def write_errors(errors: Sequence[RowError]) -> Iterator[bytes]:
    """The rows left out, with a reason each."""
    return write_rows([_("Row"), _("Reason")], [[error.row, error.reason] for error in errors])
