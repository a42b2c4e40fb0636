"""What people fill in about hours: back-dated ones, objections, decisions, the period of a certificate, the rules."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.scenes.volunteers.hours.models import HoursRules


class BackdatedForm(forms.Form):
    """Hours that were not entered in time: when, why, and what shows it."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    since = forms.TimeField(
        label=_("Beginning"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    until = forms.TimeField(label=_("Finish"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    reason = forms.CharField(
        label=_("What did you do, and why was it not entered in time?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )
    evidence = forms.FileField(
        label=_("Photo or document that shows it"),
        help_text=_("For example a photo of the sign-in sheet. Position data of photos are removed."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        named["initial"] = {"key": uuid.uuid4(), **named.get("initial", {})}
        super().__init__(*given, **named)

    def times(self) -> tuple[datetime, datetime]:
        """Beginning and end; an end before the beginning is the next day's."""
        since = timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["since"]))
        until = timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["until"]))
        return since, until if until > since else until + timedelta(days=1)


class WordsForm(forms.Form):
    """A few words: a reason, an objection."""

    words = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)

    def __init__(self, *given: Any, label: Any = "", **named: Any) -> None:
        super().__init__(*given, **named)
        if label:
            self.fields["words"].label = label


class DecisionForm(forms.Form):
    """What a clerk decides about an objection."""

    upheld = forms.ChoiceField(
        label=_("Decision on the objection"),
        choices=[
            ("no", _("The hours stand, publicity goes on")),
            ("yes", _("The objection is right: take the hours back")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class PeriodForm(forms.Form):
    """The days a certificate covers, both included."""

    since = forms.DateField(
        label=_("Beginning"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Finish"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RulesForm(forms.ModelForm):
    """The county's rules for hours."""

    class Meta:
        model = HoursRules
        fields = ("publicity_days", "overlap", "late_days", "oldest_days")
        labels = {
            "publicity_days": _("Days of publicity"),
            "overlap": _("Overlapping hours"),
            "late_days": _("Days after which hours need the road for back-dated ones"),
            "oldest_days": _("Days after which hours can no longer be entered"),
        }
        widgets = {
            "overlap": forms.RadioSelect(
                choices=[("cut", _("Cut what overlaps, and say so")), ("refuse", _("Refuse them"))]
            )
        }
