"""Keeps a session awake while somebody works in it."""

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
        return response
