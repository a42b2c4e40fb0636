"""What people fill in about pairs: the register, a visit, why somebody cannot come, the yearly run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridloop.scenes.volunteers.pairs.models import Reason
from gridloop.web.move_forms import PositionField

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RegisterForm(forms.Form):
    """One person for the register, entered with their consent."""

    name = forms.CharField(label=_("Full name"), max_length=40)
    phone = forms.CharField(label=_("Mobile number (their own or a relative's)"), max_length=20)
    reasons = forms.MultipleChoiceField(
        label=_("Why"), choices=Reason.choices, widget=forms.CheckboxSelectMultiple
    )
    address = forms.CharField(
        label=_("Home"), max_length=200, help_text=_("Building, entrance, door. Stored encrypted.")
    )
    place = forms.CharField(max_length=120, required=False)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)
    remarks = forms.CharField(
        label=_("What a companion should know"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
    )
    every_days = forms.IntegerField(label=_("A visit every … days"), min_value=1, max_value=90, initial=7)
    window_from = forms.TimeField(label=_("Between"), widget=CLOCK, initial="09:00")
    window_until = forms.TimeField(label=_("and until"), widget=CLOCK, initial="17:00")
    consented = forms.BooleanField(
        label=_("The person, or whoever stands for them, has agreed"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("place_longitude") is None or cleaned.get("place_latitude") is None:
            self.add_error("place", _("Touch the place on the map."))
        return cleaned

    def given(self) -> dict[str, Any]:
        """What the register takes."""
        named = ("name", "phone", "reasons", "address", "remarks", "every_days", "consented")
        window = (minutes(self.cleaned_data["window_from"]), minutes(self.cleaned_data["window_until"]))
        return {
            **{name: self.cleaned_data[name] for name in named},
            "longitude": self.cleaned_data["place_longitude"],
            "latitude": self.cleaned_data["place_latitude"],
            "window": window,
        }


def minutes(clock: Any) -> int:
    return clock.hour * 60 + clock.minute


class VisitForm(forms.Form):
    """A visit that was made: proof, and how the person is."""

    code = forms.CharField(
        label=_("Code the person you visit sees"), max_length=12, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "placeholder": "000000"}),
    )  # fmt: skip
    position = PositionField(label=_("Or your position"), required=False)
    words = forms.CharField(
        label=_("How is the person? What did you do together?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
    device_at = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-device-time": ""}))


class RunForm(forms.Form):
    """How many people one volunteer may look after in the yearly run."""

    capacity = forms.TypedChoiceField(
        label=_("People for one volunteer at most"),
        choices=[(n, str(n)) for n in (2, 3, 4, 5)],
        coerce=int,
        initial=3,
    )
