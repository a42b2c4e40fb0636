"""The forms of hazards: a snap on the phone, and an inspection by checklist."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.spots import Spot
from gridloop.scenes.fire.hazards.kinds import HazardKind
from gridloop.scenes.fire.hazards.models import Checklist
from gridloop.web.move_forms import ManyFilesField, PositionField
from gridloop.web.picked import spot_picked

SNAPPED = [choice for choice in HazardKind.choices if choice[0] != HazardKind.AFTERMATH]
ANSWERS = (("good", _("In order")), ("bad", _("Not in order")), ("absent", _("Not there")))


class SnapForm(forms.Form):
    """Photo, kind, place, and a few words if wished."""

    kind = forms.ChoiceField(label=_("What is dangerous?"), choices=SNAPPED, widget=forms.RadioSelect)
    photos = ManyFilesField(required=False)
    words = forms.CharField(
        label=_("In a few words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(max_length=200, required=False)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)
    place_source = forms.CharField(max_length=12, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, needs_place: bool = True, **named: Any) -> None:
        named["initial"] = {"key": uuid.uuid4(), **named.get("initial", {})}
        super().__init__(*given, **named)
        self.needs_place = needs_place
        self.spot: Spot | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.needs_place:
            return cleaned
        try:
            self.spot = spot_picked(cleaned)
        except CaseError as refusal:
            self.add_error("place", str(refusal.words))
        return cleaned


class InspectionForm(forms.Form):
    """One question an item of the checklist; position and photos if the phone gives them."""

    position = PositionField(label=_("Position on site"), required=False)
    photos = ManyFilesField(label=_("Photos"), required=False)
    words = forms.CharField(
        label=_("Remarks"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, checklist: Checklist, *given: Any, **named: Any) -> None:
        named["initial"] = {"key": uuid.uuid4(), **named.get("initial", {})}
        super().__init__(*given, **named)
        self.checklist = checklist
        spoken = "english" if not (get_language() or "").startswith("zh") else "title"
        for item in checklist.items:
            self.fields[f"item_{item['code']}"] = forms.ChoiceField(
                label=item.get(spoken) or item["title"], choices=ANSWERS, widget=forms.RadioSelect
            )

    def questions(self) -> list[forms.BoundField]:
        return [self[f"item_{item['code']}"] for item in self.checklist.items]

    def answers(self) -> dict[str, str]:
        return {item["code"]: self.cleaned_data[f"item_{item['code']}"] for item in self.checklist.items}
