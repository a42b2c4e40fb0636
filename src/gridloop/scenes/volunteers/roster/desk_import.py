"""The desk's import: a dry look first, then bringing in; errors as a file. Everybody sees their own uploads."""

from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.spreadsheets import XLSX_TYPE, write_rows
from gridloop.scenes.volunteers.roster.doors import by_of, office, status_of
from gridloop.scenes.volunteers.roster.importing import SHEET, write_template
from gridloop.scenes.volunteers.roster.works import KIND
from gridloop.web.acting import viewer
from gridloop.web.administration.errands import COUNTS, ask_errand, file_of, progress_of
from gridloop.web.models import Errand

TITLES = {**COUNTS, "merged": gettext_lazy("Merged with another row")}


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV or XLSX, at most 64 MB"))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if Path(upload.name).suffix.lower() not in (".csv", ".xlsx", ".xlsm"):
            raise forms.ValidationError(_("Choose a CSV or XLSX file."))
        return upload


@require_http_methods(["GET", "HEAD", "POST"])
@office
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; nothing changes before its dry look was read."""
    person = viewer(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            errand = ask_errand(
                KIND, person=person, by=by_of(request), upload=form.cleaned_data["file"], dry=True
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal.words))
        else:
            return redirect("volunteers:errand", errand.key)
    recent = Errand.objects.filter(kind=KIND, dry=False, person=person).order_by("-pk")[:5]
    context = {"form": form, "columns": SHEET.columns, "recent": recent}
    return render(request, "volunteers/roster/desk_import.html", context, status=status_of(form))


def own_errand(request: HttpRequest, key: Any) -> Errand:
    found: Errand = get_object_or_404(Errand, key=key, kind=KIND, person=viewer(request))
    return found


@require_safe
@office
def errand(request: HttpRequest, key: Any) -> HttpResponse:
    """How an import is doing, and what came of it; asked again every second while it runs."""
    asked = own_errand(request, key)
    done, total = progress_of(asked)
    result = asked.result
    counts = result.get("counts", {})
    context = {
        "errand": asked,
        "running": asked.step in ("waiting", "running"),
        "done": done,
        "total": total,
        "counts": [(TITLES.get(name, name), value) for name, value in counts.items()],
        "wrong": result.get("wrong", [])[:100],
        "left_out": result.get("left_out", 0),
        "landing": asked.dry and asked.step == "done" and file_of(asked).exists(),
        "would_change": any(counts.get(name) for name in ("made", "changed")),
        "title": _("What the file would change") if asked.dry else _("What came of it"),
    }
    if request.headers.get("HX-Request") and context["running"]:
        return render(request, "volunteers/roster/desk_import_state.html", context)
    answer = render(request, "volunteers/roster/desk_import_result.html", context)
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@office
def land(request: HttpRequest, key: Any) -> HttpResponse:
    """Bring in what the dry look showed."""
    dry = own_errand(request, key)
    if not dry.dry or dry.step != "done" or not file_of(dry).exists():
        raise Refusal(_("This file has been brought in or removed already. Upload it again."))
    asked = ask_errand(KIND, person=viewer(request), by=by_of(request), source=dry)
    file_of(dry).unlink(missing_ok=True)
    return redirect("volunteers:errand", asked.key)


@require_safe
@office
def errors(request: HttpRequest, key: Any) -> StreamingHttpResponse:
    """The rows left out, with a reason each."""
    rows = own_errand(request, key).result.get("wrong", [])
    return download(write_rows([_("Row"), _("Reason")], rows), "volunteers-errors")


@require_safe
@office
def template(request: HttpRequest) -> StreamingHttpResponse:
    """An empty table with the right headers."""
    return download(write_template(), "volunteers-template")


def download(chunks: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
