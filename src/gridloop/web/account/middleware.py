"""Keeps a session awake while somebody works in it, and its pages out of every cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gridloop.core.people.sessions import keep_awake


class KeepAwake:
    """Pushes the idle limit of the session along after each request that used it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        keep_awake(request)
        if request.session.accessed and not request.session.is_empty():
            # Computers of command rooms are shared: after signing out nothing may be left to go back to.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
