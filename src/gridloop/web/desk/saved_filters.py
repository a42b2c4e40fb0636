"""Filters kept by name: the chips above the worklist, keeping the present narrowing, and letting one go."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gridloop.core.people.models import Person
from gridloop.web.acting import staff_only, viewer
from gridloop.web.desk.filters import KEPT
from gridloop.web.models import SavedFilter

OWN = (("overdue", "on"), ("supervised", "on"), ("urgency", "1"))


def what_narrows(query: QueryDict) -> str:
    """The part of an address that says which cases are meant: no page, no open form."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if value := query.get(name):
            kept[name] = str(value)
    return kept.urlencode()


def filter_chips(request: HttpRequest, person: Person, queue: str) -> list[dict[str, Any]]:
    """Our three, which narrow the queue one looks at, then the person's own; a chip in use takes itself away again."""
    here, plain = what_narrows(request.GET), QueryDict(f"queue={queue}") if queue else QueryDict()
    titles = {"overdue": _("Overdue"), "supervised": _("Supervised"), "urgency": _("Emergencies")}
    chips = []
    for name, value in OWN:
        narrowed = plain.copy()
        narrowed[name] = value
        current = request.GET.get(name) == value
        chips.append({"title": titles[name], "url": f"?{(plain if current else narrowed).urlencode()}",
                      "current": current, "urgent": name == "overdue"})  # fmt: skip
    for saved in SavedFilter.objects.filter(person=person)[:20]:
        current = what_narrows(QueryDict(saved.query)) == here
        chips.append({"title": saved.name, "url": f"?{saved.query}", "current": current,
                      "forget": reverse("desk:forget_filter", args=[saved.pk]) if current else ""})  # fmt: skip
    return chips


@require_POST
@staff_only()
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present narrowing under a name."""
    name = request.POST.get("name", "").strip()[:40]
    query = what_narrows(QueryDict(request.POST.get("query", "")))[:500]
    if name and query:
        SavedFilter.objects.update_or_create(person=viewer(request), name=name, defaults={"query": query})
    return redirect(f"{reverse('desk:worklist')}?{query}")


@require_POST
@staff_only()
def forget_filter(request: HttpRequest, pk: int) -> HttpResponse:
    SavedFilter.objects.filter(person=viewer(request), pk=pk).delete()
    return redirect("desk:worklist")
