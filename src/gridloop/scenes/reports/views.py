"""The resident's pages: report in three touches, a receipt, the story of the case, and the verdict."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Question
from gridloop.core.cases.queries import coarse_point
from gridloop.core.cases.timeline import timeline
from gridloop.core.cases.tokens import question_of
from gridloop.core.cases.worklist import reported_by
from gridloop.core.dispatch.queries import Alike, similar_open_cases
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import receipt as sealed_receipt
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.throttling import address_of, count_try, report_gate
from gridloop.core.territory import tree
from gridloop.core.territory.models import Place
from gridloop.scenes.reports import queries, visiting
from gridloop.scenes.reports.actions import report_matter
from gridloop.scenes.reports.forms import AnswerForm, ReportForm, TrackForm, spot_of
from gridloop.scenes.reports.story import told_entries, what_next
from gridloop.web.acting import actor_of, person_of, signed_in
from gridloop.web.asking import forms_for, is_current, make_posted, mark_of
from gridloop.web.move_forms import MoveForm
from gridloop.web.refusals import show_refusal
from gridloop.web.tracking import remember_tracked

RESIDENT_MOVES = ("review", "answer", "reopen", "withdraw", "remind", "join")
SHOWN = 30


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """/: where residents begin. Staff are led to their own first page by the sign-in."""
    recent = queries.public_reports().order_by("-id")[:5]
    return render(request, "reports/start.html", {"recent": recent})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it: a receipt."""
    person = person_of(request)
    code = request.GET.get("place", "").replace("\x00", "")
    place = Place.objects.filter(code=code).first() if code else None
    if request.method != "POST":
        initial = {"code": place.code, "place": place.name} if place else {}
        return render(
            request,
            "reports/report.html",
            {"form": ReportForm(known=person is not None, initial=initial), "place": place},
        )
    form = ReportForm(request.POST, request.FILES, known=person is not None)
    if not form.is_valid() or form.spot is None:
        return render(request, "reports/report.html", {"form": form}, status=422)
    by, given = actor_of(request), form.cleaned_data
    try:
        if person is None:
            count_try(report_gate(address_of(request)))
        reporter = person
        if person is None and given["reach"] == "phone":
            reporter = person_by_phone(given["phone"], by=by)
        photos = [keep_photo(upload, by=by) for upload in given["photos"]]
        receipt = report_matter(
            words=given["words"],
            spot=form.spot,
            by=by,
            reporter=reporter,
            anonymous=reporter is None,
            photos=photos,
            public=given["public"],
            key=given["key"],
        )
    except Refusal as refusal:
        show_refusal(form, refusal)
        return render(request, "reports/report.html", {"form": form}, status=refusal.status)
    if person is None:  # who is signed in stands behind the report already; nothing needs to be remembered
        remember_tracked(request, receipt.case)
    if receipt.tracking_code:
        request.session[f"code:{receipt.case.pk}"] = receipt.tracking_code
    return redirect("reports:receipt", receipt.case.number)


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Before sending: is it one of these? Only public ones, without persons."""
    words = request.GET.get("words", "").strip()
    try:
        spot = spot_of({**request.GET.dict(), **_floats(request)})
    except Refusal:
        return HttpResponse("")
    alike = similar_open_cases(words, spot, public_only=True) if len(words) >= 4 else []
    return render(request, "reports/similar.html", {"alike": [as_stranger_sees(one) for one in alike]})


def as_stranger_sees(one: Alike) -> dict[str, Any]:
    """No words of the reporter's, and how far only roughly."""
    about = None if one.metres is None else max(100, round(one.metres, -2))
    return {"case": one.case, "place": tree.current().name(one.case.area_id), "about": about}


def _floats(request: HttpRequest) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in ("place_longitude", "place_latitude"):
        try:
            found[name] = float(request.GET.get(name, ""))
        except ValueError:
            found[name] = None
    return found


