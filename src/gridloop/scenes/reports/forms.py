"""What residents fill in: a report, a place to track one, an answer; one thing at a time, keeping what was typed."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.spots import Spot, spot_named
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import good_phone
from gridloop.core.territory import tree
from gridloop.core.territory.models import Place
from gridloop.web.move_forms import ManyFilesField
from gridloop.web.picked import spot_picked


class ReportForm(forms.Form):
    """Photo, place, words; then, if wished, how to be reached."""

    photos = ManyFilesField(required=False)
    place = forms.CharField(label=_("Where is it?"), max_length=200, required=False)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)
    place_source = forms.CharField(max_length=12, required=False)
    words = forms.CharField(
        label=_("What is the matter?"),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 5000}),
        max_length=5000,
        help_text=_("For example: the lamp at building 3 is out, the steps cannot be seen at night."),
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    code = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    reach = forms.ChoiceField(
        label=_("How may we tell you what becomes of it?"),
        choices=[
            ("phone", _("By phone number")),
            ("anonymous", _("I stay anonymous and keep a code")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    public = forms.BooleanField(
        label=_("Neighbours may see it on the map (never your name or the exact spot)"),
        required=False,
        initial=True,
    )
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-kept": ""}), required=False)

    def __init__(self, *given: Any, known: bool = False, **named: Any) -> None:
        named["initial"] = {"key": uuid.uuid4(), "reach": "phone", **named.get("initial", {})}
        super().__init__(*given, **named)
        self.known = known
        self.spot: Spot | None = None

    @property
    def reach_hints(self) -> dict[str, str]:
        return {
            "phone": gettext("We tell you each step by text message; nobody else sees the number."),
            "anonymous": gettext("You get a code to follow it. We cannot reach you."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.known and not cleaned.get("reach"):
            # Whoever was signed in when the form was drawn was not asked; nobody becomes anonymous unasked.
            self.add_error(
                "reach", _("You are not signed in any more. Choose how we may tell you, then send it again.")
            )
        if not self.known and cleaned.get("reach") == "phone":
            try:
                cleaned["phone"] = good_phone(cleaned.get("phone", ""))
            except Refusal as refusal:
                self.add_error("phone", str(refusal.words))
        try:
            self.spot = spot_of(cleaned)
        except CaseError as refusal:
            self.add_error("place", str(refusal.words))
        return cleaned


def spot_of(given: dict[str, Any]) -> Spot:
    """Where it is: the code of a place, else a point, else the words matched against the county's own tree."""
    if given.get("code"):
        place = Place.objects.filter(code=given["code"]).first()
        if place is not None:
            return Spot(place.area_id, place.longitude, place.latitude, place.name, "code")
    spot = spot_picked(given)
    return named_elsewhere(spot) if given.get("place_source") == "unasked" else spot


def named_elsewhere(spot: Spot) -> Spot:
    """The phone said where it is without being asked: words that name another place mean that place."""
    named = spot_named(spot.address)
    return spot if named is None or tree.current().is_within(spot.area, named.area) else named


class TrackForm(forms.Form):
    """An anonymous reporter's way back to the report."""

    number = forms.CharField(
        label=_("Number"),
        max_length=24,
        help_text=_("For example 20261130-123456"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("Ten letters and digits, for example AB3DE-F6HJK"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class AnswerForm(forms.Form):
    """The answer to a question that was asked."""

    words = forms.CharField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    photos = ManyFilesField(label=_("Photos"), required=False)
