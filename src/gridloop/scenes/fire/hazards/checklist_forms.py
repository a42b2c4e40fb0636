"""The form of a checklist: its title, the premises it is for, and one row an item."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.scenes.fire.hazards.kinds import HazardGrade, HazardKind
from gridloop.scenes.fire.hazards.models import Checklist
from gridloop.scenes.fire.registry.models import PremisesKind

BLANK_ROWS = 4
MOST_ITEMS = 60
PARTS = ("place", "title", "english", "hazard", "grade", "code")
LOOKED_FOR = [choice for choice in HazardKind.choices if choice[0] != HazardKind.AFTERMATH]


class ChecklistForm(forms.Form):
    """Rows are numbered from 0; a row without a question is none. So an item goes by emptying its question."""

    title = forms.CharField(label=gettext_lazy("Title of the checklist"), max_length=80)
    english = forms.CharField(label=gettext_lazy("The same in English"), max_length=80, required=False)
    premises_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For these premises"),
        choices=PremisesKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose the kinds of premises whose inspections follow it.")
        },
    )

    def __init__(self, data: Any = None, *, checklist: Checklist | None = None) -> None:
        items: Sequence[Mapping[str, Any]] = checklist.items if checklist else []
        initial: dict[str, Any] = {}
        if checklist:
            initial = {
                "title": checklist.title,
                "english": checklist.english,
                "premises_kinds": checklist.premises_kinds,
            }
        super().__init__(data, initial=initial)
        self.rows = rows_posted(data) if data is not None else len(items) + BLANK_ROWS
        for row in range(self.rows):
            self.add_row(row, items[row] if row < len(items) else {})

    def add_row(self, row: int, item: Mapping[str, Any]) -> None:
        number = {"number": row + 1}
        made = {
            "place": forms.FloatField(
                label=_("Place of item %(number)d") % number, required=False, initial=row + 1,
                widget=forms.NumberInput(attrs={"step": "any"}),
            ),
            "title": forms.CharField(
                label=_("Question of item %(number)d") % number, max_length=120, required=False,
                initial=item.get("title", ""), widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "english": forms.CharField(
                label=_("Item %(number)d in English") % number, max_length=160, required=False,
                initial=item.get("english", ""), widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "hazard": forms.ChoiceField(
                label=_("Hazard of item %(number)d") % number, choices=LOOKED_FOR, required=False,
                initial=item.get("hazard", HazardKind.OTHER),
            ),
            "grade": forms.ChoiceField(
                label=_("How grave item %(number)d is") % number, choices=HazardGrade.choices, required=False,
                initial=item.get("grade", HazardGrade.GENERAL),
            ),
            "code": forms.CharField(max_length=40, required=False, widget=forms.HiddenInput, initial=item.get("code", "")),
        }  # fmt: skip
        self.fields.update({f"{part}_{row}": field for part, field in made.items()})

    def sheet(self) -> Iterator[dict[str, Any]]:
        """The rows for the page."""
        for row in range(self.rows):
            yield {part: self[f"{part}_{row}"] for part in PARTS}

    def items(self) -> list[dict[str, Any]]:
        """What was typed, in the order of the places; rows without a place come last."""
        given = self.cleaned_data
        rows = [row for row in range(self.rows) if given[f"title_{row}"].strip()]

        def order(row: int) -> tuple[float, int]:
            place = given[f"place_{row}"]
            return (float("inf") if place is None else place, row)

        return [
            {
                "code": given[f"code_{row}"],
                "title": given[f"title_{row}"].strip(),
                "english": given[f"english_{row}"].strip(),
                "hazard": given[f"hazard_{row}"] or HazardKind.OTHER.value,
                "grade": given[f"grade_{row}"] or HazardGrade.GENERAL.value,
            }
            for row in sorted(rows, key=order)
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not any((given.get(f"title_{row}") or "").strip() for row in range(self.rows)):
            self.add_error("title_0", _("Write at least one question."))
        return given


def rows_posted(data: Mapping[str, Any]) -> int:
    """How many rows came back, never more than a checklist can have."""
    numbers = [int(name[6:]) for name in data if name.startswith("title_") and name[6:].isdecimal() and len(name) < 9]  # fmt: skip
    return min(max(numbers, default=0) + 1, MOST_ITEMS)
