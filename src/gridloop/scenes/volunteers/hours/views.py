"""Pages about hours for volunteers and the public: my hours, back-dated ones, the public list, certificates and their check."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.evidence.actions import keep_document, keep_photo
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.throttling import address_gate, count_try
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.hours import certifying, queries
from gridloop.scenes.volunteers.hours.actions import claim_hours, confirm_hours, reverse_hours
from gridloop.scenes.volunteers.hours.certificate_pdf import certificate_pdf
from gridloop.scenes.volunteers.hours.credential import credential_of
from gridloop.scenes.volunteers.hours.doors import for_volunteers
from gridloop.scenes.volunteers.hours.forms import BackdatedForm, PeriodForm, WordsForm
from gridloop.scenes.volunteers.hours.models import Certificate, HoursEntry, HoursState
from gridloop.scenes.volunteers.hours.objecting import object_to_hours
from gridloop.scenes.volunteers.hours.telling import tell_clerks
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.web.acting import actor_of, signed_in
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

PAGE = 30


@require_safe
@for_volunteers
def mine(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What a volunteer has done, what counts, and what waits for whom."""
    today = timezone.localdate()
    page = page_of(request, queries.entries_of(volunteer), PAGE)
    by_state = queries.minutes_by_state(volunteer)
    months = queries.minutes_by_month(volunteer, today.replace(day=1) - timedelta(days=330))
    for entry in page.rows:
        entry.mine_confirmed = any(one.side == "volunteer" for one in entry.confirmations.all())
    return render(
        request,
        "volunteers/hours/mine.html",
        {
            "volunteer": volunteer,
            "page": page,
            "counted": by_state.get(HoursState.COUNTED, 0),
            "this_year": queries.minutes_counted(volunteer, today.replace(month=1, day=1)),
            "in_publicity": by_state.get(HoursState.PUBLISHED, 0) + by_state.get(HoursState.OBJECTED, 0),
            "to_confirm": by_state.get(HoursState.CLAIMED, 0),
            "months": [months[month] / 60 for month in sorted(months)],
            "certificates": volunteer.certificates.order_by("-id")[:10],
            "period": PeriodForm(initial={"since": today.replace(month=1, day=1), "until": today}),
        },
    )


@require_POST
@for_volunteers
def confirm(request: HttpRequest, volunteer: Volunteer, entry: int) -> HttpResponse:
    """The volunteer's side of one entry."""
    confirm_hours(own_entry(volunteer, entry), side="volunteer", by=actor_of(request))
    messages.success(request, _("Confirmed."))
    return redirect("volunteers:hours")


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def take_back(request: HttpRequest, volunteer: Volunteer, entry: int) -> HttpResponse:
    """The volunteer takes an entry of their own back."""
    found = own_entry(volunteer, entry)
    form = WordsForm(request.POST or None, label=_("Why do you take these hours back?"))
    if request.method == "POST" and form.is_valid():
        try:
            reverse_hours(found, reason=form.cleaned_data["words"], by=actor_of(request))
            return redirect("volunteers:hours")
        except Refusal as refusal:
            show_refusal(form, refusal)
    return form_page(
        request, form, _("Take hours back"), _("Take back"), reverse("volunteers:hours"), entry=found
    )


def own_entry(volunteer: Volunteer, pk: int) -> HoursEntry:
    found = queries.entries_of(volunteer).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There are no such hours of yours."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def backdated(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The separate road for hours that were not entered in time."""
    form = BackdatedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        by = actor_of(request)
        try:
            entry = enter_backdated(volunteer, form, by)
            tell_clerks(entry, "hours_to_approve", key=f"hours_to_approve:{entry.pk}")
            messages.success(request, _("Sent. A clerk of your community decides; you will be told."))
            return redirect("volunteers:hours")
        except Refusal as refusal:
            show_refusal(form, refusal)
    lead = _(
        "Hours that were not entered in time need a reason and evidence. A clerk of the community decides."
    )
    return form_page(
        request,
        form,
        _("Back-dated hours"),
        _("Send to the community"),
        reverse("volunteers:hours"),
        lead=lead,
    )


def enter_backdated(volunteer: Volunteer, form: BackdatedForm, by: Actor) -> HoursEntry:
    since, until = form.times()
    return claim_hours(
        volunteer,
        kind="backdated",
        source=0,
        started_at=since,
        ended_at=until,
        area=volunteer.community or Area.objects.filter(level="county").earliest("pk"),
        by=by,
        key=f"backdated:{form.cleaned_data['key']}",
        reason=form.cleaned_data["reason"],
        evidence=kept_evidence(form.cleaned_data["evidence"], by),
    )


