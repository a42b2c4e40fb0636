"""Uploading a table: first a dry look with counts and reasons, then bringing it in; and files to take away."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.importing import export_sheet, write_template
from gridloop.core.people.sheets import SHEETS
from gridloop.core.spreadsheets import XLSX_TYPE, write_rows
from gridloop.core.territory.coordinates import SYSTEMS
from gridloop.core.territory.models import Area
from gridloop.web.administration import works  # noqa: F401  its import says how each kind of errand is done
from gridloop.web.administration.errands import COUNTS, ask_errand, file_of, progress_of
from gridloop.web.administration.pages import administer, administrator, show
from gridloop.web.models import Errand

SUFFIXES = (".csv", ".xlsx", ".xlsm", ".geojson", ".json")
HOMES = {
    "areas": "areas",
    "organisations": "organisations",
    "persons": "people",
    "posts": "people",
    "classes": "classes",
    "limits": "limits",
    "calendar": "calendar",
    "admissions": "admissions",
    "templates": "templates",
    "rules": "rules",
    "train": "classifiers",
    "first_passwords": "people",
}
# No tables.
OTHERS = {"train": gettext_lazy("Classifier"), "first_passwords": gettext_lazy("First passwords")}
SYSTEM_TITLES = {
    "wgs84": "WGS 84",
    "cgcs2000": "CGCS2000",
    "gcj02": gettext_lazy("GCJ-02 (Amap, Tencent)"),
    "bd09": gettext_lazy("BD-09 (Baidu)"),
}
AREA_HEADINGS = {  # the import knows both rows
    "zh": ("级别", "代码", "名称", "上级代码", "户数", "人口", "网格类型"),
    "en": ("level", "code", "name", "parent", "households", "residents", "purpose"),
}


class UploadForm(forms.Form):
    """One file; for areas also the system its coordinates are written in."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV or XLSX, at most 64 MB"))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if Path(upload.name).suffix.lower() not in SUFFIXES:
            raise forms.ValidationError(_("Choose a CSV, XLSX or GeoJSON file."))
        return upload


class AreaUploadForm(UploadForm):
    system = forms.ChoiceField(
        label=gettext_lazy("Coordinates of drawn shapes"),
        choices=[(name, SYSTEM_TITLES[name]) for name in SYSTEMS],
        help_text=gettext_lazy("Only GeoJSON files have coordinates. Ask whoever drew them."),
    )
    within = forms.CharField(
        label=gettext_lazy("Only codes that begin with"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("E.g. 331083 to take one county out of a national table"),
    )


def area_headings() -> tuple[str, ...]:
    return AREA_HEADINGS["zh" if (get_language() or "").startswith("zh") else "en"]


def title_of(kind: str) -> str:
    return _("Areas") if kind == "areas" else str(known_sheet(kind).title)


def known_sheet(kind: str) -> Any:
    if kind not in SHEETS:
        raise NotFound(_("There is no such table."))
    return SHEETS[kind]


def home_of(kind: str) -> tuple[str, str]:
    """The page a table belongs to, for the trail."""
    title = str(OTHERS[kind]) if kind in OTHERS else title_of(kind)
    return title, reverse(f"settings:{HOMES.get(kind, 'home')}")


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a file; nothing changes before its dry look was read."""
    if kind != "areas":
        known_sheet(kind)
    person, by = administrator(request)
    form_class = AreaUploadForm if kind == "areas" else UploadForm
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        options = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        try:
            errand = ask_errand(
                kind, person=person, by=by, upload=form.cleaned_data["file"], options=options, dry=True
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal.words))
        else:
            return redirect("settings:errand", key=errand.key)
    context = {
        "form": form,
        "kind": kind,
        "columns": [] if kind == "areas" else known_sheet(kind).columns,
        "headings": area_headings() if kind == "areas" else (),
        "recent": Errand.objects.filter(kind=kind, dry=False).select_related("person").order_by("-pk")[:5],
    }
    title = _("Import: %(what)s") % {"what": title_of(kind)}
    return show(request, "upload", title, context, trail=[home_of(kind)], status=422 if form.errors else 200)


def own_errand(key: Any) -> Errand:
    errand: Errand = get_object_or_404(Errand.objects.select_related("person"), key=key)
    return errand


@require_safe
@administer
def errand(request: HttpRequest, key: Any) -> HttpResponse:
    """How an errand is doing, and what came of it; asked again every second while it runs."""
    asked = own_errand(key)
    done, total = progress_of(asked)
    result = asked.result
    context = {
        "errand": asked,
        "done": done,
        "total": total,
        "counts": [(COUNTS.get(name, name), value) for name, value in result.get("counts", {}).items()],
        "wrong": result.get("wrong", [])[:100],
        "left_out": result.get("left_out", 0),
        "landing": asked.dry and asked.step == "done" and file_of(asked).exists(),
        "would_change": any(result.get("counts", {}).get(name) for name in ("made", "changed")),
        "home": home_of(asked.kind)[1],
        "is_table": asked.kind not in OTHERS,
    }
    if request.headers.get("HX-Request") and asked.step in ("waiting", "running"):
        return show(request, "errand_state", "", context)
    title = _("What the file would change") if asked.dry else _("What came of it")
    title = title if asked.kind not in OTHERS else str(OTHERS[asked.kind])
    answer = show(request, "errand", title, context, trail=[home_of(asked.kind)])
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@administer
def land(request: HttpRequest, key: Any) -> HttpResponse:
    """Bring in what the dry look showed."""
    person, by = administrator(request)
    dry = own_errand(key)
    if not dry.dry or dry.step != "done" or not file_of(dry).exists():
        raise Refusal(_("This file has been brought in or removed already. Upload it again."))
    asked = ask_errand(dry.kind, person=person, by=by, source=dry)
    file_of(dry).unlink(missing_ok=True)
    return redirect("settings:errand", key=asked.key)


@require_safe
@administer
def errors(request: HttpRequest, key: Any) -> StreamingHttpResponse:
    """The rows left out, with a reason each."""
    rows = own_errand(key).result.get("wrong", [])
    return download(write_rows([_("Row"), _("Reason")], rows), "errors")


def download(chunks: Iterable[bytes], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@require_safe
@administer
def template(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """An empty table with the right headers."""
    if kind == "areas":
        return download(write_rows(area_headings(), []), "areas-template")
    known_sheet(kind)
    return download(write_template(kind), f"{kind}-template")


@require_safe
@administer
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """What there is now, as the import takes it again."""
    by = administrator(request)[1]
    if kind == "areas":
        return download(write_rows(area_headings(), area_rows(request.GET.get("inside", ""))), "areas")
    known_sheet(kind)
    return download(export_sheet(kind, by=by), kind)


def area_rows(inside: str) -> Iterable[list[Any]]:
    areas = Area.objects.filter(retired_at=None).order_by("path")
    if inside.isdecimal() and (outer := Area.objects.filter(pk=int(inside)).first()):
        areas = areas.filter(path__startswith=outer.path)
    found = areas.values_list("level", "code", "name", "parent__code", "households", "residents", "purpose")
    return (list(row) for row in found.iterator(chunk_size=5000))
