"""The volunteer's pages: what one is asked, what one has promised, being there, being done, saying how it was."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.engagements import work_beside
from gridloop.scenes.volunteers.requests import actions, queries
from gridloop.scenes.volunteers.requests.forms import DeclineForm, HandBackForm, ProofForm, RateForm
from gridloop.scenes.volunteers.requests.models import AssignmentState, Offer, Side
from gridloop.scenes.volunteers.roster.queries import volunteer_of
from gridloop.web.acting import actor_of, signed_in, viewer
from gridloop.web.asking import is_current, mark_of
from gridloop.web.refusals import show_refusal

PAST_SHOWN = 10


@require_safe
@signed_in
def tasks(request: HttpRequest) -> HttpResponse:
    """Offers first, then what is promised, then what was."""
    context = tasks_context(request)
    if is_current(request, context["mark"]):
        return HttpResponse(status=204)
    return render(request, "volunteers/requests/tasks.html", context)


def tasks_context(
    request: HttpRequest, wrong: DeclineForm | None = None, wrong_offer: int = 0
) -> dict[str, Any]:
    person, now = viewer(request), timezone.now()
    offers = list(queries.open_offers(person, now)[:30])
    volunteer = volunteer_of(person)
    promised = list(queries.own_tasks(person)[:30])
    spans = [(offer.case.need.since, offer.case.need.until) for offer in offers]
    busy = work_beside(volunteer.pk, spans) if volunteer else [None for _offer in offers]
    return {
        "volunteer": volunteer,
        "offers": [
            (
                offer,
                wrong if wrong and offer.pk == wrong_offer else DeclineForm(prefix=f"offer{offer.pk}"),
                what,
            )
            for offer, what in zip(offers, busy, strict=True)
        ],
        "tasks": promised,
        "mark": mark_of(
            [*((offer.pk, 0) for offer in offers), *((task.pk, task.state) for task in promised)]
        ),
        "past": list(queries.past_tasks(person)[:PAST_SHOWN]),
    }


def own_offer(request: HttpRequest, pk: int) -> Offer:
    return get_object_or_404(Offer.objects.select_related("case"), pk=pk, volunteer__person=viewer(request))


@require_POST
@signed_in
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """I will come."""
    offer = own_offer(request, pk)
    try:
        assignment = actions.accept_offer(offer, by=actor_of(request))
    except Refusal as refusal:
        messages.warning(request, str(refusal.words))
        return redirect("volunteers:tasks")
    return redirect("volunteers:task", assignment.pk)


@require_POST
@signed_in
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """I cannot come, because."""
    offer = own_offer(request, pk)
    form = DeclineForm(request.POST, prefix=f"offer{offer.pk}")
    if not form.is_valid():
        return render(
            request, "volunteers/requests/tasks.html", tasks_context(request, form, offer.pk), status=422
        )
    try:
        given = form.cleaned_data
        actions.decline_offer(offer, reason=given["reason"], words=given["words"], by=actor_of(request))
        messages.success(request, _("Thank you for answering. Somebody else is asked now."))
    except Refusal as refusal:
        messages.warning(request, str(refusal.words))
    return redirect("volunteers:tasks")


@require_safe
@signed_in
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One promised task."""
    return render(request, "volunteers/requests/task.html", task_context(request, pk))


def task_context(request: HttpRequest, pk: int, **more: Any) -> dict[str, Any]:
    found = queries.own_task(viewer(request), pk)
    rated = found.feedback.filter(side=Side.VOLUNTEER).first()
    return {
        "task": found,
        "case": found.case,
        "need": found.case.need,
        "live": found.state in (AssignmentState.PROMISED, AssignmentState.ARRIVED),
        "proof": ProofForm(),
        "back": HandBackForm(),
        "rate": RateForm(),
        "rated": rated,
        **more,
    }


@require_POST
@signed_in
def show_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Address and contact, in plain; that they were read is written down."""
    found = queries.own_task(viewer(request), pk)
    contact = actions.read_contact(found.case, by=actor_of(request))
    answer = render(request, "volunteers/requests/task.html", task_context(request, pk, contact=contact))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
def prove(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """I am there; the task is done."""
    found = queries.own_task(viewer(request), pk)
    form = ProofForm(request.POST)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value}
        try:
            if what == "arrive":
                actions.arrive(found, by=actor_of(request), **given)
            else:
                actions.complete(found, by=actor_of(request), **given)
            return redirect("volunteers:task", pk)
        except Refusal as refusal:
            show_refusal(form, refusal)
    return render(request, "volunteers/requests/task.html", task_context(request, pk, proof=form), status=422)


@require_POST
@signed_in
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    """I cannot come after all."""
    found = queries.own_task(viewer(request), pk)
    form = HandBackForm(request.POST)
    if form.is_valid():
        try:
            given = form.cleaned_data
            actions.hand_back(found, reason=given["reason"], words=given["words"], by=actor_of(request))
            messages.success(request, _("Thank you for saying so. Somebody else is looked for."))
            return redirect("volunteers:tasks")
        except Refusal as refusal:
            form.add_error(None, str(refusal.words))
    return render(request, "volunteers/requests/task.html", task_context(request, pk, back=form), status=422)


@require_POST
@signed_in
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """How the task was."""
    found = queries.own_task(viewer(request), pk)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            actions.rate_task(
                found,
                rating=form.cleaned_data["rating"],
                words=form.cleaned_data["words"],
                by=actor_of(request),
            )
            return redirect("volunteers:task", pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal.words))
    return render(request, "volunteers/requests/task.html", task_context(request, pk, rate=form), status=422)