def kept_evidence(upload: Any, by: Actor) -> File:
    """A photo is cleaned, a document is kept as it is."""
    keep = keep_photo if str(upload.content_type or "").startswith("image/") else keep_document
    return keep(upload, by=by)


@require_POST
@for_volunteers
def certify(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """A certificate of the counted hours of a period."""
    form = PeriodForm(request.POST)
    if form.is_valid():
        try:
            certificate = certifying.issue_certificate(
                volunteer,
                since=form.cleaned_data["since"],
                until=form.cleaned_data["until"],
                by=actor_of(request),
            )
            return redirect("volunteers:certificate", certificate.number)
        except Refusal as refusal:
            show_refusal(form, refusal)
    return form_page(request, form, _("Certificate"), _("Issue"), reverse("volunteers:hours"), status=422)


@require_safe
@for_volunteers
def certificate(request: HttpRequest, volunteer: Volunteer, number: str) -> HttpResponse:
    """One certificate of one's own: on paper, for machines, and where others check it."""
    found = get_object_or_404(Certificate, number=number, volunteer=volunteer)
    return render(
        request,
        "volunteers/hours/certificate.html",
        {"certificate": found, "check_url": check_url(request, number)},
    )


@require_safe
@for_volunteers
def certificate_paper(request: HttpRequest, volunteer: Volunteer, number: str) -> HttpResponse:
    found = get_object_or_404(Certificate, number=number, volunteer=volunteer, withdrawn_at=None)
    content = certificate_pdf(
        found, name=volunteer.person.name, issuer=issuer_of(volunteer), check_url=check_url(request, number)
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="gridloop-{number}.pdf"'
    return answer


@require_safe
@for_volunteers
def certificate_file(request: HttpRequest, volunteer: Volunteer, number: str) -> HttpResponse:
    found = get_object_or_404(Certificate, number=number, volunteer=volunteer, withdrawn_at=None)
    body = credential_of(
        found, check_url=check_url(request, number), holder=volunteer.person, issuer=issuer_of(volunteer)
    )
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="gridloop-{number}.json"'
    return answer


def check_url(request: HttpRequest, number: str) -> str:
    return request.build_absolute_uri(f"{reverse('volunteers:hours_check')}?number={number}")


def issuer_of(volunteer: Volunteer) -> str:
    """The county, which keeps the records."""
    county = tree.chain(volunteer.community_id).county if volunteer.community_id else None
    return f"{tree.name(county)}志愿服务记录" if county else "志愿服务记录"


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Anybody enters a number and sees whether the certificate stands; the name stays masked."""
    number = request.GET.get("number", "").strip()[:40]
    if number:
        count_try(address_gate(request.META.get("REMOTE_ADDR", "")))
    found = certifying.check_certificate(number) if number else None
    return render(
        request,
        "volunteers/hours/check.html",
        {"number": number, "found": found},
        status=404 if number and found is None else 200,
    )


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """The entries in publicity, by masked name: anybody can look, and object."""
    community = chosen_community(request)
    areas = tree.within(community) if community else None
    return render(
        request,
        "volunteers/hours/public.html",
        {
            "page": page_of(request, queries.in_publicity(timezone.now(), areas), PAGE),
            "days": queries.rules().publicity_days,
            "communities": [(pk, tree.name(pk)) for pk in tree.current().at_level("community")],
            "community": community,
        },
    )


def chosen_community(request: HttpRequest) -> int | None:
    said = request.GET.get("community", "")
    return int(said) if said.isdecimal() and int(said) in tree.current() else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def object_to(request: HttpRequest, entry: int) -> HttpResponse:
    """Say what is not right about hours in publicity."""
    found = queries.in_publicity(timezone.now()).filter(pk=entry).first()
    if found is None:
        raise NotFound(_("These hours are not in publicity. Look at the list again."))
    form = WordsForm(request.POST or None, label=_("What is not right?"))
    if request.method == "POST" and form.is_valid():
        try:
            object_to_hours(found, words=form.cleaned_data["words"], by=actor_of(request))
            messages.success(request, _("Thank you. The community looks into it, and you will be told."))
            return redirect("volunteers:hours_public")
        except Refusal as refusal:
            show_refusal(form, refusal)
    lead = _("Your name is shown to the clerk who decides, not to the volunteer.")
    return form_page(
        request,
        form,
        _("Object to hours"),
        _("Object"),
        reverse("volunteers:hours_public"),
        lead=lead,
        entry=found,
    )


def form_page(
    request: HttpRequest, form: Any, title: str, send: str, back: str, *, status: int = 0, **more: Any
) -> HttpResponse:
    """One form on a resident's page."""
    context = {"form": form, "title": title, "send": send, "back": back, **more}
    return render(
        request, "volunteers/hours/form.html", context, status=status or (422 if form.errors else 200)
    )
