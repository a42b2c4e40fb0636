"""The admission list: what may be given to grids, who asked, what was decided, and until when."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.cases.models import Category
from gridloop.core.dispatch.admission import ask_admission, decide_admission, end_admission
from gridloop.core.dispatch.models import Admission
from gridloop.core.people.cells import area_by_code, organisation_by_code
from gridloop.web.administration.codes import by_code
from gridloop.web.administration.pages import Asked, administer, ask, by_of, changes_of, show
from gridloop.web.move_forms import TYPED_INTO, grouped_categories
from gridloop.web.paging import page_of

EVENTS = ("admission_asked", "admission_decided", "admission_ended", "spreadsheet_imported")
STATES = {
    "asked": gettext_lazy("Asked for"),
    "admitted": gettext_lazy("On the list"),
    "refused": gettext_lazy("Refused"),
    "ended": gettext_lazy("Ended"),
}


class AdmissionForm(forms.Form):
    category = forms.TypedChoiceField(
        label=gettext_lazy("Class"),
        choices=lambda: [("", ""), *grouped_categories()],
        coerce=int,
        widget=forms.Select(attrs=TYPED_INTO),
    )
    area = forms.CharField(
        widget=by_code("areas"),
        label=gettext_lazy("Area"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Its code, or its name if only one has it. Empty: everywhere"),
    )
    organisation = forms.CharField(
        widget=by_code("organisations"),
        label=gettext_lazy("Code of the organisation that asks"),
        required=False,
        max_length=40,
    )
    words = forms.CharField(
        label=gettext_lazy("Why grids should do this, and for how long"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    admit = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Admit")), ("no", gettext_lazy("Refuse"))],
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class EndForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_safe
@administer
def admissions(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state") or (
        "asked" if Admission.objects.filter(state="asked").exists() else "admitted"
    )
    counts = {name: Admission.objects.filter(state=name).count() for name in STATES}
    found = (
        Admission.objects.filter(state=state)
        .select_related("category", "area", "asked_by")
        .defer("area__shape")
    )
    context = {
        "page": page_of(request, found.order_by("category__code", "pk")),
        "state": state,
        "tabs": [
            {"title": title, "url": f"?state={name}", "current": name == state, "count": counts[name]}
            for name, title in STATES.items()
        ],
        "changes": changes_of(["admission", ""], EVENTS),
    }
    return show(request, "admissions", _("Admission list"), context)


def here() -> list[tuple[str, str]]:
    return [(_("Admission list"), reverse("settings:admissions"))]


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def ask_for(request: HttpRequest) -> HttpResponse:
    def do(given: dict[str, Any]) -> Any:
        category = Category.objects.get(pk=given["category"])
        area, unit = area_by_code(given["area"].strip()), organisation_by_code(given["organisation"].strip())
        return ask_admission(category, words=given["words"], area=area, organisation=unit, by=by_of(request))

    form = AdmissionForm(request.POST or None)
    then = f"{reverse('settings:admissions')}?state=asked"
    return ask(
        request,
        Asked(
            _("Ask for admission"),
            form,
            do,
            then,
            _("The request is on the list to be decided."),
            trail=here(),
            send=_("Ask"),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Admission.objects.select_related("category"), pk=pk)

    def do(given: dict[str, Any]) -> Any:
        return decide_admission(
            row, admit=given["admit"] == "yes", words=given["words"], until=given["until"], by=by_of(request)
        )

    title = _("Decide: %(name)s") % {"name": row.category.name}
    return ask(
        request,
        Asked(
            title,
            DecisionForm(request.POST or None),
            do,
            reverse("settings:admissions"),
            _("Decided."),
            lead=row.words,
            trail=here(),
            send=_("Decide"),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Admission.objects.select_related("category"), pk=pk)
    title = _("Take off the list: %(name)s") % {"name": row.category.name}
    lead = _("Grids finish what they hold; nothing new of this class goes to them.")
    asked = Asked(
        title,
        EndForm(request.POST or None),
        lambda given: end_admission(row, words=given["words"], by=by_of(request)),
        f"{reverse('settings:admissions')}?state=admitted",
        _("Taken off the list."),
        lead=lead,
        trail=here(),
        send=_("Take off the list"),
        danger=True,
    )
    return ask(request, asked)
