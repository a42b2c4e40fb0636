"""Templates of notices: the words people are told, for each event and listener, seen filled in before they are kept."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound
from gridloop.core.notices.models import Template
from gridloop.core.notices.shipped import SHIPPED
from gridloop.core.notices.templates import filled, shipped_template
from gridloop.core.notices.wording import give_up_template, keep_template, known_variables
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show

EVENTS = ("template_kept", "template_given_up", "spreadsheet_imported")
AUDIENCES = {
    "reporter": gettext_lazy("Who reported"),
    "unit": gettext_lazy("Units"),
    "worker": gettext_lazy("Grid workers"),
    "room": gettext_lazy("Command rooms"),
}
SAMPLES = {  # what a preview fills in; invented
    "number": "YH-20261121-0042",
    "title": "小区门口积水",
    "due": "11月23日17:30",
    "reason": "需要补充材料",
    "answer": "已安排疏通",
    "unit": "玉城街道办事处",
    "place": "玉城街道城中社区第1网格",
    "words": "雨水口堵塞，行人无法通过",
    "code": "824613",
    "days": "2",
    "left": "3小时",
    "clock": "首次响应",
}


class WordsForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    words = forms.CharField(label=gettext_lazy("Words"), widget=forms.Textarea(attrs={"rows": 7}))
    gateway_id = forms.CharField(
        label=gettext_lazy("SMS template number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("As the SMS gateway approved it; empty where this goes by no SMS"),
    )


@require_safe
@administer
def templates(request: HttpRequest) -> HttpResponse:
    """Every event somebody is told of, by listener."""
    audience = request.GET.get("audience") if request.GET.get("audience") in SHIPPED else "reporter"
    own = {(row.event, row.language): row for row in Template.objects.filter(audience=audience)}
    rows = []
    for event in SHIPPED[str(audience)]:
        shown = {
            code: own.get((event, code)) or shipped_template(event, str(audience), code)
            for code, _name in settings.LANGUAGES
        }
        rows.append({
            "event": event, "own": [code for code in shown if (event, code) in own],
            "subjects": [(code, each.subject) for code, each in shown.items() if each],
        })  # fmt: skip
    tabs = [
        {"title": title, "url": f"?audience={name}", "current": name == audience, "count": len(SHIPPED[name])}
        for name, title in AUDIENCES.items()
    ]
    return show(
        request,
        "templates",
        _("Notice templates"),
        {"rows": rows, "tabs": tabs, "audience": audience, "changes": changes_of(["template", ""], EVENTS)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def template(request: HttpRequest, audience: str, event: str, language: str) -> HttpResponse:
    """The words of one notice in one language, with both languages filled in beside them."""
    if event not in SHIPPED.get(audience, {}) or language not in dict(settings.LANGUAGES):
        raise NotFound(_("gridloop tells nobody of this event."))
    own = Template.objects.filter(audience=audience, event=event, language=language).first()
    present = own or shipped_template(event, audience, language)
    initial = (
        {"subject": present.subject, "words": present.words, "gateway_id": present.gateway_id}
        if present
        else {}
    )
    data = request.POST if request.method == "POST" else None
    form = WordsForm(data, initial=initial)

    def do(given: dict[str, Any]) -> Any:
        return keep_template(event, audience, language, by=by_of(request), **given)

    typed = {"subject": form["subject"].value() or "", "words": form["words"].value() or ""}
    context = {
        "previews": previews(audience, event, language, typed),
        "variables": known_variables(event, audience),
        "languages": [
            {
                "title": name,
                "url": reverse("settings:template", args=[audience, event, code]),
                "current": code == language,
            }
            for code, name in settings.LANGUAGES
        ],
        "own": own,
    }
    if data is not None and "preview" in data:
        return show(
            request,
            "template",
            event,
            {"form": form, "back": "", "send": _("Save"), **context},
            trail=here(audience),
        )
    asked = Asked(
        event,
        form,
        do,
        reverse("settings:template", args=[audience, event, language]),
        _("Kept; the next notice has these words."),
        trail=here(audience),
        template="template",
        context=context,
    )
    return ask(request, asked)


def here(audience: str) -> list[tuple[str, str]]:
    return [(_("Notice templates"), f"{reverse('settings:templates')}?audience={audience}")]


def previews(audience: str, event: str, language: str, typed: dict[str, str]) -> list[dict[str, Any]]:
    """Every language as its reader will see it; the one being written as it stands in the form."""
    facts = {name: SAMPLES.get(name, f"〈{name}〉") for name in known_variables(event, audience)}
    found = []
    for code, name in settings.LANGUAGES:
        kept = Template.objects.filter(
            audience=audience, event=event, language=code
        ).first() or shipped_template(event, audience, code)
        words = (
            typed
            if code == language
            else {"subject": kept.subject, "words": kept.words}
            if kept
            else {"subject": "", "words": ""}
        )
        found.append(
            {
                "language": name,
                "code": code,
                "subject": filled(words["subject"], facts),
                "words": filled(words["words"], facts),
            }
        )
    return found


@require_POST
@administer
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)
    then = reverse("settings:template", args=[row.audience, row.event, row.language])
    return act(
        request, lambda: give_up_template(row, by=by_of(request)), then, _("The shipped words hold again.")
    )
