"""The story of a report on the phone, and what its reporter can do: answer, judge, remind, withdraw, reopen, prove."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case, Deadline
from gridloop.core.cases.timeline import timeline
from gridloop.core.journal.errors import NotFound
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import receipt as sealed_receipt
from gridloop.scenes.reports import visiting
from gridloop.scenes.reports.story import asked_by, told_entries, what_next
from gridloop.web.acting import person_of
from gridloop.web.asking import forms_for, is_current, make_posted, mark_of
from gridloop.web.move_forms import MoveForm

RESIDENT_MOVES = ("review", "answer", "reopen", "withdraw", "add", "remind", "join")


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The story of a report; its reporter can answer, judge, remind, withdraw and reopen."""
    try:
        case = visiting.report_for(request, number)
    except NotFound as refusal:
        return door(request, number, refusal)
    if is_current(request, mark_of([case])):
        return HttpResponse(status=204)
    return render(request, "reports/case.html", case_context(request, case))


def door(request: HttpRequest, number: str, refusal: NotFound) -> HttpResponse:
    """Whoever follows a link from a message, or wrote until the session was over, is not signed in: two ways in."""
    if person_of(request) is not None:
        raise refusal
    return render(request, "reports/door.html", {"number": number, "words": refusal.words}, status=404)


def case_context(request: HttpRequest, case: Case, form: MoveForm | None = None) -> dict[str, Any]:
    own, wrote = visiting.is_reporters(request, case), visiting.is_writers(request, case)
    after = what_next(case, own=own)
    by = visiting.reporting_actor(request, case)
    # Nobody hurries others while asked themselves.
    among = moves_of(wrote) - ({"remind"} if after.yours else set())
    moves = forms_for(request, case, by=by, among=among, bound=form)
    shown = case.exhibits.select_related("file").order_by("id")
    asks = after.yours and any(move.weight == "main" for move, _form in moves)
    return {
        "case": case,
        "mark": mark_of([case]),
        "own": own,
        "wrote": wrote,
        "joinable": case.open and not own,
        "step": kinds.kind(case.kind).step(case.step),
        "next": after,
        "asks": asks,  # the form itself says what comes next, and stands as high as can be
        "entries": told_entries(case, timeline(case, staff=False), own=own, wrote=wrote),
        "moves": [(move, asked_by(form)) for move, form in moves if move.name != "join"],
        "question": case.questions.filter(answered_at=None).order_by("-id").first() if wrote else None,
        "deadline": running_deadline(case),
        "sent_photos": [one for one in shown if one.purpose == "report" and (one.public or wrote)],
        "photos": [one for one in shown if one.purpose != "report" and one.public],
        "address": request.build_absolute_uri(reverse("reports:case", args=[case.number])),
    }


def moves_of(wrote: bool) -> set[str]:
    """A question is put to whoever wrote the report, and nobody else withdraws it."""
    return set(RESIDENT_MOVES) - (set() if wrote else {"answer", "withdraw"})


def running_deadline(case: Case) -> Deadline | None:
    """The clock that says when the next thing is due, or how much is left while it stands still."""
    if not case.open:
        return None
    running = Q(due_at=case.due_at) if case.due_at else Q(paused_at__isnull=False)
    return case.deadlines.filter(running, met_at=None, task=None).order_by("id").first()


@require_http_methods(["GET", "HEAD", "POST"])
def make_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of a resident: review, answer, reopen, remind, withdraw, me too."""
    try:
        case = visiting.report_for(request, number)
    except NotFound as refusal:
        return door(request, number, refusal)
    page = redirect("reports:case", case.number)
    if request.method != "POST":  # a page sent back with errors, opened anew
        return page
    if person_of(request) is None and move == "join":
        return redirect(f"{reverse('account:phone')}?next={page.url}")
    by = visiting.reporting_actor(request, case)
    form = make_posted(request, case, move, by=by, among=moves_of(visiting.is_writers(request, case)))
    if form is None:
        return page
    return render(request, "reports/case.html", case_context(request, case, form), status=422)


@require_safe
def proof(request: HttpRequest, number: str, entry: int) -> HttpResponse:
    """The receipt of one entry with its inclusion proof, as a file to keep (docs: tools/check_receipt.py)."""
    case = visiting.report_for(request, number)
    found = get_object_or_404(Entry, pk=entry, subject_kind="case", subject=case.pk)
    told = {one.entry for one in timeline(case, staff=False)}
    if found.pk not in told or not visiting.is_reporters(request, case):
        raise NotFound(_("There is no such proof."))
    answer = JsonResponse(sealed_receipt(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="gridloop-{case.number}-{found.pk}.json"'
    return answer
