"""The doors of the volunteer's own pages, and how a refusal comes back to its form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import volunteer_of
from gridloop.web.acting import person_of, signed_in


def for_volunteers(view: Callable[..., HttpResponseBase]) -> Any:
    """Only for volunteers: the view takes the volunteer after the request; others read how to become one."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        volunteer: Volunteer | None = volunteer_of(person_of(request))
        if volunteer is None:
            return render(request, "volunteers/hours/no_volunteer.html", status=403)
        return view(request, volunteer, *arguments, **named)

    return signed_in(guarded)


def say(form: forms.BaseForm, refusal: Refusal) -> None:
    """A refusal stands at its field, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.words))
