"""Classes: the list as a tree, by edition; each class with its words, and its counterpart in another edition."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.classes import retire_class, save_class
from gridloop.core.cases.models import Category
from gridloop.core.journal.errors import Refusal
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show

EVENTS = ("class_saved", "class_retired", "class_revived", "classes_loaded", "spreadsheet_imported")


class ClassForm(forms.Form):
    edition = forms.CharField(label=gettext_lazy("Edition"), max_length=24, initial="county-1")
    code = forms.CharField(label=gettext_lazy("Class code"), max_length=24)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    english = forms.CharField(label=gettext_lazy("English name"), max_length=80, required=False)
    parent = forms.CharField(label=gettext_lazy("Code of the major class"), max_length=24, required=False)
    words = forms.CharField(
        label=gettext_lazy("Examples and synonyms"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What people write who mean this class"),
    )  # fmt: skip
    same_as = forms.CharField(
        label=gettext_lazy("Same as (edition:code)"), max_length=50, required=False,
        help_text=gettext_lazy("The class it stands for in another edition, so that figures go on"),
    )  # fmt: skip


@require_safe
@administer
def classes(request: HttpRequest) -> HttpResponse:
    """One edition as a tree."""
    editions = list(Category.objects.order_by("edition").values_list("edition", flat=True).distinct())
    edition = request.GET.get("edition") or (editions[0] if editions else "county-1")
    retired = "retired" in request.GET
    rows = (
        Category.objects.filter(edition=edition, retired_at__isnull=not retired)
        .select_related("same_as")
        .order_by("code")
    )
    rows = rows.annotate(used=Count("admissions", filter=Q(admissions__state="admitted")))
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(code__startswith=words) | Q(words__icontains=words))
    tree: dict[int, tuple[Category, list[Category]]] = {
        row.pk: (row, []) for row in rows if row.parent_id is None
    }
    for row in rows:
        if row.parent_id in tree:
            tree[row.parent_id][1].append(row)
        elif row.parent_id is not None:
            tree[row.pk] = (row, [])
    tabs = [
        {"title": each, "url": f"?edition={each}", "current": each == edition and not retired}
        for each in editions
    ]
    tabs.append({"title": _("Retired"), "url": f"?edition={edition}&retired=1", "current": retired})
    context = {
        "groups": list(tree.values()),
        "tabs": tabs,
        "edition": edition,
        "words": words,
        "changes": changes_of(["class", ""], EVENTS),
    }
    return show(request, "classes", _("Classes"), context)


def here() -> list[tuple[str, str]]:
    return [(_("Classes"), reverse("settings:classes"))]


def saving(request: HttpRequest, row: Category | None, given: dict[str, Any]) -> Category:
    edition = row.edition if row else given["edition"].strip()
    parent = class_at(edition, given["parent"], "parent")
    other, _mark, code = given["same_as"].strip().partition(":")
    return save_class(
        row, edition=edition, code=given["code"], name=given["name"], english=given["english"], words=given["words"],
        parent=parent, same_as=class_at(other, code, "same_as") if other else None, by=by_of(request),
    )  # fmt: skip


def class_at(edition: str, code: str, field: str) -> Category | None:
    if not code.strip():
        return None
    found = Category.objects.filter(edition=edition, code=code.strip()).first()
    if found is None:
        raise Refusal(_("There is no class with the code “%(code)s”.") % {"code": code}, field=field)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_class(request: HttpRequest) -> HttpResponse:
    form = ClassForm(
        request.POST or None,
        initial={"edition": request.GET.get("edition", "county-1"), "parent": request.GET.get("parent", "")},
    )
    then = reverse("settings:classes")
    return ask(
        request,
        Asked(
            _("A new class"),
            form,
            lambda given: saving(request, None, given),
            then,
            _("The class was saved."),
            trail=here(),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def one_class(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Category.objects.select_related("parent", "same_as"), pk=pk)
    initial = {
        "edition": row.edition, "code": row.code, "name": row.name, "english": row.english, "words": row.words,
        "parent": row.parent.code if row.parent else "",
        "same_as": f"{row.same_as.edition}:{row.same_as.code}" if row.same_as else "",
    }  # fmt: skip
    form = ClassForm(request.POST or None, initial=initial)
    form.fields["edition"].disabled = form.fields["code"].disabled = True
    retired = row.retired_at is not None
    context = {
        "buttons": [
            {
                "url": reverse("settings:retire_class", args=[pk]),
                "words": _("Use again") if retired else _("Retire"),
            }
        ],
        "changes": changes_of(["class"], EVENTS, subject=pk),
    }
    return ask(
        request,
        Asked(
            row.name,
            form,
            lambda given: saving(request, row, given),
            reverse("settings:classes"),
            _("The class was saved."),
            trail=here(),
            context=context,
        ),
    )


@require_POST
@administer
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Category, pk=pk)
    return act(
        request,
        lambda: retire_class(row, retired=row.retired_at is None, by=by_of(request)),
        reverse("settings:classes"),
        _("Saved."),
    )
