"""What residents are told about their data: what is kept, who sees it, for how long, and what they can do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridloop.core.people.retention import RETENTIONS, Retention, periods

Kept = list[tuple[Retention, int]]


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The periods are the county's own, as they stand today."""
    return render(request, "web/privacy.html", {"kept": kept_longest()})


def kept_longest() -> Kept:
    """The retention table as residents read it: what is explained to them first, each part by how long it is kept."""
    days = periods()
    rows = [(row, days[topic]) for topic, row in RETENTIONS.items()]
    return sorted(rows, key=lambda kept: (not kept[0].then, -kept[1]))


def kept_of_residents() -> Kept:
    return [(row, days) for row, days in kept_longest() if row.then]
