"""The forms of the duty room: maintenance windows and alerts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

COLOURS = (
    ("red", _("Red: extreme")),
    ("orange", _("Orange: severe")),
    ("yellow", _("Yellow: moderate")),
    ("blue", _("Blue: minor")),
)
SCOPES = (("Restricted", _("Only for those named")), ("Public", _("For the public")))
LOCAL = "%Y-%m-%dT%H:%M"


class MomentInput(forms.DateTimeInput):
    """The browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=LOCAL)


class WindowForm(forms.Form):
    """From when to when, of what, and why."""

    premises_code = forms.CharField(label=_("Code of the premises or of a device"), max_length=64)
    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    from_at = forms.DateTimeField(label=_("From"), widget=MomentInput(), input_formats=[LOCAL])
    until_at = forms.DateTimeField(label=_("Until"), widget=MomentInput(), input_formats=[LOCAL])
    mutes_fire = forms.BooleanField(
        label=_("Fire and gas alarms too"),
        required=False,
        help_text=_("Another person must approve this, for 24 hours at most."),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        now = timezone.localtime().replace(second=0, microsecond=0)
        named["initial"] = {"from_at": now, "until_at": now + timedelta(hours=4), **named.get("initial", {})}
        super().__init__(*given, **named)


class AlertForm(forms.Form):
    """What a person decides of an alert; where a drill is meant it stays one."""

    drill = forms.TypedChoiceField(
        label=_("Is it a drill?"),
        choices=[("1", _("A drill (status Exercise)")), ("0", _("Real (status Actual)"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    area = forms.TypedChoiceField(label=_("Area"), coerce=int, choices=[])
    colour = forms.ChoiceField(label=_("Colour"), choices=COLOURS, widget=forms.RadioSelect, initial="orange")
    event = forms.CharField(label=_("What happens"), max_length=40)
    headline = forms.CharField(label=_("Headline"), max_length=120)
    description = forms.CharField(
        label=_("What is known so far"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    instruction = forms.CharField(
        label=_("What people are to do"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    hours = forms.IntegerField(label=_("Holds for hours"), min_value=1, max_value=72, initial=6)
    scope = forms.ChoiceField(
        label=_("Who may read it"), choices=SCOPES, widget=forms.RadioSelect, initial="Restricted"
    )
    restriction = forms.CharField(label=_("To whom it is restricted"), max_length=120, required=False)
    identifier = forms.CharField(widget=forms.HiddenInput, required=False)
    episode = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, areas: list[tuple[int, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
