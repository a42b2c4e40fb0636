"""The platform's pages at the desk: the list of matters, a call written down, a spreadsheet landed, a specialist chosen."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Category
from gridloop.core.cases.queries import case_within_reach
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.core.spreadsheets import XLSX_TYPE, write_rows
from gridloop.scenes.enterprises.figures.counting import asked_between, behind
from gridloop.scenes.enterprises.firms.models import Firm
from gridloop.scenes.enterprises.firms.queries import firm_with_code, firms_within_reach
from gridloop.scenes.enterprises.matters.actions import ask_matter
from gridloop.scenes.enterprises.matters.forms import EnterForm, FilterForm, UploadForm
from gridloop.scenes.enterprises.matters.importing import SHEET, import_matters
from gridloop.scenes.enterprises.matters.models import Matter, MatterImport
from gridloop.scenes.enterprises.matters.queries import matters_within_reach
from gridloop.scenes.enterprises.pages import SIZE, ask, show
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.administration.pages import act
from gridloop.web.paging import page_of

STATES = (
    ("", gettext_lazy("All")),
    ("waiting", gettext_lazy("To be dispatched")),
    ("open", gettext_lazy("Open")),
    ("overdue", gettext_lazy("Overdue")),
    ("on_table", gettext_lazy("At the round table")),
    ("unsatisfied", gettext_lazy("Not satisfied")),
    ("closed", gettext_lazy("Closed")),
)
TITLES = {
    "answered": gettext_lazy("Answered"),
    "on_time": gettext_lazy("Answered on time"),
    "late": gettext_lazy("Answered late"),
    "reviewed": gettext_lazy("Judged by the firm"),
    "satisfied": gettext_lazy("Satisfied"),
}


@require_safe
@staff_only()
def cases(request: HttpRequest) -> HttpResponse:
    """The matters within reach, or those behind one number of the figures page."""
    person = viewer(request)
    form = FilterForm(request.GET)
    form.is_valid()
    what = request.GET.get("what", "")
    rows = narrowed(request, matters_within_reach(person), form.cleaned_data, what)
    listed = dict(STATES) | TITLES
    tabs = [
        {"title": title, "url": state_address(request, name), "current": what == name}
        for name, title in STATES
    ]
    if what in TITLES:
        tabs.append({"title": TITLES[what], "url": state_address(request, what), "current": True})
    order = ("case__queue_at", "case") if what in ("open", "overdue", "waiting") else ("-case",)
    context = {
        "page": page_of(request, rows.order_by(*order), SIZE),
        "form": form,
        "states": tabs,
        "title": listed.get(what, ""),
    }
    context["count"] = rows.count()
    return show(request, "matters/cases", "cases", context)


def state_address(request: HttpRequest, what: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["what"] = what
    return f"?{query.urlencode()}"


def narrowed(
    request: HttpRequest, rows: QuerySet[Matter], given: dict[str, Any], what: str
) -> QuerySet[Matter]:
    """By words, class, town, unit and period, as the address says; what cannot be read is left out."""
    if given.get("category"):
        rows = rows.filter(Q(case__category=given["category"]) | Q(case__category__parent=given["category"]))
    if given.get("town"):
        rows = rows.filter(case__town=given["town"])
    if request.GET.get("unit", "").isdecimal():
        rows = rows.filter(case__lead_unit=int(request.GET["unit"]))
    if request.GET.get("firm", "").isdecimal():
        rows = rows.filter(firm=int(request.GET["firm"]))
    if words := (given.get("q") or "").strip():
        rows = rows.filter(
            Q(case__number__startswith=words)
            | Q(case__title__contains=words)
            | Q(firm__organisation__name__contains=words)
        )
    rows = asked_between(rows, day_of(request, "since"), day_of(request, "until"))
    return behind(rows, what)


def day_of(request: HttpRequest, name: str) -> Any:
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if day is not None and 1900 < day.year < 3000 else None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("enter_for_others")
def enter(request: HttpRequest) -> HttpResponse:
    """A firm calls; the matter is opened and dispatched while it waits."""
    by = actor_of(request)
    chosen = request.GET.get("firm", "")
    known = firms_within_reach(viewer(request)).filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    form = EnterForm(request.POST or None, initial={"credit_code": known.credit_code} if known else {})

    def do(given: dict[str, Any]) -> Case:
        firm = firm_named(request, given["credit_code"])
        asker = person_by_phone(given["phone"], name=given["contact"], by=by) if given["phone"] else None
        category = Category.objects.get(pk=given["category"])
        return ask_matter(words=given["words"], title=given["title"], category=category, firm=firm, asker=asker, by=by,
                          source="phone", key=given["key"])  # fmt: skip

    return ask(
        request, form, do, title=_("A firm calls"), current="cases", send=_("Open the matter"),
        lead=_("The rule finds the specialist at once; you see on the next page why."),
        then=lambda case: reverse("desk:case", args=[case.number]), back=reverse("enterprises:cases"),
    )  # fmt: skip


def firm_named(request: HttpRequest, words: str) -> Firm:
    """By its code, or by a part of its name that fits one firm alone."""
    reached = firms_within_reach(viewer(request))
    found = firm_with_code(words)
    if found is not None and reached.filter(pk=found.pk).exists():
        return found
    named = list(reached.filter(organisation__name__contains=words.strip())[:2])
    if len(named) == 1:
        return named[0]
    if named:
        raise Refusal(
            _("Several firms are called so. Give more of the name, or the code."), field="credit_code"
        )
    raise Refusal(_("No firm here has this code or name. Register it first."), field="credit_code")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("enter_for_others")
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a spreadsheet; every row that is right becomes a matter."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            kept = import_matters(upload, name=upload.name, by=actor_of(request))
            return redirect("enterprises:import_result", kept.key)
        except Refusal as refusal:
            form.add_error("file", str(refusal.words))
    recent = MatterImport.objects.select_related("person").order_by("-pk")[:5]
    context = {"form": form, "columns": SHEET.columns, "recent": recent}
    return show(request, "matters/import", "cases", context, status=422 if form.errors else 200)


@require_safe
@staff_only("enter_for_others")
def import_result(request: HttpRequest, key: Any) -> HttpResponse:
    """What came of a spreadsheet, with the rows left out."""
    kept = get_object_or_404(MatterImport, key=key)
    return show(request, "matters/imported", "cases", {"kept": kept, "wrong": kept.wrong[:50]})


@require_safe
@staff_only("enter_for_others")
def import_errors(request: HttpRequest, key: Any) -> StreamingHttpResponse:
    """The error file: which row was left out, and why."""
    kept = get_object_or_404(MatterImport, key=key)
    return spreadsheet(write_rows([_("Row"), _("Reason")], kept.wrong), "errors")


@require_safe
@staff_only("enter_for_others")
def import_template(request: HttpRequest) -> StreamingHttpResponse:
    """An empty sheet whose second row says what each column wants."""
    headers = [f"{column.title}*" if column.needed else column.title for column in SHEET.columns]
    notes = [column.note for column in SHEET.columns]
    return spreadsheet(write_rows(headers, [], notes=notes, title=str(SHEET.title)), "matters")


def spreadsheet(chunks: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@require_POST
@staff_only("dispatch")
def dispatch(request: HttpRequest, number: str) -> HttpResponse:
    """One touch in the panel: to the specialist the rule names, or to another of those it considered."""
    case = case_within_reach(viewer(request), number)
    said = request.POST.get("specialist", "")
    facts = {"specialist": int(said)} if said.isdecimal() else {}
    turn = request.POST.get("turn", "")
    return act(
        request,
        lambda: move_case(
            case, "dispatch", by=actor_of(request), facts=facts, turn=int(turn) if turn.isdecimal() else None
        ),
        reverse("desk:case", args=[number]),
        _("Dispatched."),
    )
