"""Stations from rows: organisations with a place."""

from collections.abc import Sequence
from typing import Any

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.people.models import Organisation
from gridloop.scenes.fire.registry.cells import number_in, point_in, words_in
from gridloop.scenes.fire.registry.landing.references import References, Values
from gridloop.scenes.fire.registry.landing.writing import Counts, Judged, given, write
from gridloop.scenes.fire.registry.models import Station


def prepare_stations(references: References, rows: Sequence[Values]) -> None:
    references.locate(rows)


def judge_stations(references: References, values: Values) -> Judged:
    point, where = point_in(values, references.system), references.where(values)
    assert point is not None
    facts: dict[str, Any] = {"longitude": point[0], "latitude": point[1]}
    facts |= given(crew=number_in(values, "crew", 0, 500), equipment=words_in(values, "equipment", 200))
    more = {"name": words_in(values, "name", 120), "area": where.community}
    return Judged(words_in(values, "code", 40), facts, more)


def settle_stations(references: References, rows: list[Judged], counts: Counts) -> None:
    """A station is an organisation with a place: the organisation is founded with it."""
    units = {one.code: one for one in Organisation.objects.filter(code__in=[each.key for each in rows])}
    new = [
        Organisation(code=each.key, name=each.more["name"], kind="team", area_id=each.more["area"])
        for each in rows
        if each.key not in units
    ]
    Organisation.objects.bulk_create(new)
    record_all(
        new_entry("organisation_founded", by=references.by, subject_kind="organisation", subject=one.pk, area=one.area_id, after=one.kind)
        for one in new
    )  # fmt: skip
    units |= {one.code: one for one in new}
    for each in rows:
        each.key = units[each.key].pk
    known = {
        one.organisation_id: one
        for one in Station.objects.filter(organisation__in=[each.key for each in rows])
    }
    write(Station, ("organisation_id",), rows, known, counts, retired_at=None)
