"""What a worklist's address says: queue, filters, page; and filters people keep by name."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Urgency
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.cases.worklist import Filters, Queue, filtered, queues_of
from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.web.move_forms import TYPED_INTO, grouped_categories, unit_choices

KEPT = ("queue", "state", "step", "category", "unit", "area", "urgency", "source", "overdue", "supervised", "level",
        "q", "since", "until")  # fmt: skip


def steps() -> list[tuple[str, Any]]:
    """Every step of every kind, once."""
    found = {step.name: step.title for kind in kinds.kinds() for step in kind.steps}
    return [("", _("Any step")), *found.items()]


def towns() -> list[tuple[int, str]]:
    """The towns, from the picture of the territory in memory."""
    picture = tree.current()
    return [(area, picture.name(area)) for area in picture if picture.level(area) == "town"]


class PlainSelect(forms.Select):
    """A select written in one go: Django renders every option through a template of its own, which for a hundred
    classes and units takes longer than the rest of the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        inside = []
        for key, words in self.choices:
            if isinstance(words, (list, tuple)):
                inside.append(
                    format_html('<optgroup label="{}">{}</optgroup>', key, self._options(words, chosen))
                )
            else:
                inside.append(self._options([(key, words)], chosen))
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", attributes, mark_safe("".join(inside)))  # noqa: S308 escaped above

    def _options(self, choices: Iterable[tuple[Any, Any]], chosen: set[str]) -> SafeString:
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if str(key) in chosen else "", words) for key, words in choices),
        )


class FilterForm(forms.Form):
    """The narrowing of a worklist; everything is optional, so that a saved address never breaks."""

    q = forms.CharField(label=_("Words or number"), required=False)
    state = forms.ChoiceField(
        widget=PlainSelect,
        label=_("State"),
        required=False,
        choices=[("open", _("Open")), ("closed", _("Closed")), ("all", _("Open and closed"))],
    )
    step = forms.ChoiceField(label=_("Step"), required=False, choices=steps, widget=PlainSelect)
    category = forms.TypedChoiceField(
        widget=PlainSelect(attrs=TYPED_INTO),
        label=_("Class"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any class")), *grouped_categories()],
    )
    unit = forms.TypedChoiceField(
        widget=PlainSelect(attrs=TYPED_INTO),
        label=_("Lead unit"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any unit")), *unit_choices()],
    )
    area = forms.TypedChoiceField(
        widget=PlainSelect,
        label=_("Town"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any town")), *towns()],
    )
    urgency = forms.TypedChoiceField(
        widget=PlainSelect,
        label=_("Urgency"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Any urgency")), *Urgency.choices],
    )
    since = forms.DateField(
        label=_("Reported from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Reported until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)
    supervised = forms.BooleanField(label=_("Only supervised"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name in ("category", "unit"):
            if self.data.get(name):  # read once, for checking and for showing
                field = self.fields[name]
                field.choices = list(field.choices)  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What was given and could be read; the rest is left out."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            state=given.get("state") or "open",
            step=given.get("step") or "",
            category=given.get("category"),
            unit=given.get("unit"),
            area=given.get("area") or _area_of(self.data.get("area")),
            urgency=given.get("urgency"),
            overdue=bool(given.get("overdue")),
            supervised=bool(given.get("supervised")),
            words=given.get("q") or "",
            since=_midnight(given.get("since")),
            until=_midnight(given.get("until")),
            newest=self.data.get("sort") == "new",
        )

    def narrowing(self) -> list[tuple[str, str]]:
        """What makes the list another than everything open, as (field, words), so that each can be taken away again."""
        filters, given = self.filters(), self.cleaned_data
        chosen = {**given, "state": filters.state if filters.state != "open" else ""}
        found = [
            (name, said_of(self.fields[name], chosen[name]))
            for name in ("state", "step", "category", "unit", "urgency")
            if chosen.get(name)
        ]
        if filters.area:
            found.append(("area", tree.current().name(filters.area)))
        if filters.words:
            found.append(("q", f"“{filters.words}”"))
        found += [
            (name, f"{self.fields[name].label} {given[name]:%Y-%m-%d}")
            for name in ("since", "until")
            if given.get(name)
        ]
        return found + [
            (name, str(self.fields[name].label)) for name in ("overdue", "supervised") if given.get(name)
        ]


def said_of(field: forms.Field, value: Any) -> str:
    """The words of a choice."""
    for key, words in field.choices:  # type: ignore[attr-defined]
        inside = words if isinstance(words, (list, tuple)) else [(key, words)]
        for one, said in inside:
            if str(one) == str(value):
                return str(said)
    return str(value)


def _area_of(given: str | None) -> int | None:
    """A link from a map or a ranking may name any area, not only a town."""
    return int(given) if given and given.isdecimal() and int(given) in tree.current() else None


def _midnight(day: Any) -> datetime | None:
    # The ends of the calendar cannot be turned into another zone's time.
    if day and not 1900 < day.year < 3000:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def listed_cases(request: HttpRequest, person: Person) -> QuerySet[Case]:
    """Everything the present list holds, in no order: for counting it and for taking it away."""
    _queues, queue = chosen_queue(request, person)
    cases = Case.objects.filter(queue.condition) if queue else cases_within_reach(person)
    return filtered(cases, FilterForm(request.GET).filters())


def chosen_queue(request: HttpRequest, person: Person) -> tuple[list[Queue], Queue | None]:
    """The person's queues and the one asked for; without one, everything within reach ("all") or the first."""
    queues = queues_of(person)
    wanted = request.GET.get("queue", "")
    if wanted == "all":
        return queues, None
    return queues, next((queue for queue in queues if queue.name == wanted), queues[0] if queues else None)
