"""A browser of the plainest kind: one connection that stays open, the cookies of one person, forms sent with them."""

import http.client
import secrets
from typing import Any
from urllib.parse import urlencode


class Visitor:
    """One person's line to one web server. Anything that breaks the line raises OSError or HTTPException."""

    def __init__(self, port: int, *, session: str = "", timeout: float = 20) -> None:
        self.port, self.session, self.timeout = port, session, timeout
        self.token = secrets.token_hex(16)
        self.line: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> tuple[int, str, dict[str, str]]:
        return self.ask("POST", path, urlencode(fields, doseq=True), headers)

    def ask(
        self, method: str, path: str, body: str | None, more: dict[str, str]
    ) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of the answer."""
        cookies = f"csrftoken={self.token}" + (f"; session={self.session}" if self.session else "")
        headers = {"Cookie": cookies, "X-CSRFToken": self.token, "Accept-Language": "zh-hans", **more}
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.line.request(method, path, body, headers)
            with self.line.getresponse() as answer:
                text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        if answer.will_close:
            self.hang_up()
        return answer.status, text, dict(answer.getheaders())

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None
