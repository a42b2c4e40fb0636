"""What a move brings, as other systems name it: photos by key, classes and units by code, cases by number."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gridloop.api.intake import class_with_code, photos_of
from gridloop.api.models import Token
from gridloop.core.cases import kinds
from gridloop.core.cases.errors import NeedNotMet
from gridloop.core.cases.flow import Need
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import case_within_reach
from gridloop.core.people.models import Organisation

PLAIN = (str, int, float, bool)


def facts_for(token: Token, case: Case, move: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts the engine wants, from the ones that were sent; what the move does not need is left out."""
    needs = {need.name: need for row in kinds.kind(case.kind).named(move) for need in row.needs}
    return {
        name: fact_for(token, needs[name], value)
        for name, value in given.items()
        if name in needs and value not in (None, "", [])
    }


def fact_for(token: Token, need: Need, value: Any) -> Any:
    if need.kind == "photos":
        return [file.pk for file in photos_of(token, keys_in(need, value))]
    if need.kind in ("position", "place"):
        return value if isinstance(value, dict) else wrong(need)
    if need.kind in ("organisations", "parts"):
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, PLAIN) for item in items):
            wrong(need)
        return (
            [unit(item) for item in items] if need.kind == "organisations" else [str(item) for item in items]
        )
    if not isinstance(value, PLAIN):
        wrong(need)
    if need.kind == "category" and isinstance(value, str):
        return class_with_code(value).pk
    if need.kind == "organisation":
        return unit(value)
    if need.kind == "case":
        return case_within_reach(token.person, str(value)).number
    return value


def keys_in(need: Need, value: Any) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(str(key)) for key in (value if isinstance(value, list) else [value])]
    except ValueError:
        return wrong(need)


def unit(value: Any) -> Any:
    """A unit's id, or its code."""
    if isinstance(value, str) and not value.isdigit():
        return (
            Organisation.objects.filter(code=value, retired_at=None).values_list("pk", flat=True).first() or 0
        )
    return value


def wrong(need: Need) -> Any:
    raise NeedNotMet(
        _("“%(what)s” came in a form that cannot be read.") % {"what": need.title}, field=need.name
    )