@require_safe
def place_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code of a place leads: the form, with the place filled in."""
    place = get_object_or_404(Place, code=code)
    return redirect(f"{reverse('reports:report')}?place={place.code}")


@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What the reporter takes home: number, code, what happens next, and the sealed proof."""
    case = visiting.report_for(request, number)
    if not visiting.is_reporters(request, case):
        return redirect("reports:case", number)
    code = request.session.get(f"code:{case.pk}", "")
    return render(request, "reports/receipt.html", {"case": case, "code": code, "next": what_next(case)})


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


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The story of a report; its reporter can answer, judge, remind, withdraw and reopen."""
    case = visiting.report_for(request, number)
    if is_current(request, mark_of([case])):
        return HttpResponse(status=204)
    own = visiting.is_reporters(request, case)
    return render(request, "reports/case.html", case_context(request, case, own))


def case_context(request: HttpRequest, case: Case, own: bool, form: MoveForm | None = None) -> dict[str, Any]:
    by, wrote = visiting.reporting_actor(request, case), visiting.is_writers(request, case)
    among = [name for name in RESIDENT_MOVES if not (own and name == "join")]
    kind = kinds.kind(case.kind)
    return {
        "case": case,
        "mark": mark_of([case]),
        "own": own,
        "wrote": wrote,
        "step": kind.step(case.step),
        "next": what_next(case),
        "entries": told_entries(case, timeline(case, staff=False), own=own, wrote=wrote),
        "moves": forms_for(request, case, by=by, among=among, bound=form),
        "question": case.questions.filter(answered_at=None).order_by("-id").first() if wrote else None,
        "deadline": case.deadlines.filter(name__in=["completion", "first_response"]).order_by("-id").first(),
        "photos": [
            exhibit
            for exhibit in case.exhibits.select_related("file")
            if exhibit.public or (wrote and exhibit.purpose == "report")
        ],
    }


@require_http_methods(["POST"])
def make_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """One move of a resident: review, answer, reopen, remind, withdraw, me too."""
    case = visiting.report_for(request, number)
    if move == "join" and person_of(request) is None:
        return redirect(f"{reverse('account:phone')}?next={reverse('reports:case', args=[number])}")
    by = visiting.reporting_actor(request, case)
    form = make_posted(request, case, move, by=by, among=RESIDENT_MOVES)
    if form is None:
        return redirect("reports:case", number)
    own = visiting.is_reporters(request, case)
    return render(request, "reports/case.html", case_context(request, case, own, form), status=422)


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The reports a resident stands behind."""
    person = person_of(request)
    assert person is not None
    cases = list(reported_by(person).select_related("category")[:SHOWN])
    mark = mark_of(cases)
    if is_current(request, mark):
        return HttpResponse(status=204)
    return render(request, "reports/mine.html", {"cases": cases, "mark": mark})


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Find a report by its number and code."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    if request.method == "POST" and form.is_valid():
        try:
            found = queries.report_by_code(form.cleaned_data["number"], form.cleaned_data["code"])
            remember_tracked(request, found)
            return redirect("reports:case", found.number)
        except Refusal as refusal:
            form.add_error(None, str(refusal.words))
    return render(request, "reports/track.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """A question's link: answered without signing in."""
    question = Question.objects.select_related("case").filter(pk=question_of(token) or 0).first()
    if question is None:
        raise NotFound(_("This link is not valid. Please open it again from the message."))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and question.answered_at is None:
        by = Actor(kind="token", name=f"case:{question.case_id}")
        move_case(question.case, "answer", by=by, facts={"words": form.cleaned_data["words"]})
        question.refresh_from_db()
    return render(request, "reports/answer.html", {"question": question, "form": form})


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """The neighbourhood: public reports on a map and as a list."""
    return render(request, "reports/nearby.html", {"cases": queries.public_reports().order_by("-id")[:SHOWN]})


@require_safe
def nearby_points(request: HttpRequest) -> HttpResponse:
    """Public reports as GeoJSON, rounded to about 100 m: no map shows an exact home."""
    features = []
    for one in queries.public_reports().filter(open=True).order_by("-id")[:500]:
        point = coarse_point(one)
        if point is not None:
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
                    "properties": {"number": one.number, "title": one.category.name if one.category else "", "step": one.step,
                                   "url": reverse("reports:case", args=[one.number])},
                }
            )  # fmt: skip
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return HttpResponse(body, content_type="application/geo+json")
