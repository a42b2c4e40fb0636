"""What residents are told about their data: what is kept, who sees it, for how long, and what they can do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridloop.core.people.retention import RETENTIONS, periods


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The periods are the county's own, as they stand today."""
    days = periods()
    kept = sorted(((row.title, days[topic]) for topic, row in RETENTIONS.items()), key=lambda row: -row[1])
    return render(request, "web/privacy.html", {"kept": kept})
