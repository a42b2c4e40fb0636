"""A form for any move: its fields are the move's needs, so a new row in a flow needs no new page."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Listed, Move, Need, Words
from gridloop.core.cases.models import Case, Category, Urgency
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation, OrganisationKind, Post
from gridloop.core.people.roles import ROLES

HANDLING_KINDS = (
    OrganisationKind.BUREAU,
    OrganisationKind.COMMITTEE,
    OrganisationKind.PROPERTY,
    OrganisationKind.HOSPITAL,
    OrganisationKind.FIRM,
)
RATINGS = (
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Fairly satisfied")),
    (2, _("Not satisfied")),
    (1, _("Not satisfied at all")),
)

# A long list becomes a field one types a part of a name into (front/src/app/choosing.ts).
TYPED_INTO = {"data-choose": _("Type to find"), "data-none": _("Nothing has this name")}


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Zero to nine uploaded photos."""

    widget = ManyFilesInput(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class PositionInput(forms.MultiWidget):
    """Two numbers a phone fills in; the page's script asks for the position when its button is pressed."""

    template_name = "web/components/position.html"
    use_fieldset = False  # one button, not two fields

    def __init__(self) -> None:
        super().__init__({"longitude": forms.HiddenInput(), "latitude": forms.HiddenInput()})

    def decompress(self, value: Any) -> list[Any]:
        return [value.get("longitude"), value.get("latitude")] if value else [None, None]


class PositionField(forms.MultiValueField):
    """{"longitude", "latitude"} in WGS84, or None."""

    def __init__(self, **options: Any) -> None:
        fields = (forms.FloatField(required=False), forms.FloatField(required=False))
        super().__init__(fields, widget=PositionInput(), require_all_fields=False, **options)

    def compress(self, values: list[Any]) -> dict[str, float] | None:
        if not values or None in values:
            return None
        return {"longitude": values[0], "latitude": values[1]}


class PlaceInput(forms.MultiWidget):
    """Words, or a touch on the map; posts what a place picker posts (components/place_picker.html)."""

    shape = "place"

    def __init__(self) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            "": forms.TextInput(),
            "longitude": forms.HiddenInput(),
            "latitude": forms.HiddenInput(),
        }
        super().__init__(parts)

    def decompress(self, value: Any) -> list[Any]:
        return [value.get(name) for name in ("words", "longitude", "latitude")] if value else [None] * 3


class PlaceField(forms.MultiValueField):
    """{"words", "longitude", "latitude"}, or None."""

    def __init__(self, **options: Any) -> None:
        fields = (forms.CharField(max_length=200, required=False), *(forms.FloatField(required=False),) * 2)
        super().__init__(fields, widget=PlaceInput(), require_all_fields=False, **options)

    def compress(self, values: list[Any]) -> dict[str, Any] | None:
        return dict(zip(("words", "longitude", "latitude"), values, strict=True)) if any(values) else None


def handling_units() -> Any:
    """The organisations a case can be given to; a firm only where somebody handles cases in it."""
    handling = [name for name, role in ROLES.items() if "handle" in role.may]
    staffed = Post.objects.filter(role__in=handling).values("organisation")
    firms = Q(kind=OrganisationKind.FIRM) & ~Q(pk__in=staffed)
    units = Organisation.objects.filter(kind__in=HANDLING_KINDS, retired_at=None).exclude(firms)
    return units.order_by("kind", "name")


def unit_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Those organisations by kind, for a select; one query."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for pk, name, kind in handling_units().values_list("pk", "name", "kind"):
        groups.setdefault(str(OrganisationKind(kind).label), []).append((pk, name))
    return list(groups.items())


def grouped_categories(edition: str = "") -> list[tuple[str, list[tuple[int, str]]]]:
    """The classes by their major class, for a select; one query. Without an edition: those no kind has for itself."""
    majors: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    minors = []
    listed = Category.objects.filter(retired_at=None).order_by("code")
    for category in (
        listed.filter(edition=edition) if edition else listed.exclude(edition__in=kinds.editions_of_kinds())
    ):
        if category.parent_id is None:
            majors[category.pk] = (category.name, [(category.pk, category.name)])
        else:
            minors.append(category)
    for category in minors:
        if category.parent_id in majors:
            majors[category.parent_id][1].append((category.pk, category.name))
    return list(majors.values())


