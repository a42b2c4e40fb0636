"""The desk's pages of pairs: who is on the register, who lacks a companion, proposals, and the yearly run."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.models import Case
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.hours.forms import WordsForm
from gridloop.scenes.volunteers.pairs import actions, queries, succession, yearly
from gridloop.scenes.volunteers.pairs.forms import RegisterForm, RunForm
from gridloop.scenes.volunteers.pairs.homes import read_home
from gridloop.scenes.volunteers.pairs.models import Companion, Vulnerable
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.web.acting import actor_of, person_of, staff_only
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

KEEPS = "enter_for_others"
SHOWN_PROPOSALS = 8


def clerk_of(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door has seen to it
    return person


def vulnerable_of(request: HttpRequest, pk: int) -> Vulnerable:
    found = queries.vulnerable_in_reach(clerk_of(request), pk)
    if found is None:
        raise NotFound(_("There is no such person on the register in your reach."))
    return found


@require_safe
@staff_only(KEEPS)
def overview(request: HttpRequest) -> HttpResponse:
    """Missed visits first, then the register: who has nobody, who has no backup, everybody."""
    person = clerk_of(request)
    show = request.GET.get("show", "")
    found = queries.register_of(person)
    if show in ("primary", "backup"):
        found = queries.lacking(found, show)
    figures = queries.figures(person)
    tabs = [
        {"title": _("Everybody"), "url": "?", "current": not show, "count": figures["people"]},
        {
            "title": _("Nobody visits"),
            "url": "?show=primary",
            "current": show == "primary",
            "count": figures["unpaired"],
        },
        {
            "title": _("No backup"),
            "url": "?show=backup",
            "current": show == "backup",
            "count": figures["uncovered"],
        },
    ]
    context = {
        "page": page_of(request, queries.with_companions(found).order_by("community", "id")),
        "tabs": tabs,
        "figures": figures,
        "missed": queries.open_missed(person)[:10],
    }
    return render(request, "volunteers/pairs/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(KEEPS)
def enter(request: HttpRequest) -> HttpResponse:
    """Somebody new on the register."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_person(**form.given(), by=actor_of(request))
            return redirect("volunteers:pair_desk", made.pk)
        except Refusal as refusal:
            show_refusal(form, refusal)
    return render(request, "volunteers/pairs/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@staff_only(KEEPS)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's pair: companions, proposals by distance, the last visits."""
    return page_of_one(request, vulnerable_of(request, pk))


def page_of_one(
    request: HttpRequest, found: Vulnerable, *, form: WordsForm | None = None, home: object = None
) -> HttpResponse:
    pairing = found.pairing
    companions: list[Companion] = getattr(pairing, "live", [])
    roles = {companion.role for companion in companions if companion.state in queries.LIVE}
    missing = [role for role in actions.ROLES if role not in roles]
    context = {
        "vulnerable": found,
        "pairing": pairing,
        "companions": companions,
        "missing": missing,
        "nearest": succession.nearest(pairing)[:SHOWN_PROPOSALS] if missing else [],
        "visits": pairing.visits.select_related("companion__volunteer__person", "case").order_by("-due_at")[
            :12
        ],
        "form": form or WordsForm(),
        "home": home,
    }
    return render(request, "volunteers/pairs/one.html", context, status=422 if form and form.errors else 200)


@require_POST
@staff_only(KEEPS)
def show_home(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, telephone and home in plain, for a reason the person can read."""
    found = vulnerable_of(request, pk)
    try:
        home = read_home(found, reason=request.POST.get("reason", ""), by=actor_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("volunteers:pair_desk", pk)
    answer = page_of_one(request, found, home=home)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@staff_only(KEEPS)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one of the volunteers around: proposed and asked in one step."""
    found, by = vulnerable_of(request, pk), actor_of(request)
    volunteer = Volunteer.objects.filter(pk=request.POST.get("volunteer") or 0, left_at=None).first()
    if volunteer is None:
        raise NotFound(_("There is no such volunteer."))
    companion = actions.propose_companion(found.pairing, volunteer, role=request.POST.get("role", ""), by=by)
    actions.ask_companion(companion, by=by)
    messages.success(request, _("Asked. The answer comes here."))
    return redirect("volunteers:pair_desk", pk)


@require_POST
@staff_only(KEEPS)
def companion_act(request: HttpRequest, pk: int, companion: int) -> HttpResponse:
    """Ask a proposed companion, or end one."""
    found, by = vulnerable_of(request, pk), actor_of(request)
    chosen = (
        Companion.objects.filter(pk=companion, pairing=found.pairing)
        .select_related("pairing__vulnerable", "volunteer__person")
        .first()
    )
    if chosen is None:
        raise NotFound(_("There is no such companion."))
    if request.POST.get("act") == "ask":
        actions.ask_companion(chosen, by=by)
    else:
        actions.end_companion(
            chosen, reason=request.POST.get("words", "") or _("Ended by the community"), by=by
        )
    return redirect("volunteers:pair_desk", pk)


@require_POST
@staff_only(KEEPS)
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the register; home and remarks are erased."""
    actions.take_off_register(
        vulnerable_of(request, pk), reason=request.POST.get("words", ""), by=actor_of(request)
    )
    messages.success(request, _("Taken off the register; home and remarks are erased."))
    return redirect("volunteers:pairs_desk")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(KEEPS)
def run(request: HttpRequest) -> HttpResponse:
    """The yearly run: first a dry one to look at, then kept as proposals."""
    form = RunForm(request.POST or request.GET or {"capacity": 3})
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        made = yearly.plan_for(clerk_of(request), capacity=form.cleaned_data["capacity"])
        if request.method == "POST":
            kept = yearly.keep_plan(made, by=actor_of(request))
            messages.success(request, _("%(n)d proposals are kept. Ask whom you agree with.") % {"n": kept})
            return redirect("volunteers:pairs_desk")
        context |= {"run": made, "rows": rows_of(made)}
    return render(request, "volunteers/pairs/run.html", context, status=422 if form.errors else 200)


def rows_of(made: yearly.Run) -> list[dict[str, object]]:
    """The first hundred pairs of a plan in words, with the arithmetic of each."""
    pairs = made.plan.pairs[:100]
    register = Vulnerable.objects.filter(pairing__in=[pair.person for pair in pairs]).select_related(
        "person", "pairing", "community"
    )
    people = {one.pairing.pk: one for one in register}
    volunteers = Volunteer.objects.select_related("person").in_bulk([pair.helper for pair in pairs])
    return [
        {"pair": pair, "person": people[pair.person], "volunteer": volunteers[pair.helper]}
        for pair in pairs
        if pair.person in people and pair.helper in volunteers
    ]


@require_POST
@staff_only()
def door(request: HttpRequest, number: str) -> HttpResponse:
    """Name, telephone and home for whoever checks at the door because a visit was missed."""
    case = Case.objects.filter(number=number, kind="missed_visit").first()
    visit = queries.visit_of_case(case) if case else None
    person = person_of(request)
    if visit is None or person is None or not queries.may_read_home(person, visit.pairing.vulnerable):
        raise NotFound(_("There is no such case in your reach."))
    home = read_home(
        visit.pairing.vulnerable, reason=_("Check at the door after a missed visit"), by=actor_of(request)
    )
    answer = render(request, "volunteers/pairs/door.html", {"home": home, "case": case})
    answer["Cache-Control"] = "no-store"
    return answer
