"""The forms of alarm rules: a rule in the words of the duty room, and a row of readings to try it with."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.scenes.fire.ingest.models import Shape
from gridloop.scenes.fire.ingest.rule_playing import example_of
from gridloop.scenes.fire.ingest.rule_words import MEASURES, RAISES, WEEKDAYS, hours_words
from gridloop.scenes.fire.ingest.rules import Rule
from gridloop.scenes.fire.registry.models import DeviceKind

UNITS = (
    ("1", gettext_lazy("seconds")),
    ("60", gettext_lazy("minutes")),
    ("3600", gettext_lazy("hours")),
)
DASH = "–—…-"  # the hyphen last: the others stand in a character class
STRETCH = re.compile(rf"(\d{{1,2}})[:：](\d{{2}})\s*[~{DASH}]\s*(\d{{1,2}})[:：](\d{{2}})")
MOST_TRIED = 200
SHAPE_HINTS = {
    Shape.SIMPLE.value: gettext_lazy("The first reading beyond the limit raises it"),
    Shape.DURATION.value: gettext_lazy("Only if no reading says for so long that it is over"),
    Shape.REPEAT.value: gettext_lazy("Only so many readings beyond the limit within so long"),
    Shape.SILENCE.value: gettext_lazy("No message of any sort: the device counts as offline"),
}


class HoursField(forms.CharField):
    """Stretches of the day as people write them: 23:00–06:00; 12:00–14:00."""

    def clean(self, value: Any) -> tuple[tuple[int, int], ...]:  # type: ignore[override]
        found = []
        for part in filter(str.strip, re.split(r"[;；,，、\n]", super().clean(value))):
            stretch = STRETCH.fullmatch(part.strip())
            if stretch is None:
                raise forms.ValidationError(
                    _("“%(part)s” is not of the form 23:00–06:00.") % {"part": part.strip()}
                )
            hour, minute, last_hour, last_minute = map(int, stretch.groups())
            if minute > 59 or last_minute > 59:
                raise forms.ValidationError(_("An hour has 60 minutes: “%(part)s”.") % {"part": part.strip()})
            found.append((60 * hour + minute, 60 * last_hour + last_minute))
        return tuple(found)


class ReadingsField(forms.CharField):
    """Numbers with blanks or commas between; a dash where nothing came."""

    def clean(self, value: Any) -> list[float | None]:  # type: ignore[override]
        parts = re.split(r"[\s;；,，、]+", super().clean(value).strip())
        found: list[float | None] = []
        for part in filter(None, parts):
            try:
                found.append(None if part in DASH else float(part))
            except ValueError:
                raise forms.ValidationError(_("“%(part)s” is no number.") % {"part": part}) from None
        if len(found) > MOST_TRIED:
            raise forms.ValidationError(_("At most %(most)d readings.") % {"most": MOST_TRIED})
        return found


def measure_choices() -> list[tuple[str, str]]:
    return [("", "—")] + [
        (name, f"{each.title} ({each.unit})" if each.unit else str(each.title))
        for name, each in MEASURES.items()
    ]


class AlarmRuleForm(forms.Form):
    """A rule, every part of it; what its shape does not need is not read. Below it a row of readings to try it with."""

    name = forms.CharField(
        label=gettext_lazy("Name of the rule"), max_length=40,
        help_text=gettext_lazy("Short, for example “cold store too warm”; it cannot be changed later"),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Devices it watches"),
        choices=DeviceKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    shape = forms.ChoiceField(
        label=gettext_lazy("It raises"), choices=Shape.choices, widget=forms.RadioSelect, initial=Shape.SIMPLE
    )
    quantity = forms.ChoiceField(
        label=gettext_lazy("What is measured"), choices=measure_choices, required=False
    )
    above = forms.ChoiceField(
        label=gettext_lazy("Dangerous is what lies"), initial="1", required=False, widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("above the limit")), ("0", gettext_lazy("below the limit"))],
    )  # fmt: skip
    on_limit = forms.FloatField(
        label=gettext_lazy("Limit where it begins"),
        required=False,
        widget=forms.NumberInput(attrs={"step": "any", "class": "short"}),
    )
    off_limit = forms.FloatField(
        label=gettext_lazy("Limit where it is over"), required=False,
        widget=forms.NumberInput(attrs={"step": "any", "class": "short"}),
    )  # fmt: skip
    times = forms.IntegerField(
        label=gettext_lazy("How many readings"), required=False, initial=2,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    seconds = forms.FloatField(
        label=gettext_lazy("How long"), required=False, min_value=0,
        widget=forms.NumberInput(attrs={"step": "any", "class": "short"}),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False, initial="1")
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only on these days"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(enumerate(WEEKDAYS)), help_text=gettext_lazy("None chosen: every day"),
    )  # fmt: skip
    hours = HoursField(
        label=gettext_lazy("Only in these hours"), required=False, max_length=200,
        help_text=gettext_lazy("For example 23:00–06:00; 12:00–14:00. Early hours belong to the evening before. Empty: always"),
    )  # fmt: skip
    raises = forms.ChoiceField(
        label=gettext_lazy("What it raises"), choices=[(kind.value, kind.label) for kind in RAISES], required=False,
        help_text=gettext_lazy("A fire or gas alarm is told at once to everybody nearby; a reading beyond its limit becomes a hazard"),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why it is changed"), max_length=200, required=False,
        help_text=gettext_lazy("Stands in the journal beside the change"),
    )  # fmt: skip
    values = ReadingsField(
        label=gettext_lazy("Readings, one after another"), required=False, max_length=2000,
        help_text=gettext_lazy("For example 52 56 58 61 – 49; a dash where nothing came"),
    )  # fmt: skip
    every = forms.FloatField(
        label=gettext_lazy("Seconds between them"), required=False, min_value=1, max_value=31 * 86400, initial=60,
        widget=forms.NumberInput(attrs={"step": "any", "class": "short"}),
    )  # fmt: skip
    start = forms.DateTimeField(
        label=gettext_lazy("The first one comes at"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def rule(self, name: str = "") -> Rule:
        """What was typed, as a rule; empty limits are no limits that could be meant."""
        given, missing = self.cleaned_data, float("nan")
        shape = given["shape"]
        silent = shape == Shape.SILENCE
        spans = shape != Shape.SIMPLE

        def number(field: str) -> float:
            return missing if given[field] is None else float(given[field])

        return Rule(
            name=name or given["name"].strip(),
            kinds=tuple(given["kinds"]),
            shape=shape,
            quantity="" if silent else given["quantity"],
            above=silent or given["above"] != "0",
            on_limit=0.0 if silent else number("on_limit"),
            off_limit=0.0 if silent else number("off_limit"),
            seconds=(given["seconds"] or 0.0) * float(given["unit"] or 1) if spans else 0.0,
            times=(given["times"] or 0) if shape == Shape.REPEAT else 1,
            days=() if silent else tuple(sorted(given["days"])),
            hours=() if silent else given["hours"],
            raises="offline" if silent else given["raises"],
        )

    def readings(self) -> list[tuple[float, float]]:
        """(at, value) of the typed row; where a dash stands nothing came."""
        given = self.cleaned_data
        start = (given["start"] or default_start()).timestamp()
        every = given["every"] or 60.0
        return [
            (start + place * every, value) for place, value in enumerate(given["values"]) if value is not None
        ]


def default_start(rule: Rule | None = None) -> datetime:
    """Eight in the morning, or when the rule begins to look."""
    minutes = rule.hours[0][0] if rule and rule.hours else 8 * 60
    day = timezone.localdate()
    if rule and rule.days:
        day += timedelta(days=(rule.days[0] - day.weekday()) % 7)
    return timezone.make_aware(datetime.combine(day, time(minutes // 60 % 24, minutes % 60)))


def initial_of(rule: Rule) -> dict[str, Any]:
    """A rule as the form shows it, with an example to try it on."""
    unit = next(size for size in (3600, 60, 1) if (rule.seconds and rule.seconds % size == 0) or size == 1)
    values, every = example_of(rule)
    return {
        "name": rule.name, "kinds": rule.kinds, "shape": rule.shape, "quantity": rule.quantity,
        "above": "1" if rule.above else "0", "on_limit": f"{rule.on_limit:g}", "off_limit": f"{rule.off_limit:g}",
        "times": max(rule.times, 2), "seconds": f"{rule.seconds / unit:g}", "unit": str(unit), "days": rule.days,
        "hours": hours_words(rule), "raises": rule.raises if rule.raises in RAISES else "reading", "values": " ".join("–" if value is None else f"{value:g}" for value in values),
        "every": f"{every:g}", "start": default_start(rule),
    }  # fmt: skip
