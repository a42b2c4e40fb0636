"""The worklist: queues, filters, bulk moves, export; the most urgent first."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.actions import MoveResult, move_cases
from gridloop.core.cases.deciding import count_shown
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case, Request
from gridloop.core.cases.numbers import number_in
from gridloop.core.cases.queries import cases_within_reach, moves_for
from gridloop.core.cases.standing import PostsAlone
from gridloop.core.cases.worklist import TO_DECIDE, count_to_limit
from gridloop.core.cases.worklist import worklist as page_of
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.journal.actions import record
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import abilities_of, hats
from gridloop.core.spreadsheets import write_rows
from gridloop.core.territory import tree
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.desk.case_views import KEYS
from gridloop.web.desk.filters import KEPT, FilterForm, chosen_queue, listed_cases
from gridloop.web.desk.saved_filters import filter_chips
from gridloop.web.move_forms import MoveForm

NUMBERS_TOLD = 20
UNDECIDED = Prefetch("requests", Request.objects.filter(decided_at=None), to_attr="undecided")
BULK = (
    "accept",
    "dispatch",
    "take",
    "verify",
    "remind",
    "supervise",
    "hand_up",
    "hand_down",
    "reassign",
    "correct",
    "close",
)
EXPORTED = 50_000
OF_AN_ISSUE = 8  # its cases shown; the others stand on a page of their own
AT_ONCE = 200  # cases one move is made for, or one export names
TAKES_AWAY = ("export", "dispatch")


@require_safe
@staff_only()
def worklist(request: HttpRequest) -> HttpResponse:
    """One page of one queue; htmx asks for the list alone."""
    person = viewer(request)
    if named := case_named(request, person):
        return redirect("desk:case", named)
    queues, queue = chosen_queue(request, person)
    form = FilterForm(request.GET)
    filters = form.filters()
    page = page_of(person, filters, queue=queue, key=request.GET.get("page", ""))
    prefetch_related_objects(page.cases, UNDECIDED)
    picture = tree.current()
    seat = queue.area if queue else None
    rows = [(case, picture.name_from(case.area_id, seat)) for case in page.cases]
    context = {
        "form": form,
        "filters": filters,
        "queues": [
            _queue_tab(
                request,
                one.name,
                one.title,
                queue is not None and queue.name == one.name,
                count_shown(person) if one.name == TO_DECIDE else None,
            )
            for one in queues
        ]
        + [_queue_tab(request, "all", _("Everything I may see"), queue is None)],
        "rows": rows,
        "newest": not filters.by_due,
        "cleared": f"?queue={queue.name if queue else 'all'}",
        "newer": _page_address(request, page.newer),
        "older": _page_address(request, page.older),
        "chips": filter_chips(request, person, queue.name if queue else "all"),
        "may_enter": "enter_for_others" in abilities_of(person),
        "may_export": bool(abilities_of(person).intersection(TAKES_AWAY)),
        "bulk_moves": [
            (move, KEYS.get(move.name, "")) for move in bulk_moves(request, list(page.cases)[:20], person)
        ],
        "narrowed": is_narrowed(request),
        "filtering": "filters" in request.GET,
        "narrowing": [
            {"words": words, "without": _address(request, **{name: None, "page": None})}
            for name, words in form.narrowing()
        ],
    }
    template = (
        "web/desk/rows.html"
        if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        else "web/desk/worklist.html"
    )
    return render(request, template, context)


@require_safe
@staff_only()
def filters(request: HttpRequest) -> HttpResponse:
    """The form of the filters, fetched when somebody opens it: most never do, and its lists are long."""
    context = {"form": FilterForm(request.GET), "narrowed": is_narrowed(request)}
    return render(request, "web/desk/filter_form.html", context)


def is_narrowed(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in KEPT if name != "queue")


def case_named(request: HttpRequest, person: Person) -> str:
    """The number of the one case somebody looks for by its whole number; "" when words were typed or it is not theirs."""
    number = number_in(request.GET.get("q", ""))
    return number if number and cases_within_reach(person).filter(number=number).exists() else ""


@require_safe
@staff_only()
def count(request: HttpRequest) -> HttpResponse:
    """How many cases the list holds, fetched once it stands there: who reads the first ten need not wait for it."""
    found, more = count_to_limit(listed_cases(request, viewer(request)))
    shown = f"{found}+" if more else str(found)
    words = ngettext("%(n)s case", "%(n)s cases", found)
    return HttpResponse(words % {"n": shown}, content_type="text/plain; charset=utf-8")


def _address(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _queue_tab(
    request: HttpRequest, name: str, title: Any, current: bool, count: str | None = None
) -> dict[str, Any]:
    address = _address(request, queue=name, page=None)
    return {"title": title, "url": address, "current": current, "count": count}


def _page_address(request: HttpRequest, key: str | None) -> str:
    return _address(request, page=key) if key else ""


def bulk_moves(request: HttpRequest, cases: list[Case], person: Person) -> list[Move]:
    """The moves that can be made on at least one of the rows shown."""
    by, worn = actor_of(request), hats(person)
    found: dict[str, Move] = {}
    for case in {case.step: case for case in cases}.values():
        for move in moves_for(case, PostsAlone(case, by, worn), only=BULK):
            if move.bulk:
                found.setdefault(move.name, move)
    return sorted(found.values(), key=lambda move: BULK.index(move.name))


def _bulk_row(name: str) -> Move:
    row = next((move for kind in kinds.kinds() for move in kind.named(name) if move.bulk), None)
    if row is None:
        raise NotFound(_("This cannot be done for several cases at once."))
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def bulk(request: HttpRequest) -> HttpResponse:
    """One move for the chosen cases, each guarded for itself; what was refused is said case by case."""
    if request.method != "POST":
        row = _bulk_row(request.GET.get("move", ""))
        return render(request, "web/desk/bulk_form.html", {"form": MoveForm(row, None), "move": row})
    person, by = viewer(request), actor_of(request)
    row = _bulk_row(request.POST.get("move", ""))
    chosen = list(cases_within_reach(person).filter(number__in=request.POST.getlist("selected")[:AT_ONCE]))
    back = request.POST.get("back", "")
    answer = HttpResponseRedirect(back if back.startswith("/desk/") else reverse("desk:worklist"))
    form = MoveForm(row, None, request.POST, request.FILES)
    if not chosen:
        messages.warning(request, _("Choose at least one case first."))
        return answer
    if not form.is_valid():
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            messages.error(request, f"{label}: {errors[0]}")
        return answer
    results = move_cases(chosen, row.name, by=by, facts=form.facts(by))
    done = sum(result.refusal is None for result in results)
    if done:
        words = ngettext("“%(move)s”: %(n)d case.", "“%(move)s”: %(n)d cases.", done)
        messages.success(request, words % {"move": row.title, "n": done})
    for words, numbers in refused_by_reason(results).items():
        shown = ", ".join(numbers[:NUMBERS_TOLD])
        if len(numbers) > NUMBERS_TOLD:
            more = len(numbers) - NUMBERS_TOLD
            shown = _("%(numbers)s and %(more)d more") % {"numbers": shown, "more": more}
        messages.warning(request, f"{shown}: {words}")
    return answer


def refused_by_reason(results: Iterable[MoveResult]) -> dict[str, list[str]]:
    """Each reason once, with the numbers of all the cases it kept from moving."""
    told: dict[str, list[str]] = {}
    for result in results:
        if result.refusal is not None:
            told.setdefault(str(result.refusal.words), []).append(result.case.number)
    return told


@require_safe
@staff_only(*TAKES_AWAY)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list, or the rows chosen in it, as a spreadsheet without persons; that it was taken is journalled."""
    person, chosen = viewer(request), request.GET.getlist("selected")[:AT_ONCE]
    listed = cases_within_reach(person).filter(number__in=chosen) if chosen else listed_cases(request, person)
    cases = listed.select_related("category", "lead_unit").order_by("-id")[:EXPORTED]
    picture = tree.current()
    headers = [_("Number"), _("Matter"), _("Class"), _("Step"), _("Area"), _("Lead unit"), _("Urgency"), _("Reported"),
               _("Due"), _("Closed"), _("Outcome"), _("Rating")]  # fmt: skip
    rows = (
        [
            case.number, case.title, case.category.name if case.category else "",
            str(kinds.kind(case.kind).step(case.step).title), picture.full_name(case.area_id),
            case.lead_unit.name if case.lead_unit else "", case.get_urgency_display(), _stamp(case.reported_at),
            _stamp(case.due_at), _stamp(case.closed_at), case.outcome, case.rating or "",
        ]
        for case in cases.iterator(chunk_size=2000)
    )  # fmt: skip
    with transaction.atomic():
        record("cases_exported", by=actor_of(request), facts={"query": request.GET.urlencode()})
    answer = StreamingHttpResponse(
        write_rows(headers, rows),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = f'attachment; filename="gridloop-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer


def _stamp(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


@require_safe
@staff_only("dispatch", "see_measures")
def hot_issues(request: HttpRequest) -> HttpResponse:
    """Clusters of open cases near in place, time and words, with the arithmetic of their heat."""
    person = viewer(request)
    seen = cases_within_reach(person)
    issues = HotIssue.objects.filter(cases__in=seen).distinct().order_by("-heat")[:30]
    rows = []
    for issue in issues:
        cases = list(issue.cases.filter(pk__in=seen.values("pk"))[: OF_AN_ISSUE + 1])
        rows.append((issue, cases[:OF_AN_ISSUE], len(cases) > OF_AN_ISSUE))
    return render(request, "web/desk/hot_issues.html", {"rows": rows})
