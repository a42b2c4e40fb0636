"""What a firm fills in to ask, and what the platform writes down on its behalf."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.models import Category
from gridloop.core.people.validity import is_credit_code
from gridloop.core.territory import tree
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.matters.queries import EDITION, classes
from gridloop.web.move_forms import ManyFilesField, grouped_categories


def towns() -> list[tuple[int, str]]:
    picture = tree.current()
    return [(area, picture.name(area)) for area in picture if picture.level(area) == "town"]


def major_choices() -> list[tuple[int, str]]:
    return [(each.pk, each.name) for each in classes() if each.parent_id is None]


class AskForm(forms.Form):
    """What it is about, what is needed; who is new says which firm."""

    firm = forms.TypedChoiceField(label=_("For which firm?"), coerce=int, required=False, empty_value=None)
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("18 characters; it stands on the licence."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )
    firm_name = forms.CharField(label=_("Name of the firm"), max_length=120, required=False)
    town = forms.TypedChoiceField(
        label=_("Town"), coerce=int, required=False, empty_value=None, choices=lambda: [("", "—"), *towns()]
    )
    words = forms.CharField(
        label=_("What do you need?"),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 4000}),
        max_length=4000,
        help_text=_(
            "For example: our loan of 3 million falls due in March and the bank asks for a new guarantee."
        ),
        error_messages={"required": _("Say in a few words what you need.")},
    )
    category = forms.TypedChoiceField(
        label=_("What is it about?"), coerce=int, widget=forms.RadioSelect, choices=major_choices,
        error_messages={"required": _("Choose what it is about.")},
    )  # fmt: skip
    photos = ManyFilesField(required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, firms: list[Firm], **named: Any) -> None:
        named["initial"] = {
            "key": uuid.uuid4(),
            "firm": firms[0].pk if firms else None,
            **named.get("initial", {}),
        }
        super().__init__(*given, **named)
        self.firms = {firm.pk: firm for firm in firms}
        self.fields["firm"].choices = [(firm.pk, firm.organisation.name) for firm in firms]  # type: ignore[attr-defined]
        self.known = bool(firms)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.known:
            if cleaned.get("firm") not in self.firms:
                self.add_error("firm", _("Choose one of your firms."))
            return cleaned
        if not is_credit_code(cleaned.get("credit_code", "")):
            self.add_error(
                "credit_code",
                _("This is not a unified social credit code: 18 characters, the last one checks the others."),
            )
        if not cleaned.get("firm_name", "").strip():
            self.add_error("firm_name", _("Write the firm's name as it stands on its licence."))
        if not cleaned.get("town"):
            self.add_error("town", _("Say in which town the firm lies."))
        return cleaned

    @property
    def chosen_firm(self) -> Firm | None:
        return self.firms.get(self.cleaned_data.get("firm") or 0)

    @property
    def chosen_category(self) -> Category:
        return Category.objects.get(pk=self.cleaned_data["category"])


class EnterForm(forms.Form):
    """A call to the platform: which firm, who calls, what it needs."""

    credit_code = forms.CharField(
        label=_("Unified social credit code, or part of the name"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    contact = forms.CharField(label=_("Caller's name"), required=False, max_length=40)
    phone = forms.CharField(label=_("Caller's number"), required=False, max_length=20)
    title = forms.CharField(label=_("In one line"), max_length=60, required=False)
    words = forms.CharField(
        label=_("What does the firm need?"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000
    )
    category = forms.TypedChoiceField(
        label=_("Class"), coerce=int, choices=lambda: [("", "—"), *grouped_categories(EDITION)]
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        named["initial"] = {"key": uuid.uuid4(), **named.get("initial", {})}
        super().__init__(*given, **named)


class UploadForm(forms.Form):
    """One spreadsheet of matters."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX, at most 2,000 rows"))


class FilterForm(forms.Form):
    """The narrowing of the list of matters; everything optional, so that a kept address never breaks."""

    q = forms.CharField(label=_("Words, number or firm"), required=False)
    category = forms.TypedChoiceField(
        label=_("Class"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any class")), *major_choices()],
    )
    town = forms.TypedChoiceField(
        label=_("Town"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any town")), *towns()],
    )
