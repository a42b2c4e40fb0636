"""The resident's way in: report in three touches, take the receipt, find a report again, answer a question."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Question
from gridloop.core.cases.tokens import question_of
from gridloop.core.dispatch.queries import Alike, similar_open_cases
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.personal_data import masked_phone
from gridloop.core.people.throttling import address_of, count_try, report_gate
from gridloop.core.territory import tree
from gridloop.core.territory.models import Place
from gridloop.scenes.reports import queries, visiting
from gridloop.scenes.reports.actions import report_matter
from gridloop.scenes.reports.forms import AnswerForm, ReportForm, TrackForm, spot_of
from gridloop.scenes.reports.story import what_next
from gridloop.web.acting import actor_of, person_of
from gridloop.web.refusals import show_refusal
from gridloop.web.tracking import remember_tracked, tracked_cases


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """/: where residents begin. Staff are led to their own first page by the sign-in."""
    person, tracked = person_of(request), tracked_cases(request)
    waiting = 0
    if person or tracked:
        waiting = queries.waiting_for(person, tracked).count()
    recent = queries.public_reports().order_by("-id")[:5]
    return render(request, "reports/start.html", {"recent": recent, "waiting": waiting})


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
            key=key_of(given),
        )
    except Refusal as refusal:
        show_refusal(form, refusal)
        return render(request, "reports/report.html", {"form": form}, status=refusal.status)
    if person is None:  # who is signed in stands behind the report already; nothing needs to be remembered
        remember_tracked(request, receipt.case)
    if receipt.tracking_code:
        request.session[f"code:{receipt.case.pk}"] = receipt.tracking_code
    return redirect("reports:receipt", receipt.case.number)


def key_of(given: dict[str, Any]) -> uuid.UUID | None:
    """The form's own id with what it says and where: sent again it is one report, but a page that was kept and
    filled in anew, in another tab or after going back, is another matter."""
    if given["key"] is None:
        return None
    where = [
        round(given[name], 3) if given.get(name) else "" for name in ("place_longitude", "place_latitude")
    ]
    return uuid.uuid5(
        given["key"], "\n".join(map(str, (given["words"], given["place"], given["code"], *where)))
    )


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
    about = None if one.metres is None else queries.about(one.metres)
    return {"case": one.case, "place": tree.current().neighbourhood(one.case.area_id), "about": about}


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
    reached = masked_phone(case.reporter.phone) if case.reporter and case.reporter.phone else ""
    context = {"case": case, "code": code, "reached": reached, "next": what_next(case)}
    return render(request, "reports/receipt.html", context)


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
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and question.answered_at is None:
        by = Actor(kind="token", name=f"case:{question.case_id}")
        try:
            photos = [keep_photo(upload, by=by).pk for upload in form.cleaned_data.pop("photos")]
            move_case(question.case, "answer", by=by, facts={**form.cleaned_data, "photos": photos})
            question.refresh_from_db()
        except Refusal as refusal:
            show_refusal(form, refusal)
    status = 422 if form.errors else 200
    return render(request, "reports/answer.html", {"question": question, "form": form}, status=status)
