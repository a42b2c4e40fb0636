"""Retention: how long each kind of personal data is kept, and what was erased."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.queries import deletion_ledger
from gridloop.core.people.retention import RETENTIONS, periods, set_period
from gridloop.web.administration.pages import act, administer, by_of, changes_of, show


@require_safe
@administer
def retention(request: HttpRequest) -> HttpResponse:
    kept = periods()
    rows = [(row, kept[topic], kept[topic] != row.days) for topic, row in RETENTIONS.items()]
    erased = [
        (
            entry.at,
            str(RETENTIONS[entry.facts["topic"]].title) if entry.facts.get("topic") in RETENTIONS else "",
            entry.facts.get("count", ""),
        )
        for entry in deletion_ledger().filter(event="records_deleted", subject_kind="", subject=None)[:10]
    ]
    context = {"rows": rows, "erased": erased, "changes": changes_of([""], ["retention_changed"])}
    return show(request, "retention", _("Retention"), context)


@require_POST
@administer
def set_days(request: HttpRequest, topic: str) -> HttpResponse:
    def do() -> None:
        said = request.POST.get("days", "").strip()
        if not said.isdecimal():
            raise Refusal(_("Write the days as a whole number."), field="days")
        set_period(topic, int(said), by=by_of(request))

    return act(request, do, reverse("settings:retention"), _("The period was set."))
