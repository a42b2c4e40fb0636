"""The case page: the story, the clocks, the people, the reasons; and every move the viewer may make."""

import re
from typing import Any

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.deciding import DECIDED_WHEN
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case, Link
from gridloop.core.cases.queries import case_within_reach, cases_within_reach, moves_open_to
from gridloop.core.dispatch.suggesting import Suggested, classes_for, units_for
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.notices.answer_wordings import ANSWER, wordings_for
from gridloop.core.people.actions import unmask
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name, masked_phone
from gridloop.core.scenes import registry
from gridloop.core.territory import tree
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.desk.case_story import alike_within_reach, reasons, story, waiting, who_knew
from gridloop.web.move_forms import MoveForm
from gridloop.web.refusals import show_refusal

KEYS = {"accept": "a", "dispatch": "d", "take": "t", "complete": "c", "fix": "f", "verify": "v", "return": "r",
        "ask": "q", "note": "n", "hand_up": "u", "hand_down": "l", "extend": "e", "remind": "m", "supervise": "s",
        "acknowledge": "w", "reassign": "i", "link_duplicate": "o", "co_dispatch": "h", "decline": "z"}  # fmt: skip
NOT_AT_THE_DESK = ("join",)  # what staff say as residents they say on the residents' page
NEXT = re.compile(r"/desk/case/[\w-]{1,24}/")
TABS = ("story", "people", "reasons")
SIDE_SHOWN = 3  # moves beside the main one; the others stand in the menu
RELATED_SHOWN = 50


@require_safe
@staff_only()
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one case, in a constant number of queries."""
    person = viewer(request)
    found = case_within_reach(person, number)
    return render(request, "web/desk/case.html", case_context(request, found, person))


def case_context(request: HttpRequest, found: Case, person: Person) -> dict[str, Any]:
    kind = kinds.kind(found.kind)
    moves = moves_open_to(found, actor_of(request), person)
    deciding = [move for move in moves if move.when in DECIDED_WHEN]  # they stand beside what they decide
    others = [move for move in moves if move not in deciding and move.name not in NOT_AT_THE_DESK]
    main = next((move for move in others if move.weight == "main"), None) if not deciding else None
    others = [move for move in others if move is not main]
    side = [move for move in others if move.weight != "quiet"]
    side.sort(key=lambda move: move.weight != "main")
    tab = request.GET.get("tab", "story")
    context: dict[str, Any] = {
        "case": found,
        "step": kind.step(found.step),
        "place": tree.current().full_name(found.area_id),
        "tab": tab if tab in TABS else "story",
        "tabs": _tabs(tab),
        "main": main,
        "side_moves": _keyed(side[:SIDE_SHOWN]),
        "more_moves": _keyed([*side[SIDE_SHOWN:], *(move for move in others if move.weight == "quiet")]),
        "main_key": KEYS.get(main.name, "") if main else "",
        "deadlines": found.deadlines.select_related("task__organisation").order_by(
            F("due_at").asc(nulls_last=True), "id"
        ),
        "copied": copied_words(request, found),
        "tasks": found.tasks.select_related("organisation").order_by("id"),
        "exhibits": found.exhibits.select_related("file"),
        "related": related_cases(found, person),
        "waiting": waiting(found, person, deciding),
        "questions": found.questions.order_by("id"),
        "reporter": _reporter(found),
        "panels": panels(found, person),
    }
    if context["tab"] == "story":
        context["entries"] = story(found)
    elif context["tab"] == "people":
        context["informed"] = who_knew(found)
    else:
        context |= reasons(found, person)
    return context


def related_cases(found: Case, person: Person) -> list[tuple[str, Case]]:
    """What belongs to a case, each with how, as far as it lies within the viewer's reach as well; two queries."""
    ties = Link.objects.filter(Q(one=found) | Q(other=found)).values_list("one", "other")
    linked = {pk for pair in ties for pk in pair} | {found.parent_id, found.duplicate_of_id}
    near = Q(pk__in=linked - {found.pk, None}) | Q(parent=found) | Q(duplicate_of=found)
    rows = cases_within_reach(person).filter(near).order_by("-id")[:RELATED_SHOWN]
    return [(_relation(found, other), other) for other in rows]


def _relation(found: Case, other: Case) -> str:
    if other.pk == found.duplicate_of_id:
        return _("duplicate of")
    if other.duplicate_of_id == found.pk:
        return _("its duplicate")
    if other.pk == found.parent_id:
        return _("part of")
    return _("part") if other.parent_id == found.pk else _("looks like")


def copied_words(request: HttpRequest, found: Case) -> str:
    """What goes into a message to a colleague: number, title, address."""
    address = request.build_absolute_uri(reverse("desk:case", args=[found.number]))
    return f"{found.number} {found.title}\n{address}"


