"""What people fill in about activities: the activity, its shifts, a check-in, a reason."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.activities.attending import Proof
from gridloop.scenes.volunteers.roster.models import Skill, Team
from gridloop.scenes.volunteers.roster.queries import areas_of_care, teams_led_by
from gridloop.web.move_forms import PositionField

MOMENT = {"type": "datetime-local"}


class ActivityForm(forms.Form):
    """Something to do together: of a team one leads, or of a community one looks after."""

    title = forms.CharField(label=_("Title"), max_length=80)
    words = forms.CharField(
        label=_("What is done, what to bring"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    area = forms.ModelChoiceField(label=_("Community"), queryset=Area.objects.none(), required=False)
    skill = forms.ModelChoiceField(
        label=_("Skill needed"),
        queryset=Skill.objects.filter(retired_at=None),
        required=False,
        empty_label=_("None"),
    )
    place = forms.CharField(max_length=120)
    place_longitude = forms.FloatField(required=False)
    place_latitude = forms.FloatField(required=False)

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        super().__init__(*given, **named)
        communities = Area.objects.filter(pk__in=areas_of_care(person), level="community", retired_at=None)
        self.fields["area"].queryset = communities.order_by("name")  # type: ignore[attr-defined]
        teams = teams_led_by(person) | Team.objects.filter(
            organisation__area__in=communities, dissolved_at=None
        )
        self.fields["team"].queryset = teams.select_related("organisation").distinct()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        team, area = cleaned.get("team"), cleaned.get("area")
        if area is None and team is not None and team.organisation.area_id:
            cleaned["area"] = Area.objects.get(pk=team.organisation.area_id)
        elif area is None:
            self.add_error("area", _("Say which community it belongs to, or choose a team."))
        if cleaned.get("place_longitude") is None or cleaned.get("place_latitude") is None:
            self.add_error("place", _("Touch the place on the map, so that people can check in there."))
        return cleaned


class ShiftForm(forms.Form):
    """A stretch of time with places; the same every week if wished."""

    since = forms.DateTimeField(
        label=_("Beginning"), widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    )
    until = forms.DateTimeField(
        label=_("Finish"), widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    )
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=500, initial=10)
    least = forms.IntegerField(
        label=_("Needed at least"), min_value=1, max_value=500, initial=3,
        help_text=_("With fewer people two days before, you and fitting volunteers are told."),
    )  # fmt: skip
    radius = forms.IntegerField(label=_("Check-in within metres"), min_value=50, max_value=5000, initial=300)
    weeks = forms.IntegerField(label=_("Every week, how many times"), min_value=1, max_value=26, initial=1)


class PlacesForm(forms.Form):
    """More or fewer places."""

    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=500)
    least = forms.IntegerField(label=_("Needed at least"), min_value=1, max_value=500)


class ProofForm(forms.Form):
    """That somebody is there: the code shown, or the position; the page's script adds the phone's own time."""

    code = forms.CharField(
        label=_("Code shown by the leader"), max_length=12, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "placeholder": "000000"}),
    )  # fmt: skip
    position = PositionField(label=_("Or your position"), required=False)
    device_at = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-device-time": ""}))

    def proof(self) -> Proof:
        position = self.cleaned_data.get("position") or {}
        return Proof(
            code=self.cleaned_data.get("code", "").strip(),
            longitude=position.get("longitude"),
            latitude=position.get("latitude"),
            device_at=device_time(self.cleaned_data.get("device_at", "")),
        )


def device_time(said: str) -> datetime | None:
    """What a phone says the time is; nonsense is no time."""
    try:
        found = datetime.fromisoformat(said.strip().replace("Z", "+00:00"))
        return timezone.make_aware(found) if timezone.is_naive(found) else found
    except (ValueError, OverflowError):
        return None


def community_choices() -> list[tuple[int, str]]:
    return [(pk, tree.name(pk)) for pk in tree.current().at_level("community")]
