"""What people fill in about entries of the lists, claims, and stations."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Organisation
from gridloop.core.territory import tree
from gridloop.core.territory.coordinates import to_wgs84
from gridloop.scenes.volunteers.listings.models import ItemKind, ListKind, Topic
from gridloop.scenes.volunteers.roster.forms import place_named
from gridloop.scenes.volunteers.roster.models import Skill
from gridloop.scenes.volunteers.roster.queries import community_at, usable_skills


def communities() -> list[tuple[str | int, Any]]:
    """Every community by its town, from the picture of the territory in memory."""
    picture = tree.current()
    found: list[tuple[Any, Any]] = [("", _("The whole county"))]
    for town in picture.at_level("town"):
        inside = [(pk, picture.name(pk)) for pk in picture.at_level("community", town)]
        found.append(
            (picture.name(town), [(town, _("All of %(town)s") % {"town": picture.name(town)}), *inside])
        )
    return found


class ListFilter(forms.Form):
    """The narrowing of a list; what cannot be read is left out."""

    kind = forms.ChoiceField(required=False, choices=[("", ""), *ListKind.choices], widget=forms.HiddenInput)
    q = forms.CharField(label=_("Keywords"), required=False, max_length=60)
    community = forms.TypedChoiceField(
        label=_("Where"), required=False, coerce=int, empty_value=None, choices=communities
    )
    topic = forms.ChoiceField(
        label=_("About"), required=False, choices=[("", _("Everything")), *Topic.choices]
    )


class ListingForm(forms.Form):
    """One entry."""

    kind = forms.ChoiceField(
        label=_("Which list"), widget=forms.RadioSelect,
        choices=[("need", _("I need something")), ("resource", _("I can lend or give something")),
                 ("service", _("I can do something"))],
    )  # fmt: skip
    title = forms.CharField(label=_("In one line"), max_length=60)
    words = forms.CharField(
        label=_("More about it"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Leave telephone numbers and addresses out: people reach you through this page."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("About"), choices=Topic.choices)
    community = forms.TypedChoiceField(label=_("Where"), coerce=int)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=999, initial=1)
    until = forms.DateField(
        label=_("Until when"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    public = forms.BooleanField(
        label=_("For everybody, not only for my community"), required=False, initial=True
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        named["initial"] = {"key": uuid.uuid4(), "topic": Topic.CARE, **named.get("initial", {})}
        super().__init__(*given, **named)
        field = self.fields["community"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Choose")), *(group for group in communities()[1:])]

    def clean_until(self) -> Any:
        day = self.cleaned_data["until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose today or later."))
        return day


class OfficeListingForm(ListingForm):
    """An entry of the community's office: for the platform, or for an organisation of the area."""

    organisation = forms.ModelChoiceField(
        label=_("Of which organisation"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("The platform"),
    )  # fmt: skip
    skill = forms.ModelChoiceField(
        label=_("Skill"), queryset=Skill.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *given: Any, organisations: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, found in (("organisation", organisations), ("skill", usable_skills())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = ListKind.choices


class LetterForm(forms.Form):
    """A line to the other side."""

    words = forms.CharField(
        label=_("Message to the other side"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StationForm(forms.Form):
    """A service station: its name, whose it is, when it is open."""

    name = forms.CharField(label=_("Name of the station"), max_length=80)
    area = forms.TypedChoiceField(label=_("Community"), coerce=int)
    words = forms.CharField(
        label=_("Opening hours, where the door is"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *given: Any, communities: list[int], **named: Any) -> None:
        super().__init__(*given, **named)
        picture = tree.current()
        field = self.fields["area"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, picture.full_name(pk)) for pk in communities]


class StationChangeForm(StationForm):
    """What may change about a station; its point may be shown on the map."""

    place = forms.CharField(max_length=200, required=False)
    place_longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    place_latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    place_source = forms.CharField(max_length=12, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        longitude, latitude = given.get("place_longitude"), given.get("place_latitude")
        if longitude is not None and latitude is not None and given.get("place_source") == "gcj02":
            longitude, latitude = to_wgs84(longitude, latitude, "gcj02")
        elif (longitude is None or latitude is None) and given.get("place"):
            _community, point = place_named(given["place"])
            longitude, latitude = point or (None, None)
            if point is None:
                self.add_error("place", _("We do not know that place. Touch it on the map."))
        if longitude is not None and latitude is not None:
            inside = community_at(longitude, latitude)
            if "area" in given and (inside is None or inside.pk != given["area"]):
                self.add_error(
                    "place", _("This place lies in another community. Choose that one, or another place.")
                )
        return {**given, "place_longitude": longitude, "place_latitude": latitude}


class ClosingForm(forms.Form):
    """Why a station closes."""

    reason = forms.CharField(
        label=_("Why does it close?"), max_length=200, help_text=_("People with an open order read this.")
    )


class ItemForm(forms.Form):
    """A line of a station's menu."""

    title = forms.CharField(label=_("What is offered"), max_length=60)
    kind = forms.ChoiceField(label=_("For whom"), choices=ItemKind.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("When, for whom, what it costs"), max_length=200, required=False)
    skill = forms.ModelChoiceField(
        label=_("Skill"), queryset=Skill.objects.none(), required=False, empty_label=_("None")
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), min_value=5, max_value=1440, initial=60)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["skill"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = usable_skills()
