"""The firm's pages on the phone: ask, with answers that may help before sending; follow, answer, judge."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Category
from gridloop.core.cases.timeline import timeline
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.enterprises.answers.queries import suggestions
from gridloop.scenes.enterprises.firms.actions import claim_firm
from gridloop.scenes.enterprises.firms.models import Claim
from gridloop.scenes.enterprises.matters.actions import ask_matter
from gridloop.scenes.enterprises.matters.forms import AskForm
from gridloop.scenes.enterprises.matters.models import Matter
from gridloop.scenes.enterprises.matters.queries import class_for, matter_behind, matters_behind, own_firms
from gridloop.scenes.enterprises.matters.telling import told_entries, what_next
from gridloop.web.acting import actor_of, person_of, signed_in, viewer
from gridloop.web.asking import forms_for, is_current, make_posted, mark_of
from gridloop.web.move_forms import MoveForm
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

FIRM_MOVES = ("review", "answer", "reopen", "withdraw", "add", "remind")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """/firms/: what the platform does, and the matters of one's own firm."""
    person = person_of(request)
    if person is None:
        return render(request, "enterprises/matters/start.html", {})
    page = page_of(request, matters_behind(person), 20)
    waiting = Claim.objects.filter(person=person, decided_at=None)
    return render(
        request,
        "enterprises/matters/start.html",
        {"page": page, "firms": own_firms(person), "claims": waiting},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it: the page of the matter."""
    person, by = viewer(request), actor_of(request)
    firms = list(own_firms(person))
    form = AskForm(request.POST or None, request.FILES or None, firms=firms)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _taken_in(request, form, person)
            except Refusal as refusal:
                show_refusal(form, refusal)
                status = refusal.status
    return render(request, "enterprises/matters/ask.html", {"form": form, "by": by}, status=status)


def _taken_in(request: HttpRequest, form: AskForm, person: Person) -> HttpResponse:
    by, given, firm = actor_of(request), form.cleaned_data, form.chosen_firm
    claim = None if firm else claim_firm(credit_code=given["credit_code"], name=given["firm_name"], by=by)
    chosen = form.chosen_category
    closer = class_for(given["words"], chosen.children.filter(retired_at=None))
    case = ask_matter(
        words=given["words"], category=closer or chosen, firm=firm, claim=claim, town=given.get("town"), asker=person, by=by,
        files=[keep_photo(upload, by=by) for upload in given["photos"]], key=given["key"],
    )  # fmt: skip
    messages.success(request, _("Thank you. We have it."))
    return redirect("enterprises:matter", case.number)


@require_GET
@signed_in
def similar(request: HttpRequest) -> HttpResponse:
    """Before sending: has this been solved? It closes nothing and sends nothing."""
    words = request.GET.get("words", "").strip()
    chosen = request.GET.get("category", "")
    category = Category.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    return render(request, "enterprises/answers/alike.html", {"alike": suggestions(words, category)})


@require_safe
@signed_in
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter of one's own firm."""
    found = matter_behind(viewer(request), number)
    if is_current(request, mark_of([found.case])):
        return HttpResponse(status=204)
    return render(request, "enterprises/matters/matter.html", matter_context(request, found))


def matter_context(request: HttpRequest, found: Matter, form: MoveForm | None = None) -> dict[str, Any]:
    case = found.case
    return {
        "case": case,
        "mark": mark_of([case]),
        "matter": found,
        "step": kinds.kind(case.kind).step(case.step),
        "next": what_next(case),
        "entries": told_entries(timeline(case, staff=False)),
        "moves": forms_for(request, case, by=actor_of(request), among=FIRM_MOVES, bound=form),
        "question": case.questions.filter(answered_at=None).order_by("-id").first(),
        "deadline": case.deadlines.filter(name="completion", task=None).order_by("-id").first(),
        "photos": [
            each for each in case.exhibits.select_related("file") if each.public or each.purpose == "report"
        ],
    }


@require_POST
@signed_in
def make_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of the firm: judge, answer a question, remind, take back, open again."""
    found = matter_behind(viewer(request), number)
    form = make_posted(request, found.case, move, by=actor_of(request), among=FIRM_MOVES)
    if form is None:
        messages.success(request, _("Thank you. It is written down."))
        return redirect("enterprises:matter", number)
    context = matter_context(request, matter_behind(viewer(request), number), form)
    return render(request, "enterprises/matters/matter.html", context, status=422)
