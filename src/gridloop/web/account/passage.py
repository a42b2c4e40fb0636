"""The way from the first right answer to the open session: who is on it, what is asked, where it leads."""

import time
from dataclasses import asdict, dataclass
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import hats
from gridloop.core.people.roles import ROLES
from gridloop.core.people.sessions import begin_session
from gridloop.core.people.signing_in import next_step

Answer = TypeVar("Answer", bound=HttpResponse)
KEPT = "passage"
MINUTES = 10
PAGES = {"password": "account:new_password", "enrol": "account:enrol", "second": "account:second"}
HOMES = (
    ("grid_worker", "/field/"),
    ("grid_chief", "/field/"),
    ("leader", "/cockpit/"),
    ("county_room", "/desk/"),
    ("town_room", "/desk/"),
    ("community_clerk", "/desk/"),
    ("unit_head", "/desk/"),
    ("unit_handler", "/desk/"),
    ("auditor", "/desk/"),
    ("administrator", "/settings/"),
)


class PassageClosed(Refusal):
    """Too much time went by between two steps."""

    status = 403


@dataclass
class Passage:
    """Kept in the session between the password and the second factor; it opens nothing by itself."""

    person: int
    how: str
    onward: str
    at: float
    secret: str = ""  # encrypted; the authenticator secret being enrolled
    second: bool = False  # whether the second factor was right


def start_passage(request: HttpRequest, person: Person, *, how: str) -> HttpResponse:
    """After the password: on to what is still asked, or in."""
    onward = onward_address(request)
    step = next_step(person)
    if step == "done":
        return finish(request, person, how=how, onward=onward)
    request.session.cycle_key()
    keep(request, Passage(person.pk, how, onward, time.time()))
    return redirect(PAGES[step])


def keep(request: HttpRequest, passage: Passage) -> None:
    request.session[KEPT] = asdict(passage)


def passage_of(request: HttpRequest) -> tuple[Passage, Person]:
    """Who is on the way. Raises `PassageClosed` when nobody is, or it took too long."""
    kept = request.session.get(KEPT)
    passage = Passage(**kept) if kept else None
    if passage is None or time.time() - passage.at > MINUTES * 60:
        request.session.pop(KEPT, None)
        raise PassageClosed(_("That took too long. Sign in again."))
    person = Person.objects.filter(pk=passage.person, is_active=True).first()
    if person is None:
        raise PassageClosed(_("That took too long. Sign in again."))
    return passage, person


def go_on(request: HttpRequest, passage: Passage, person: Person) -> HttpResponse:
    """After one more right answer that did not open the session yet."""
    step = next_step(person, second_passed=passage.second)
    if step == "done":
        return finish(request, person, how=passage.how, onward=passage.onward)
    keep(request, passage)
    return redirect(PAGES[step])


def finish(request: HttpRequest, person: Person, *, how: str, onward: str = "") -> HttpResponseRedirect:
    """Opens the session and goes where the person wanted, or to the page of their work."""
    open_session(request, person, how=how)
    return with_preferences(HttpResponseRedirect(onward or home_of(person)), person)


def open_session(request: HttpRequest, person: Person, *, how: str) -> None:
    request.session.pop(KEPT, None)
    begin_session(request, person, how=how)


def with_preferences(response: Answer, person: Person) -> Answer:
    """The person's language and text size follow them to this browser."""
    year = 365 * 24 * 3600
    if person.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=year, samesite="Lax")
    if person.large_text:
        response.set_cookie("size", "elder", max_age=year, samesite="Lax")
    return response


def home_of(person: Person) -> str:
    """The first page of a person's work; residents begin at the front door."""
    roles = {hat.role for hat in hats(person)}
    brought = (ROLES[role].home for role in sorted(roles) if role in ROLES and ROLES[role].home)
    return next((address for role, address in HOMES if role in roles), None) or next(brought, "/")


def onward_address(request: HttpRequest) -> str:
    """Where `next` points, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else ""