def _options(need: Need) -> dict[str, Any]:
    return {"label": need.title, "required": need.required, "help_text": need.hint}


FIELDS: dict[str, Callable[[Need], forms.Field]] = {
    "text": lambda need: forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=need.longest, **_options(need)
    ),
    "choice": lambda need: forms.ChoiceField(
        choices=list(need.choices.items()), widget=forms.RadioSelect, **_options(need)
    ),
    "photos": lambda need: ManyFilesField(**_options(need)),
    "position": lambda need: PositionField(**_options(need)),
    "organisation": lambda need: forms.TypedChoiceField(
        choices=lambda: [("", "—"), *unit_choices()],
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs=TYPED_INTO),
        **_options(need),
    ),
    "organisations": lambda need: forms.TypedMultipleChoiceField(
        choices=unit_choices,
        coerce=int,
        widget=forms.SelectMultiple(attrs={"size": 5, **TYPED_INTO}),
        **_options(need),
    ),
    "category": lambda need: forms.TypedChoiceField(
        choices=lambda: [("", "—"), *grouped_categories()],
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs=TYPED_INTO),
        **_options(need),
    ),
    "urgency": lambda need: forms.TypedChoiceField(
        choices=[("", "—"), *Urgency.choices], coerce=int, empty_value=None, **_options(need)
    ),
    "case": lambda need: forms.CharField(max_length=24, **_options(need)),
    "days": lambda need: forms.IntegerField(min_value=1, max_value=90, **_options(need)),
    "date": lambda need: forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **_options(need)),
    "rating": lambda need: forms.TypedChoiceField(
        choices=RATINGS, coerce=int, widget=forms.RadioSelect, **_options(need)
    ),
    "parts": lambda need: forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **_options(need)),
    "level": lambda need: forms.ChoiceField(
        choices=[("grid", _("Grid")), ("town", _("Town")), ("county", _("County"))], **_options(need)
    ),
    "person": lambda need: (
        forms.TypedChoiceField(
            choices=lambda: [("", "—"), *need.choices.items()], coerce=int, empty_value=None, **_options(need)
        )
        if isinstance(need.choices, Listed)
        else forms.IntegerField(**_options(need))
    ),
    "place": lambda need: PlaceField(**_options(need)),
    "yes_no": lambda need: forms.BooleanField(**{**_options(need), "required": False}),
}


class MoveForm(forms.Form):
    """The form of one move on one case; `turn` carries what the person saw, so that nobody overrules unseen."""

    sends: Words = ""  # what the button says where it is not the move's title
    turn = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, move: Move, case: Case | None, *arguments: Any, **options: Any) -> None:
        options.setdefault("prefix", move.name)
        if case is not None:
            options["initial"] = {
                "turn": case.turn,
                "key": uuid.uuid4(),
                "category": case.category_id,
                **options.get("initial", {}),
            }
        super().__init__(*arguments, **options)
        self.move = move
        for need in move.needs:
            field = self.fields[need.name] = FIELDS[need.kind](need)
            if need.kind == "category" and case is not None:
                edition = kinds.kind(case.kind).edition
                field.choices = [("", "—"), *grouped_categories(edition)]  # type: ignore[attr-defined]

    def visible_needs(self) -> Iterable[forms.BoundField]:
        return (self[need.name] for need in self.move.needs)

    def facts(self, by: Actor) -> dict[str, Any]:
        """What the engine wants: ids, and stored files instead of uploads."""
        facts: dict[str, Any] = {}
        for need in self.move.needs:
            value = self.cleaned_data.get(need.name)
            if value in (None, "", []):
                continue
            if need.kind == "photos":
                value = [keep_photo(upload, by=by).pk for upload in value]
            facts[need.name] = value
        return facts
