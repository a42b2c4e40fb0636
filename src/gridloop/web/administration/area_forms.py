"""What is asked of whoever changes an area: names, codes, shapes drawn on the map, reasons."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ShapeField(forms.CharField):
    """GeoJSON drawn on the map beside it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("The shape cannot be read; draw it again.")) from None


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class CodeForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("New code"), max_length=24)
    since = forms.DateField(
        label=gettext_lazy("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class AreaCodeForm(forms.Form):
    """Another area, by its code or its full name."""

    parent = forms.CharField(
        label=gettext_lazy("Into which area"),
        max_length=60,
        help_text=gettext_lazy("Its code, or its name if only one has it"),
    )
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class DrawForm(forms.Form):
    shape = ShapeField(required=False)
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)
    all_the_same = forms.BooleanField(
        label=gettext_lazy("Draw it so all the same"), required=False, widget=forms.HiddenInput
    )


class SplitForm(forms.Form):
    line = ShapeField(required=False)
    first = forms.CharField(
        label=gettext_lazy("Name of the larger part"),
        max_length=120,
        help_text=gettext_lazy("It keeps the code and the people of the grid."),
    )
    second = forms.CharField(
        label=gettext_lazy("Name of the smaller part"),
        max_length=120,
        help_text=gettext_lazy("It gets the next free code."),
    )
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class MergeForm(forms.Form):
    others = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Grids that become part of this one"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    name = forms.CharField(label=gettext_lazy("Name afterwards"), max_length=120)
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class RetireForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class NewAreaForm(forms.Form):
    level = forms.ChoiceField(label=gettext_lazy("Level"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.CharField(label=gettext_lazy("Area code"), max_length=24)
    shape = ShapeField(required=False)
