"""Who comes in: the volunteer of a request, and people at the desk in the post that allows it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of as acting_for
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.roster.queries import CARE, LEAD, roots_of_care, volunteer_of
from gridloop.web.acting import person_of, signed_in, staff_only, viewer
from gridloop.web.refusals import show_refusal

desk = staff_only(CARE, LEAD)  # clerks, rooms and team leaders
office = staff_only(CARE)


def for_volunteers(view: Callable[..., HttpResponseBase]) -> Any:
    """The view takes the volunteer after the request; who is none yet is led to becoming one."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        volunteer = volunteer_of(person_of(request))
        if volunteer is None:
            return redirect("volunteers:home")
        return view(request, volunteer, *arguments, **named)

    return signed_in(guarded)


def by_of(request: HttpRequest, ability: str = CARE) -> Actor:
    """The person in the post that gives the ability, else in their first."""
    person = viewer(request)
    found = acting_for(person, ability=ability)
    return found if found.post is not None else acting_for(person)


def communities_of(person: Person) -> list[int]:
    """The communities one looks after, in walking order."""
    picture = tree.current()
    return [
        pk for root in roots_of_care(person) if root in picture for pk in picture.at_level("community", root)
    ]


def attempt(form: forms.Form, do: Callable[[], Any]) -> bool:
    """Whether it could be done; a refusal becomes the form's error."""
    try:
        do()
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True


def status_of(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200
