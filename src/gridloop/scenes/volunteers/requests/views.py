"""The resident's pages of help: ask in three touches, see who comes, show the code, say how it was, mandates."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case
from gridloop.core.cases.timeline import timeline
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.hours.presence import seconds_left
from gridloop.scenes.volunteers.listings.models import StationItem
from gridloop.scenes.volunteers.listings.queries import orderable_item
from gridloop.scenes.volunteers.requests import mandates, queries
from gridloop.scenes.volunteers.requests.actions import Contact, ask_for_help
from gridloop.scenes.volunteers.requests.forms import AskForm, MandateForm
from gridloop.scenes.volunteers.requests.models import LIVE, Assignment, Mandate, Need
from gridloop.scenes.volunteers.requests.proving import shown_code
from gridloop.scenes.volunteers.requests.story import told_entries, what_next
from gridloop.web.acting import actor_of, signed_in, viewer
from gridloop.web.asking import forms_for, is_current, make_posted, mark_of
from gridloop.web.move_forms import MoveForm
from gridloop.web.refusals import show_refusal

RESIDENT_MOVES = ("review", "answer", "withdraw", "add", "remind")
SHOWN = 30


@require_safe
@signed_in
def start(request: HttpRequest) -> HttpResponse:
    """What was asked for, and the button to ask; an order from a station's menu goes straight to the form."""
    if "menu" in request.GET:
        return redirect(f"{reverse('volunteers:ask_help')}?{urlencode({'menu': request.GET['menu']})}")
    cases = list(queries.own_requests(viewer(request)).select_related("need__skill")[:SHOWN])
    mark = mark_of(cases)
    if is_current(request, mark):
        return HttpResponse(status=204)
    return render(request, "volunteers/requests/start.html", {"cases": cases, "mark": mark})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it; `menu` is a line of a station's menu that is ordered."""
    person = viewer(request)
    line = orderable_item(request.POST.get("menu") or request.GET.get("menu"))
    ordered = {"skill": line.skill_id, "words": line.title} if line else {}
    form = AskForm(request.POST or None, person=person, initial=ordered)
    if request.method == "POST" and form.is_valid() and form.spot is not None:
        try:
            return redirect("volunteers:request", asked(request, form, person, line).number)
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {"form": form, "line": line}
    return render(request, "volunteers/requests/ask.html", context, status=422 if form.errors else 200)


def asked(request: HttpRequest, form: AskForm, person: Person, line: StationItem | None) -> Case:
    given = form.cleaned_data
    helped = Person.objects.filter(pk=given["whom"]).first() if given["whom"] else person
    assert helped is not None and form.spot is not None
    return ask_for_help(
        given["skill"],
        **form.wish(),
        person=helped,
        contact=Contact(helped.name, helped.phone, given["place"]),
        by=actor_of(request),
        facts={"station": line.station_id, "menu": line.pk} if line else None,
    )


@require_safe
@signed_in
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """One's own request: how it stands, who comes, the code to show, and the verdict."""
    case = queries.own_request(viewer(request), number)
    if is_current(request, mark_of([case])):
        return HttpResponse(status=204)
    return render(request, "volunteers/requests/request.html", request_context(request, case))


def request_context(request: HttpRequest, case: Case, form: MoveForm | None = None) -> dict[str, Any]:
    person, by = viewer(request), actor_of(request)
    need = Need.objects.select_related("skill", "person").get(case=case)
    return {
        "case": case,
        "mark": mark_of([case]),
        "need": need,
        "for_another": need.person_id is not None and need.person_id != person.pk,
        "step": kinds.kind(case.kind).step(case.step),
        "next": what_next(case, need),
        "coming": [comer(one) for one in queries.kept_assignments(case)],
        "left": seconds_left(),
        "entries": told_entries(case, timeline(case, staff=False)),
        "moves": forms_for(request, case, by=by, among=RESIDENT_MOVES, bound=form),
        "question": case.questions.filter(answered_at=None).order_by("-id").first(),
    }


def comer(assignment: Assignment) -> dict[str, Any]:
    """Who comes, as the person helped may know them: a surname, a number, how they were rated, and the code."""
    volunteer = assignment.volunteer
    rated = volunteer.rating_sum / volunteer.ratings if volunteer.ratings else None
    return {
        "assignment": assignment,
        "name": masked_name(volunteer.person.name),
        "number": volunteer.number,
        "done": volunteer.done,
        "rated": rated,
        "code": shown_code(assignment) if assignment.state in LIVE else "",
    }


@require_safe
@signed_in
def codes(request: HttpRequest, number: str) -> HttpResponse:
    """The codes shown now: the page fetches them anew before they change."""
    case = queries.own_request(viewer(request), number)
    coming = [comer(one) for one in queries.kept_assignments(case).filter(state__in=LIVE)]
    answer = render(
        request, "volunteers/requests/codes.html", {"case": case, "coming": coming, "left": seconds_left()}
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
def make_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of whoever asked: judge, answer, remind, withdraw."""
    case = queries.own_request(viewer(request), number)
    form = make_posted(request, case, move, by=actor_of(request), among=RESIDENT_MOVES)
    if form is None:
        return redirect("volunteers:request", number)
    return render(
        request, "volunteers/requests/request.html", request_context(request, case, form), status=422
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mandate_list(request: HttpRequest) -> HttpResponse:
    """For whom one may ask, who may ask for oneself, and a new mandate."""
    person = viewer(request)
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_mandate(request, form, person)
            messages.success(request, _("Asked. They, or your community, will say yes or no."))
            return redirect("volunteers:mandates")
        except Refusal as refusal:
            show_refusal(form, refusal)
    rows = Mandate.objects.select_related("principal", "agent").prefetch_related("skills").order_by("-id")
    standing = rows.filter(state__in=["asked", "in_force"])
    given = list(standing.filter(principal=person)[:SHOWN])
    context = {
        "form": form,
        "held": standing.filter(agent=person)[:SHOWN],
        "given": given,
        "deciding": any(one.state == "asked" for one in given),  # then the yes is the page's one red button
    }
    return render(request, "volunteers/requests/mandates.html", context, status=422 if form.errors else 200)


def ask_mandate(request: HttpRequest, form: MandateForm, person: Person) -> Mandate:
    given, by = form.cleaned_data, actor_of(request)
    principal = person_by_phone(given["phone"], name=given["name"], by=by)
    chain = tree.chain(given["place"])
    community = Area.objects.get(pk=chain.community or given["place"])
    return mandates.ask_for_mandate(
        person,
        principal,
        relation=given["relation"],
        community=community,
        skills=given["skills"],
        valid_until=given["valid_until"],
        by=by,
    )


DECISIONS = {
    "confirm": mandates.confirm_mandate,
    "refuse": mandates.refuse_mandate,
    "withdraw": mandates.withdraw_mandate,
}


@require_POST
@signed_in
def decide_mandate(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Yes, no, or the end of a mandate."""
    person = viewer(request)
    mandate = Mandate.objects.filter(pk=pk).first()
    if (
        mandate is None
        or decision not in DECISIONS
        or person.pk not in (mandate.principal_id, mandate.agent_id)
    ):
        raise NotFound(_("There is no such mandate, or it is not yours."))
    DECISIONS[decision](mandate, by=actor_of(request))
    return redirect("volunteers:mandates")