def panels(found: Case, person: Person) -> list[tuple[str, dict[str, Any]]]:
    """What scenes add to this page: (template, its context)."""
    told = ((panel.template, panel.facts(found, person)) for panel in registry.panels_of(found.kind))
    return [(template, dict(facts)) for template, facts in told if facts is not None]


def _keyed(moves: list[Move]) -> list[tuple[Move, str]]:
    return [(move, KEYS.get(move.name, "")) for move in moves]


def _tabs(current: str) -> list[dict[str, Any]]:
    titles = {"story": _("Story"), "people": _("Who knew when"), "reasons": _("Why")}
    return [{"title": titles[name], "url": f"?tab={name}", "current": name == current} for name in TABS]


def _reporter(found: Case) -> dict[str, str] | None:
    """Masked; one touch and a reason unmask it."""
    if found.reporter is None:
        return None
    return {"name": masked_name(found.reporter.name), "phone": masked_phone(found.reporter.phone)}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """The form of one move (alone for a dialog, else as a page), and the making of it."""
    person = viewer(request)
    found = case_within_reach(person, number)
    by = actor_of(request)
    row = next((one for one in moves_open_to(found, by, person) if one.name == move), None)
    if row is None:
        raise MoveNotPossible(
            _(
                "Somebody was faster: the case has moved on, and this cannot be done any more. Look at its story."
            )
        )
    if request.method != "POST":
        suggested = suggestions(row, found, person)
        sure = {name: picks[0].value for name, picks in suggested.items() if picks and picks[0].sure}
        return _show_form(request, found, MoveForm(row, found, initial=sure), suggested=suggested)
    form = MoveForm(row, found, request.POST, request.FILES)
    status = 422
    if form.is_valid():
        try:
            move_case(found, move, by=by, facts=form.facts(by), turn=form.cleaned_data.get("turn"))
            messages.success(request, made_words(row) % {"move": row.title, "number": number})
            return redirect(onward(request) or reverse("desk:case", args=[number]))
        except Refusal as refusal:
            show_refusal(form, refusal)
            status = refusal.status
    return _show_form(request, found, form, status)


def made_words(row: Move) -> str:
    if row.approval is not None:
        return _("“%(move)s” is asked for, and is made when another person has approved it: %(number)s")
    return _("“%(move)s” is done: %(number)s")


def onward(request: HttpRequest) -> str:
    """Where whoever works through a list wants to go next; only ever to another case."""
    wanted = request.POST.get("then", "")
    return wanted if NEXT.fullmatch(wanted) else ""


def suggestions(row: Move, found: Case, person: Person) -> dict[str, list[Suggested]]:
    """What could stand in the fields of a move, each with its reason."""
    asked = {need.name: need.kind for need in row.needs}
    picks: dict[str, list[Suggested]] = {}
    if asked.get("lead_unit") == "organisation":
        picks["lead_unit"] = units_for(found)
    if "category" in asked.values():
        own = found.category_id
        picks["category"] = [one for one in classes_for(found) if one.value != own]
    if asked.get(ANSWER) == "text":
        picks[ANSWER] = [
            Suggested(
                words,
                one.title,
                _("reviewed by %(who)s")
                % {"who": one.reviewed_by.name if one.reviewed_by else _("gridloop")},
            )
            for one, words in wordings_for(found, row.name)
        ]
    if "case" in asked.values():
        picks["case"] = [
            Suggested(one.case.number, one.case.title, f"{one.score:.0%}")
            for one in alike_within_reach(found, person)
        ]
    return picks


def _show_form(
    request: HttpRequest,
    found: Case,
    form: MoveForm,
    status: int = 200,
    suggested: dict[str, list[Suggested]] | None = None,
) -> HttpResponse:
    alone = not request.headers.get("HX-Request")
    template = "web/desk/move.html" if alone else "web/desk/move_form.html"
    needs = [(bound, (suggested or {}).get(bound.name, [])) for bound in form.visible_needs()]
    decided = waiting(found, viewer(request)) if form.move.when in DECIDED_WHEN else []
    context = {
        "case": found,
        "form": form,
        "move": form.move,
        "needs": needs,
        "waiting": decided,
        "alone": alone,
    }
    return render(request, template, context, status=status)


@require_POST
@staff_only("unmask")
def unmask_reporter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one reporter's name and number, for a reason that the person can read."""
    found = case_within_reach(viewer(request), number)
    if found.reporter is None:
        raise NotFound(_("This report is anonymous; there is no name to show."))
    reason, by = request.POST.get("reason", ""), actor_of(request)
    shown = {field: unmask(found.reporter, field, reason=reason, by=by) for field in ("name", "phone")}
    return render(
        request, "web/desk/unmasked.html", {"shown": shown, "back": reverse("desk:case", args=[number])}
    )
