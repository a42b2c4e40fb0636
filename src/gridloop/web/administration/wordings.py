"""Wordings of public answers: what is in use, what waits for a second person's look, and new ones."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.models import Category
from gridloop.core.notices.answer_wordings import (
    ABILITIES,
    VARIABLES,
    occasions,
    retire_wording,
    review_wording,
    write_wording,
)
from gridloop.core.notices.models import AnswerWording
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.administration.pages import Asked, act, ask, changes_of, show
from gridloop.web.move_forms import TYPED_INTO, grouped_categories
from gridloop.web.paging import page_of

EVENTS = (
    "answer_wording_written",
    "answer_wording_reviewed",
    "answer_wording_refused",
    "answer_wording_retired",
    "spreadsheet_imported",
)
STATES: dict[str, tuple[Any, dict[str, Any]]] = {
    "used": (gettext_lazy("In use"), {"reviewed_at__isnull": False, "retired_at": None}),
    "waiting": (gettext_lazy("To review"), {"reviewed_at": None, "retired_at": None}),
    "retired": (gettext_lazy("Retired"), {"retired_at__isnull": False}),
}
worded = staff_only(*ABILITIES)


class WordingForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Name"), max_length=60, help_text=gettext_lazy("What whoever answers looks for")
    )
    occasion = forms.ChoiceField(
        label=gettext_lazy("Where it is offered"),
        required=False,
        choices=lambda: [("", _("Wherever an answer is written")), *occasions().items()],
    )
    category = forms.TypedChoiceField(
        label=gettext_lazy("Class"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", _("Every class")), *grouped_categories()],
        widget=forms.Select(attrs=TYPED_INTO),
    )
    words = forms.CharField(
        label=gettext_lazy("Words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 7})
    )


class ReviewForm(forms.Form):
    good = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Take into use")), ("no", gettext_lazy("Do not use"))],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_safe
@worded
def wordings(request: HttpRequest) -> HttpResponse:
    """All of one state; what waits for a look comes first where there is any."""
    counts = {name: AnswerWording.objects.filter(**which).count() for name, (_title, which) in STATES.items()}
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else "waiting" if counts["waiting"] else "used"
    found = AnswerWording.objects.filter(**STATES[state][1]).select_related(
        "category", "written_by", "reviewed_by"
    )
    names = occasions()
    page = page_of(request, found.order_by("category__code", "occasion", "pk"))
    context = {
        "page": page,
        "rows": [(row, names.get(row.occasion, "")) for row in page.rows],
        "state": state,
        "me": viewer(request).pk,
        "tabs": [
            {"title": title, "url": f"?state={name}", "current": name == state, "count": counts[name]}
            for name, (title, _which) in STATES.items()
        ],
        "changes": changes_of(["answer_wording"], EVENTS),
    }
    return show(request, "wordings", _("Answer wordings"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@worded
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new wording, or a new version of one that stays in use until the new one is reviewed."""
    old = get_object_or_404(AnswerWording, pk=pk) if pk else None
    initial = (
        {"title": old.title, "words": old.words, "occasion": old.occasion, "category": old.category_id}
        if old
        else {}
    )

    def do(given: dict[str, Any]) -> Any:
        category = Category.objects.filter(pk=given.pop("category")).first()
        return write_wording(**given, category=category, replaces=old, by=actor_of(request))

    names = " ".join(f"{{{name}}}" for name in VARIABLES)
    lead = _("It is offered once another person has reviewed it. Can be filled in: %(names)s") % {
        "names": names
    }
    return ask(
        request,
        Asked(
            _("New version of a wording") if old else _("New wording"),
            WordingForm(request.POST or None, initial=initial),
            do,
            f"{reverse('settings:wordings')}?state=waiting",
            _("It waits for another person's review."),
            lead=lead,
            trail=here(),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@worded
def review(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AnswerWording, pk=pk)
    return ask(
        request,
        Asked(
            _("Review: %(title)s") % {"title": row.title},
            ReviewForm(request.POST or None),
            lambda given: review_wording(
                row, good=given["good"] == "yes", reason=given["reason"], by=actor_of(request)
            ),
            reverse("settings:wordings"),
            _("Decided."),
            lead=row.words,
            trail=here(),
            send=_("Decide"),
        ),
    )


@require_POST
@worded
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AnswerWording, pk=pk)
    return act(
        request,
        lambda: retire_wording(row, by=actor_of(request)),
        reverse("settings:wordings"),
        _("It is offered no longer."),
    )


def here() -> list[tuple[str, str]]:
    return [(_("Answer wordings"), reverse("settings:wordings"))]
