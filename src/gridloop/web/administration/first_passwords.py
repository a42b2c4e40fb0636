"""First passwords: staff arrive by spreadsheet, and so do their passwords leave, once and for one pair of eyes."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.journal.errors import NotFound
from gridloop.core.people.first_passwords import count_waiting
from gridloop.core.people.roles import ROLES
from gridloop.core.spreadsheets import XLSX_TYPE
from gridloop.web.administration.errands import ask_errand
from gridloop.web.administration.importing import own_errand
from gridloop.web.administration.pages import Asked, administer, administrator, ask
from gridloop.web.administration.people import here
from gridloop.web.administration.works import password_table
from gridloop.web.models import Errand


def roles_waiting() -> list[tuple[str, str]]:
    """The roles whose holders cannot sign in, with how many they are."""
    counts = count_waiting(again=True)
    titles = {"": _("Every role"), **{name: str(role.title) for name, role in ROLES.items()}}
    return [(name, f"{title} ({counts[name]})") for name, title in titles.items() if name in counts]


class FirstPasswords(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=roles_waiting, required=False)
    again = forms.BooleanField(
        label=gettext_lazy("Also those whose first password was never used"),
        required=False,
        help_text=gettext_lazy("The one they have been told stops working."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def first_passwords(request: HttpRequest) -> HttpResponse:
    """Choose for whom; a worker makes them, and the table is fetched once."""
    person, by = administrator(request)
    made: list[Errand] = []

    def do(given: dict[str, Any]) -> None:
        options = {"role": given["role"], "again": given["again"]}
        made.append(ask_errand("first_passwords", person=person, by=by, options=options))

    lead = _(
        "A table with a row a person, to be handed out by each unit. Only you can download it, and only once; every "
        "password must be replaced at the first sign-in."
    )
    asked = Asked(
        _("First passwords"),
        FirstPasswords(request.POST or None),
        do,
        reverse("settings:people"),
        lead=lead,
        trail=here(),
        send=_("Make the table"),
    )
    answer = ask(request, asked)
    return redirect("settings:errand", key=made[0].key) if made else answer


@require_safe
@administer
def fetch(request: HttpRequest, key: Any) -> HttpResponse:
    """The table, once, for whoever asked for it."""
    errand = own_errand(key)
    place = password_table(errand)
    if errand.person_id != administrator(request)[0].pk or not place.exists():
        raise NotFound(_("This table was downloaded already, or somebody else asked for it. Make a new one."))
    content = place.read_bytes()
    place.unlink()
    answer = HttpResponse(content, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="first-passwords.xlsx"'
    return answer
