"""What a worklist's address says: queue, filters, page; and filters people keep by name."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Urgency
from gridloop.core.cases.worklist import Filters, Queue, queues_of
from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.web.move_forms import grouped_categories, unit_choices

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


class FilterForm(forms.Form):
    """The narrowing of a worklist; everything is optional, so that a saved address never breaks."""

    q = forms.CharField(label=_("Words or number"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("open", _("Open")), ("closed", _("Closed")), ("all", _("All"))],
    )
    step = forms.ChoiceField(label=_("Step"), required=False, choices=steps)
    category = forms.TypedChoiceField(
        label=_("Class"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any class")), *grouped_categories()],
    )
    unit = forms.TypedChoiceField(
        label=_("Lead unit"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any unit")), *unit_choices()],
    )
    area = forms.TypedChoiceField(
        label=_("Town"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Any town")), *towns()],
    )
    urgency = forms.TypedChoiceField(
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
        )


def _area_of(given: str | None) -> int | None:
    """A link from a map or a ranking may name any area, not only a town."""
    return int(given) if given and given.isdigit() and int(given) in tree.current() else None


def _midnight(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def chosen_queue(request: HttpRequest, person: Person) -> tuple[list[Queue], Queue | None]:
    """The person's queues and the one asked for; without one, everything within reach ("all") or the first."""
    queues = queues_of(person)
    wanted = request.GET.get("queue", "")
    if wanted == "all":
        return queues, None
    return queues, next((queue for queue in queues if queue.name == wanted), queues[0] if queues else None)
