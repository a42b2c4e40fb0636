"""Figures over the JSON API: every indicator with its arithmetic, of areas and units within reach."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from gridloop.api import schemas
from gridloop.api.bearer import MEASURES, person_in
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.measures.indicators import INDICATORS
from gridloop.core.measures.queries import figures
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of

router = Router(tags=["measures"])


@router.get("/measures", auth=MEASURES, response=list[schemas.FigureLine], summary="Read figures")
def read_figures(
    request: HttpRequest,
    dimension: Literal["area", "unit"],
    member: schemas.Id,
    since: schemas.Day | None = None,
    until: schemas.Day | None = None,
) -> list[dict[str, Any]]:
    """Every indicator of an area or a unit from `since` to `until`, both days included."""
    require_within(person_in(request), dimension, member)
    if since and until and since > until:
        raise Refusal(_("The first day lies after the last."), field="since")
    return [
        {
            "indicator": name,
            "title": str(INDICATORS[name].title),
            "value": found.value,
            "unit": INDICATORS[name].unit,
            "numerator": found.numerator,
            "denominator": found.denominator,
            "arithmetic": str(found.words),
        }
        for name, found in figures(dimension, member, since, until).items()
    ]


def require_within(person: Person | None, dimension: str, member: int) -> None:
    """Figures follow the rule of cases: one's own areas and units."""
    reach = reach_of(person) if person else None
    mine = (reach.areas if dimension == "area" else reach.organisations) if reach else frozenset()
    if member not in mine:
        raise NotFound(_("There are no figures for this, or they are not yours to see."), field="member")
