"""Bringing in a table of the register: a dry look with reasons first, then it lands; wrong rows as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.spreadsheets import XLSX_TYPE, write_rows
from gridloop.scenes.fire.registry.forms import UploadForm
from gridloop.scenes.fire.registry.importing import write_template
from gridloop.scenes.fire.registry.queries import counts_of_register
from gridloop.scenes.fire.registry.tables import TABLES
from gridloop.scenes.fire.registry.views import registrars, show
from gridloop.scenes.fire.registry.works import PREFIX
from gridloop.web.acting import actor_of, person_of
from gridloop.web.administration.errands import COUNTS, ask_errand, file_of, progress_of
from gridloop.web.models import Errand

SHOWN = 100


def known_table(what: str) -> Any:
    if what not in TABLES:
        raise NotFound(_("There is no such table."))
    return TABLES[what]


@require_http_methods(["GET", "HEAD", "POST"])
@registrars
def upload(request: HttpRequest, what: str = "premises") -> HttpResponse:
    """Choose a file; nothing changes before its dry look was read."""
    table, person = known_table(what), person_of(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and person is not None:
        try:
            errand = ask_errand(
                f"{PREFIX}{what}", person=person, by=actor_of(request), upload=form.cleaned_data["file"],
                options={"system": form.cleaned_data["system"]}, dry=True,
            )  # fmt: skip
            return redirect("fire:errand", errand.key)
        except Refusal as refusal:
            form.add_error("file", str(refusal.words))
    counts = counts_of_register()
    tabs = [
        {
            "title": each.title,
            "url": reverse("fire:import", args=[name]),
            "current": name == what,
            "count": counts[name],
        }
        for name, each in TABLES.items()
    ]
    title = _("Import: %(what)s") % {"what": table.title}
    return show(
        request,
        "import",
        title,
        status=422 if form.errors else 200,
        form=form,
        what=what,
        table=table,
        tabs=tabs,
    )


def own_errand(request: HttpRequest, key: Any) -> Errand:
    """Whoever asked for it sees it."""
    found: Errand = get_object_or_404(Errand, key=key, person=person_of(request), kind__startswith=PREFIX)
    return found


@require_safe
@registrars
def errand(request: HttpRequest, key: Any) -> HttpResponse:
    """How the import is doing, and what came of it; asked again every second while it runs."""
    asked = own_errand(request, key)
    done, total = progress_of(asked)
    counts = asked.result.get("counts", {})
    what = asked.kind.removeprefix(PREFIX)
    context = {
        "errand": asked,
        "what": what,
        "done": done,
        "total": total,
        "counts": [(COUNTS.get(name, name), value) for name, value in counts.items()],
        "wrong": asked.result.get("wrong", [])[:SHOWN],
        "left_out": asked.result.get("left_out", 0),
        "landing": asked.dry and asked.step == "done" and file_of(asked).exists(),
        "would_change": any(counts.get(name) for name in ("made", "changed")),
        "waits": asked.step in ("waiting", "running"),
    }
    if request.headers.get("HX-Request") and context["waits"]:
        return show(request, "errand_state", "", **context)
    trail = [(_("Import: %(what)s") % {"what": known_table(what).title}, reverse("fire:import", args=[what]))]
    title = _("What the file would change") if asked.dry else _("What came of it")
    answer = show(request, "errand", title, trail=trail, **context)
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@registrars
def land(request: HttpRequest, key: Any) -> HttpResponse:
    """Bring in what the dry look showed."""
    dry, person = own_errand(request, key), person_of(request)
    if not dry.dry or dry.step != "done" or not file_of(dry).exists() or person is None:
        raise Refusal(_("This file has been brought in or removed already. Upload it again."))
    asked = ask_errand(dry.kind, person=person, by=actor_of(request), source=dry)
    file_of(dry).unlink(missing_ok=True)
    return redirect("fire:errand", asked.key)


@require_safe
@registrars
def errors(request: HttpRequest, key: Any) -> StreamingHttpResponse:
    """The rows left out, with a reason each."""
    return download(
        write_rows([_("Row"), _("Reason")], own_errand(request, key).result.get("wrong", [])), "errors"
    )


@require_safe
@registrars
def template(request: HttpRequest, what: str) -> StreamingHttpResponse:
    known_table(what)
    return download(write_template(what), f"{what}-template")


def download(chunks: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
