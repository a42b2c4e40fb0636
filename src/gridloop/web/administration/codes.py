"""Codes nobody knows by heart: fields that ask for the code of an area or an organisation offer their names."""

from collections.abc import Callable, Iterable

from django import forms

from gridloop.core.people.models import Organisation
from gridloop.core.territory import tree

MOST = 5000  # of a larger territory the smallest areas are typed in full
Codes = Iterable[tuple[str, str]]  # code, name


def area_codes() -> Codes:
    """From the picture in memory, the larger areas first."""
    picture = tree.current()
    listed = sorted((area for area in picture if not picture.is_retired(area)), key=picture.rank)
    return [(picture.code(area), picture.full_name(area)) for area in listed[:MOST]]


def organisation_codes() -> Codes:
    return Organisation.objects.filter(retired_at=None).order_by("name").values_list("code", "name")


LISTS: dict[str, Callable[[], Codes]] = {"areas": area_codes, "organisations": organisation_codes}


def by_code(kind: str) -> forms.TextInput:
    """A field for a code; typing a part of the name offers what bears it (the page holds the list once)."""
    return forms.TextInput(attrs={"list": f"codes-{kind}", "autocomplete": "off"})


def lists_for(form: forms.BaseForm) -> list[tuple[str, Codes]]:
    """The lists the fields of a form point at."""
    wanted = {str(field.widget.attrs.get("list", "")) for field in form.fields.values()}
    return [(f"codes-{kind}", codes()) for kind, codes in LISTS.items() if f"codes-{kind}" in wanted]
