"""The door of the volunteer's own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

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
