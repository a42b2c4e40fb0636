"""Cases this browser has shown the code of: an anonymous reporter need not type it again while the session lasts."""

from django.http import HttpRequest

from gridloop.core.cases.models import Case

TRACKED = "tracked_cases"
KEPT = 20


def remember_tracked(request: HttpRequest, case: Case) -> None:
    request.session[TRACKED] = [*request.session.get(TRACKED, [])[1 - KEPT :], case.pk]


def tracked_cases(request: HttpRequest) -> list[int]:
    found: list[int] = request.session.get(TRACKED, [])
    return found
