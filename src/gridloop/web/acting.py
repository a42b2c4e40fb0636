"""Who acts in a request: the signed-in person in their first fitting post, and the doors only some may pass."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed
from gridloop.core.people.models import Person
from gridloop.core.people.queries import abilities_of, hats, staff_hats

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person_of(request: HttpRequest) -> Person | None:
    """The signed-in person, or None; None too where nobody was asked who they are (the API's addresses)."""
    user = getattr(request, "user", None)
    return user if isinstance(user, Person) else None


def viewer(request: HttpRequest) -> Person:
    """The signed-in person behind a door that let nobody else in."""
    person = person_of(request)
    assert person is not None
    return person


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request; a visitor nobody knows is a person without an id."""
    person = person_of(request)
    if person is None:
        return Actor(kind="person")
    worn = hats(person)
    first = worn[0] if worn else None
    return Actor(
        kind="person",
        person=person.pk,
        post=first.post if first else None,
        on_behalf_of=first.on_behalf_of if first else None,
    )


def signed_in(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Any:
    """Only for people who have signed in; others are led to the residents' door and back (staff find theirs there)."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        if person_of(request) is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *arguments, **named)

    return guarded


def staff_only(*abilities: str) -> Callable[[Callable[..., HttpResponseBase]], Any]:
    """Only for holders of a post, and of one of the abilities where some are named."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Any:
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            person = person_of(request)
            if person is None:
                return redirect_to_login(request.get_full_path(), login_url="/account/sign-in/")
            if not staff_hats(person) or (abilities and not abilities_of(person).intersection(abilities)):
                raise NotAllowed(
                    _("This page is for people with another post. Ask your administrator if you need it.")
                )
            return view(request, *arguments, **named)

        return guarded

    return decorate
