"""The door of the JSON API: a bearer token with the scope the operation asks for."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from gridloop.api.models import Token
from gridloop.api.queries import require_scope, token_of
from gridloop.core.people.models import Person


class Bearer(HttpBearer):
    """`Authorization: Bearer gl_...`"""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = token_of(token.strip())
        require_scope(found, self.scope)
        return found


# One class name is one security scheme of the OpenAPI document; the scope stands in each operation's words.
READ, WRITE, MOVE = Bearer("cases:read"), Bearer("cases:write"), Bearer("cases:move")
UNMASK, MEASURES = Bearer("people:unmask"), Bearer("measures:read")
TERRITORY, WEBHOOKS = Bearer("territory:read"), Bearer("webhooks:write")


def token_in(request: HttpRequest) -> Token:
    """The token the door let in."""
    return request.auth  # type: ignore[attr-defined,no-any-return]


def person_in(request: HttpRequest) -> Person | None:
    """Whose reach the request has."""
    return token_in(request).person
