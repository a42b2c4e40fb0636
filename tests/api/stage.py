"""Tokens for tests, and a way to ask with them."""

import json
from typing import Any

from django.test import Client

from gridloop.api.actions import make_token
from gridloop.api.scopes import SCOPES
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.people.models import Person


def a_token(person: Person | None = None, *scopes: str, **more: Any) -> str:
    more.setdefault("rate", 0)
    return make_token("test", scopes=list(scopes or SCOPES), person=person, by=SYSTEM, **more)


class Asker:
    """Another system: asks with a token, speaks JSON."""

    def __init__(self, secret: str) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"} if secret else {}

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{address}", query, headers=self.headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{address}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={**self.headers, **headers},
        )

    def patch(self, address: str, body: Any) -> Any:
        return self.client.patch(
            f"/api/v1{address}", json.dumps(body), content_type="application/json", headers=self.headers
        )

    def delete(self, address: str) -> Any:
        return self.client.delete(f"/api/v1{address}", headers=self.headers)

    def upload(self, content: bytes, name: str = "photo.jpg") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return self.client.post(
            "/api/v1/files", {"photo": SimpleUploadedFile(name, content)}, headers=self.headers
        )


def a_matter(town: Any, grid: int = 0, **more: Any) -> dict[str, Any]:
    longitude, latitude = town.point(grid)
    return {
        "words": "小区门口的垃圾三天没人收。",
        "place": {"longitude": longitude, "latitude": latitude},
        **more,
    }
