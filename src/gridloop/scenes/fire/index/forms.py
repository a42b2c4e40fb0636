"""Forms of the index: the sheet of an edition, row by row as in a spreadsheet; approval; weather and festivals."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from gridloop.scenes.fire.index.models import FactorKind, IndexEdition
from gridloop.scenes.fire.index.sheet import FAMILIES, INDICATORS, OVERRIDES
from gridloop.scenes.fire.index.wording import OVERRIDE_WORDS
from gridloop.scenes.fire.risk import Method, Yardstick, method_of

PAIR = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:→|->|=|:|：)\s*(\d+(?:\.\d+)?)\s*$")


def written(points: tuple[tuple[float, float], ...]) -> str:
    """0 → 0; 2 → 0.3; 8 → 0.7"""
    return "; ".join(f"{value:g} → {share:g}" for value, share in points)


class PointsField(forms.Field):
    """Breakpoints as people write them: value → share, with semicolons between."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> tuple[tuple[float, float], ...]:
        found = []
        for part in filter(str.strip, re.split(r"[;；\n]", value or "")):
            pair = PAIR.match(part)
            if pair is None:
                raise forms.ValidationError(
                    _("“%(part)s” is not of the form: value → share, for example 8 → 0.7")
                    % {"part": part.strip()}
                )
            found.append((float(pair[1]), float(pair[2])))
        return tuple(found)


class SheetForm(forms.Form):
    """One row an indicator; below it thresholds and what makes a grid red at once."""

    title = forms.CharField(label=_("Name of the edition"), max_length=80)
    words = forms.CharField(
        label=_("Why it is made"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    yellow = forms.FloatField(label=_("Yellow from"), min_value=1, max_value=100)
    orange = forms.FloatField(label=_("Orange from"), min_value=1, max_value=100)
    red = forms.FloatField(label=_("Red from"), min_value=1, max_value=100)
    margin = forms.FloatField(
        label=_("Down only so many points below"), min_value=0, max_value=10,
        help_text=_("So that a score that trembles around a threshold does not change the colour every day"),
    )  # fmt: skip
    quantile = forms.FloatField(
        label=_("A village or town has the score that so much of its addresses lies below (%)"),
        min_value=50,
        max_value=99,
    )
    most_factor = forms.FloatField(
        label=_("Weather and festivals raise a score at most by (×)"), min_value=1, max_value=2
    )
    overrides = forms.MultipleChoiceField(
        label=_("Red at once, whatever the score"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(name, OVERRIDE_WORDS[name]) for name in OVERRIDES],
    )  # fmt: skip

    def __init__(self, *args: Any, edition: IndexEdition, **named: Any) -> None:
        self.method = method_of(edition.method)
        low, middle, high = self.method.thresholds
        named["initial"] = {
            "title": edition.title, "words": edition.words, "yellow": low, "orange": middle, "red": high,
            "margin": self.method.margin, "quantile": 100 * self.method.quantile,
            "most_factor": self.method.most_factor, "overrides": edition.overrides,
        }  # fmt: skip
        super().__init__(*args, **named)
        for each in self.method.yardsticks:
            title = INDICATORS[each.name].title
            self.fields[f"weight-{each.name}"] = forms.FloatField(
                label=_("Weight of %(title)s") % {"title": title}, min_value=0, max_value=100, initial=f"{each.weight:g}",
                widget=forms.NumberInput(attrs={"step": "any"}),
            )  # fmt: skip
            self.fields[f"points-{each.name}"] = PointsField(
                label=_("Breakpoints of %(title)s") % {"title": title}, initial=written(each.points)
            )
            self.fields[f"minimum-{each.name}"] = forms.FloatField(
                label=_("Smallest sample of %(title)s") % {"title": title}, min_value=0, initial=f"{each.minimum:g}",
                widget=forms.NumberInput(attrs={"step": "any"}),
            )  # fmt: skip
            self.fields[f"strength-{each.name}"] = forms.FloatField(
                label=_("Pull to the mean of %(title)s") % {"title": title}, min_value=0, initial=f"{each.strength:g}",
                widget=forms.NumberInput(attrs={"step": "any"}),
            )  # fmt: skip

    def sheet(self) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
        """The rows by family, for the page."""
        for family, title in FAMILIES.items():
            rows = [
                {"indicator": INDICATORS[each.name], **{part: self[f"{part}-{each.name}"] for part in PARTS}}
                for each in self.method.yardsticks
                if INDICATORS[each.name].family == family
            ]
            yield title, rows

    def others(self) -> list[BoundField]:
        return [self[name] for name in ("yellow", "orange", "red", "margin", "quantile", "most_factor")]

    def filled(self) -> Method:
        """The method as it was typed."""
        given = self.cleaned_data
        rows = tuple(
            Yardstick(
                each.name, given[f"weight-{each.name}"], given[f"points-{each.name}"], each.scale,
                given[f"minimum-{each.name}"], given[f"strength-{each.name}"],
            )
            for each in self.method.yardsticks
        )  # fmt: skip
        thresholds = (given["yellow"], given["orange"], given["red"])
        return Method(rows, thresholds, given["margin"], given["quantile"] / 100, given["most_factor"])


PARTS = ("weight", "points", "minimum", "strength")


class ApproveForm(forms.Form):
    since = forms.DateField(
        label=_("In force from"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )


class FactorForm(forms.Form):
    """What raises the scores for some days."""

    kind = forms.ChoiceField(label=_("What it is"), choices=FactorKind)
    reason = forms.CharField(
        label=_("Why"), max_length=120, help_text=_("For example: red flag warning, dry wind of force 7")
    )
    value = forms.FloatField(
        label=_("Scores times"),
        min_value=1.01,
        max_value=2,
        initial=1.1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    area = forms.CharField(
        label=_("Area"), max_length=60, required=False,
        help_text=_("The area’s code, or its name if only one has it. Empty: everywhere"),
    )  # fmt: skip
    since = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
