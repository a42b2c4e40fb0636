"""What people fill in around requests: asking in three touches, answering, proving, rating, and mandates."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Urgency
from gridloop.core.cases.spots import Spot
from gridloop.core.people.models import Person
from gridloop.core.territory.addresses import match_address
from gridloop.scenes.volunteers.requests.models import Relation
from gridloop.scenes.volunteers.requests.queries import mandates_in_force
from gridloop.scenes.volunteers.requests.reasons import CANNOT, HAND_BACK
from gridloop.scenes.volunteers.roster.models import Skill
from gridloop.web.move_forms import RATINGS, PositionField
from gridloop.web.picked import spot_picked

PARTS = {"morning": (9, 11), "noon": (11, 13), "afternoon": (14, 16), "evening": (18, 20)}
PART_WORDS = (
    ("soon", _("As soon as possible")),
    ("morning", _("In the morning, 9 to 11")),
    ("noon", _("Around noon, 11 to 13")),
    ("afternoon", _("In the afternoon, 14 to 16")),
    ("evening", _("In the evening, 18 to 20")),
)
SOON = datetime.timedelta(hours=2)


class AskForm(forms.Form):
    """What, where and when, words; then for whom."""

    skill = forms.ModelChoiceField(
        label=_("What do you need?"),
        queryset=Skill.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    place = forms.CharField(label=_("Where?"), max_length=200, required=False)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)
    place_source = forms.CharField(max_length=12, required=False)
    part = forms.ChoiceField(label=_("When?"), choices=PART_WORDS, initial="soon", widget=forms.RadioSelect)
    day = forms.DateField(
        label=_("On which day?"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    words = forms.CharField(
        label=_("In a few words"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: shopping list of ten things, third floor, no lift."),
        error_messages={"required": _("Say in a few words what help you need.")},
    )  # fmt: skip
    people = forms.IntegerField(label=_("How many people?"), min_value=1, max_value=10, initial=1)
    whom = forms.TypedChoiceField(label=_("For whom?"), coerce=int, widget=forms.RadioSelect, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, person: Person | None = None, **named: Any) -> None:
        named["initial"] = {
            "key": uuid.uuid4(),
            "day": timezone.localdate(),
            "whom": 0,
            **named.get("initial", {}),
        }
        super().__init__(*given, **named)
        self.fields["skill"].queryset = Skill.objects.filter(retired_at=None).order_by("pk")  # type: ignore[attr-defined]
        self.mandates = list(mandates_in_force(person)) if person else []
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            ("0", _("For me")),
            *((mandate.principal_id, mandate.principal.name) for mandate in self.mandates),
        ]
        self.spot: Spot | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.spot = spot_picked(cleaned)
        except CaseError as refusal:
            self.add_error("place", str(refusal.words))
        if cleaned.get("part") != "soon" and not cleaned.get("day"):
            self.add_error("day", gettext("Choose the day."))
        return cleaned

    def times(self) -> tuple[datetime.datetime, datetime.datetime]:
        """From when until when help is needed."""
        part = self.cleaned_data["part"]
        if part == "soon":
            now = timezone.now()
            return now, now + SOON
        begin, end = PARTS[part]
        return tuple(  # type: ignore[return-value]
            timezone.make_aware(datetime.datetime.combine(self.cleaned_data["day"], datetime.time(hour)))
            for hour in (begin, end)
        )

    def urgency(self) -> int:
        return Urgency.URGENT if self.cleaned_data["part"] == "soon" else Urgency.NORMAL

    def wish(self) -> dict[str, Any]:
        """What, where and when, as `ask_for_help` takes it; who asks and who is helped is for the page to say."""
        given = self.cleaned_data
        since, until = self.times()
        return {
            "words": given["words"],
            "spot": self.spot,
            "since": since,
            "until": until,
            "people": given["people"],
            "urgency": self.urgency(),
            "key": given["key"],
        }


class EnterForm(AskForm):
    """The same for somebody who calls or comes by; the caller is written down by their number."""

    phone = forms.CharField(label=_("Number of the person who needs help"), max_length=20)
    name = forms.CharField(label=_("Their name"), max_length=40)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        del self.fields["whom"]
        self.fields["skill"].widget = forms.Select(choices=self.fields["skill"].choices)  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """Why a volunteer cannot come."""

    reason = forms.ChoiceField(label=_("Reason"), choices=list(CANNOT.items()), widget=forms.RadioSelect)
    words = forms.CharField(label=_("Anything to add?"), max_length=200, required=False)


class HandBackForm(forms.Form):
    """Why a volunteer who promised cannot come after all."""

    reason = forms.ChoiceField(label=_("Reason"), choices=list(HAND_BACK.items()), widget=forms.RadioSelect)
    words = forms.CharField(label=_("Anything to add?"), max_length=200, required=False)


class ProofForm(forms.Form):
    """The code read out, or the position on the spot; the phone's time goes along."""

    code = forms.CharField(
        label=_("Code the person reads out"), max_length=12, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
    position = PositionField(label=_("Or your position"), required=False)
    device_at = forms.CharField(
        max_length=40, required=False, widget=forms.HiddenInput(attrs={"data-device-time": ""})
    )


class RateForm(forms.Form):
    """How the task was for the volunteer."""

    rating = forms.TypedChoiceField(
        label=_("How was it?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    words = forms.CharField(label=_("Anything to add?"), max_length=500, required=False)


class MandateForm(forms.Form):
    """Somebody wishes to ask on another's behalf."""

    phone = forms.CharField(
        label=_("Their mobile number"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    name = forms.CharField(label=_("Their name"), max_length=40)
    relation = forms.ChoiceField(label=_("You are their"), choices=Relation.choices, widget=forms.RadioSelect)
    place = forms.CharField(label=_("Their village or community"), max_length=120)
    skills = forms.ModelMultipleChoiceField(
        label=_("For which help? (nothing chosen: all)"), queryset=Skill.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    valid_until = forms.DateField(
        label=_("Until when? (empty: until it is ended)"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["skills"].queryset = Skill.objects.filter(retired_at=None).order_by("pk")  # type: ignore[attr-defined]

    def clean_place(self) -> int:
        matches = match_address(self.cleaned_data["place"], limit=1)
        if not matches:
            raise forms.ValidationError(gettext("We do not know that place. Name the village or community."))
        return matches[0].area
