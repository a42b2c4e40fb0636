"""Cameras from rows."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.fire.registry.cells import point_in, words_in
from gridloop.scenes.fire.registry.landing.references import References, Values, in_parts
from gridloop.scenes.fire.registry.landing.writing import Counts, Judged, given, write
from gridloop.scenes.fire.registry.models import Camera


def prepare_cameras(references: References, rows: Sequence[Values]) -> None:
    references.locate(rows)
    references.read_premises(rows)


def judge_cameras(references: References, values: Values) -> Judged:
    point, where = point_in(values, references.system), references.where(values)
    assert point is not None  # both columns are needed
    address = words_in(values, "address", 300)
    if address and not address.startswith(("http://", "https://")):
        raise Refusal(_("A link begins with http:// or https://."))
    facts = {
        "name": words_in(values, "name", 80),
        "longitude": point[0],
        "latitude": point[1],
        "grid_id": where.grid,
    }
    facts |= given(premises_id=references.premises_at(values.get("premises", "").strip()), address=address)
    return Judged(words_in(values, "code", 40), facts)


def settle_cameras(references: References, rows: list[Judged], counts: Counts) -> None:
    known = {one.code: one for one in in_parts(Camera.objects.all(), "code", [each.key for each in rows])}
    write(Camera, ("code",), rows, known, counts, retired_at=None)
