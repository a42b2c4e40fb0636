"""The county round table's pages: what waits, the agenda, a decision for each matter, the minutes."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.people.models import Organisation
from gridloop.scenes.enterprises.flow import TABLE_REASONS
from gridloop.scenes.enterprises.pages import ask, show
from gridloop.scenes.enterprises.specialists.queries import choice_for, names_of
from gridloop.scenes.enterprises.tables.actions import (
    call_table,
    close_minutes,
    decide_item,
    put_off,
    put_on_agenda,
)
from gridloop.scenes.enterprises.tables.models import AgendaItem
from gridloop.scenes.enterprises.tables.queries import agenda_of, table_with, tables_listed, waiting_matters
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.administration.pages import act
from gridloop.web.move_forms import TYPED_INTO, unit_choices
from gridloop.web.paging import page_of

readers = staff_only("dispatch", "see_measures", "answer_firms")
chairs = staff_only("arbitrate")


class TableForm(forms.Form):
    """A meeting to come."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.CharField(label=gettext_lazy("Where"), max_length=120, required=False)
    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Matters on the agenda"), queryset=AgendaItem.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *given: Any, waiting: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["items"]
        field.queryset = waiting  # type: ignore[attr-defined]
        field.label_from_instance = lambda item: f"{item.case.number} {item.case.title}"  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """What the table decides on one matter."""

    unit = forms.TypedChoiceField(
        label=gettext_lazy("Who leads (binding)"),
        coerce=int,
        choices=lambda: [("", "—"), *unit_choices()],
        widget=forms.Select(attrs=TYPED_INTO),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Working days to solve it"), min_value=1, max_value=90, initial=10
    )
    words = forms.CharField(
        label=gettext_lazy("The decision"), widget=forms.Textarea(attrs={"rows": 5}), max_length=2000
    )


@require_safe
@readers
def tables(request: HttpRequest) -> HttpResponse:
    """What waits for a table, and the tables with their minutes."""
    waiting = [
        (item, TABLE_REASONS.get(item.why, item.why)) for item in waiting_matters(viewer(request))[:50]
    ]
    return show(
        request, "tables/list", "tables", {"page": page_of(request, tables_listed(), 20), "waiting": waiting}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@chairs
def call(request: HttpRequest) -> HttpResponse:
    """Call a round table."""
    waiting = waiting_matters(viewer(request))
    initial = {"items": [item.pk for item in waiting]}
    form = TableForm(request.POST or None, waiting=waiting, initial=initial)
    return ask(
        request, form,
        lambda given: call_table(day=given["day"], place=given["place"], chair=viewer(request), items=given["items"], by=actor_of(request)),
        title=_("Call a round table"), current="tables", send=_("Call it"),
        then=lambda table: reverse("enterprises:table", args=[table.pk]), back=reverse("enterprises:tables"),
    )  # fmt: skip


@require_safe
@readers
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda of a table to come, the minutes of one that was."""
    found = table_with(pk)
    items = list(agenda_of(found))
    context = {
        "table": found,
        "items": [(item, TABLE_REASONS.get(item.why, item.why)) for item in items],
        "undecided": sum(item.decided_at is None for item in items),
        "waiting": waiting_matters(viewer(request))[:30] if found.closed_at is None else [],
    }
    return show(request, "tables/table", "tables", context)


@require_http_methods(["GET", "HEAD", "POST"])
@chairs
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: unit, days, words. The case moves on with a lead that cannot return it."""
    item = get_object_or_404(AgendaItem.objects.select_related("case__category", "table"), pk=pk)
    here = (
        reverse("enterprises:table", args=[item.table_id]) if item.table_id else reverse("enterprises:tables")
    )

    def do(given: dict[str, Any]) -> Any:
        unit = Organisation.objects.get(pk=given["unit"])
        return decide_item(item, unit=unit, days=given["days"], words=given["words"], by=actor_of(request))

    suggested = choice_for(item.case)
    initial = {"unit": suggested.best.duty.organisation} if suggested else {}
    lead = _("Why it came here: %(why)s. %(words)s") % {
        "why": TABLE_REASONS.get(item.why, item.why),
        "words": item.words,
    }
    if suggested:
        names = names_of([suggested.best.holder])
        lead += " " + _("The rule would give it to %(name)s.") % {
            "name": names.get(suggested.best.holder, "—")
        }
    return ask(
        request, DecisionForm(request.POST or None, initial=initial), do,
        title=f"{item.case.number} {item.case.title}", current="tables", send=_("Decide on it"), then=here, back=here,
        done=_("Decided. The matter goes on."), lead=lead,
    )  # fmt: skip


@require_POST
@chairs
def move_item(request: HttpRequest, pk: int) -> HttpResponse:
    """On an agenda, or off it."""
    item = get_object_or_404(AgendaItem, pk=pk)
    said = request.POST.get("table", "")
    table = table_with(int(said)) if said.isdecimal() else None
    back = table.pk if table else item.table_id
    here = reverse("enterprises:table", args=[back]) if back else reverse("enterprises:tables")
    by = actor_of(request)
    return act(request, lambda: put_on_agenda(table, item, by=by) if table else put_off(item, by=by), here)


@require_POST
@chairs
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes stand."""
    found = table_with(pk)
    words = request.POST.get("words", "")
    return act(
        request,
        lambda: close_minutes(found, words=words, by=actor_of(request)),
        reverse("enterprises:table", args=[pk]),
        _("The minutes are closed."),
    )
