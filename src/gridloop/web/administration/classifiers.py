"""The classifier: its editions with their figures, training from a table or from what people corrected, and going back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.cases.models import Case, Category
from gridloop.core.dispatch.classifier import guess, use_edition
from gridloop.core.dispatch.models import ClassifierEdition, Suggestion
from gridloop.core.journal.errors import Refusal
from gridloop.web.administration.errands import ask_errand
from gridloop.web.administration.landing import parts_of
from gridloop.web.administration.pages import act, administer, administrator, by_of, changes_of, show
from gridloop.web.models import Errand


class TrainForm(forms.Form):
    """A labelled table: which columns hold the words, and which the class."""

    file = forms.FileField(
        label=gettext_lazy("Labelled table"), help_text=gettext_lazy("CSV or XLSX, at most 64 MB")
    )
    text_columns = forms.CharField(
        label=gettext_lazy("Columns with the words"),
        help_text=gettext_lazy("Several with commas between them, e.g. 留言主题，留言详情"),
    )
    label_column = forms.CharField(
        label=gettext_lazy("Column with the class"), help_text=gettext_lazy("Its name or its code")
    )


@require_safe
@administer
def classifiers(request: HttpRequest, form: TrainForm | None = None) -> HttpResponse:
    """The editions, and the figures of the chosen one."""
    editions = list(ClassifierEdition.objects.order_by("-pk")[:20])
    wanted = request.GET.get("edition", "")
    chosen = next(
        (each for each in editions if str(each.pk) == wanted),
        next((each for each in editions if each.in_use), None),
    )
    figures = chosen.figures.get("per_class", {}) if chosen else {}
    names = dict(Category.objects.filter(code__in=figures).values_list("code", "name"))
    words = request.GET.get("words", "").strip()[:2000]
    context = {
        "editions": editions,
        "chosen": chosen,
        "per_class": sorted(
            ((names.get(label, label), each) for label, each in figures.items()), key=lambda row: row[1]["f1"]
        ),
        "form": form or TrainForm(),
        "own_rows": Suggestion.objects.filter(chosen__isnull=False).count()
        + Case.objects.filter(open=False, category__isnull=False).count(),
        "running": Errand.objects.filter(kind="train", step__in=["waiting", "running"]).first(),
        "words": words,
        "guessed": guess(words).candidates if words else [],
        "changes": changes_of(["classifier"], ["classifier_switched"]),
    }
    return show(request, "classifiers", _("Classifier"), context, status=422 if form is not None else 200)


@require_POST
@administer
def begin(request: HttpRequest) -> HttpResponse:
    """Training is an errand: it takes seconds to minutes, and its progress is shown."""
    person, by = administrator(request)
    options: dict[str, Any] = {"own": True}
    upload = None
    if "own" not in request.POST:
        form = TrainForm(request.POST, request.FILES)
        if not form.is_valid():
            request.method = "GET"
            return classifiers(request, form)
        upload = form.cleaned_data["file"]
        options = {
            "text_columns": parts_of(form.cleaned_data["text_columns"]),
            "label_column": form.cleaned_data["label_column"].strip(),
        }
    try:
        errand = ask_errand("train", person=person, by=by, upload=upload, options=options)
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("settings:classifiers")
    return redirect("settings:errand", key=errand.key)


@require_POST
@administer
def use(request: HttpRequest, pk: int) -> HttpResponse:
    edition = get_object_or_404(ClassifierEdition, pk=pk)
    return act(
        request,
        lambda: use_edition(edition, by=by_of(request)),
        reverse("settings:classifiers"),
        _("This edition is in use."),
    )
