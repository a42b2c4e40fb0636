"""The case file: everything about one case on paper, in the order in which it happened, as it is put into a folder."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.queries import case_within_reach
from gridloop.core.territory import tree
from gridloop.web.acting import staff_only, viewer
from gridloop.web.desk.case_story import story, who_knew


@require_safe
@staff_only()
def case_file(request: HttpRequest, number: str) -> HttpResponse:
    """One case to be printed; reporters stay masked on paper too."""
    person = viewer(request)
    found = case_within_reach(person, number)
    context = {
        "case": found,
        "step": kinds.kind(found.kind).step(found.step),
        "kind": kinds.kind(found.kind),
        "place": tree.current().full_name(found.area_id),
        "deadlines": found.deadlines.order_by("id"),
        "tasks": found.tasks.select_related("organisation").order_by("id"),
        "exhibits": found.exhibits.select_related("file"),
        "entries": story(found)[::-1],
        "informed": who_knew(found),
        "printed_at": timezone.now(),
        "printed_by": person,
    }
    return render(request, "web/desk/case_file.html", context)
