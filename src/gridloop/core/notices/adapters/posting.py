"""Posting JSON to a gateway: short patience, no redirects, a small answer, and trouble told in words."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gridloop.core.notices.adapters.contract import Receipt

if TYPE_CHECKING:
    import httpx

PATIENCE = 5.0  # seconds for each step: connecting, sending, every piece of the answer
LARGEST_ANSWER = 64 * 1024
LASTING = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway said; status 0 means that nobody answered."""

    status: int
    body: bytes = b""
    trouble: str = ""
    retry_after: float = 0.0

    def json(self) -> dict[str, Any]:
        """The answer as an object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@cache
def client_of(process: int) -> "httpx.Client":
    """One connection pool per process; a pool must not be shared across a fork."""
    import httpx  # half a second to load, and only workers post

    return httpx.Client(timeout=PATIENCE, follow_redirects=False, headers={"User-Agent": "gridloop"})


def encoded(body: dict[str, Any]) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def post(address: str, content: bytes, headers: dict[str, str] | None = None) -> Answer:
    """Posts JSON; never raises."""
    import httpx

    try:
        with client_of(os.getpid()).stream(
            "POST",
            address,
            content=content,
            headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        ) as response:
            body, end = b"", time.monotonic() + PATIENCE
            for piece in response.iter_bytes(8192):
                body += piece
                if len(body) > LARGEST_ANSWER or time.monotonic() > end:
                    break
            return Answer(
                response.status_code, body[:LARGEST_ANSWER], retry_after=seconds_in(response.headers)
            )
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
        return Answer(0, trouble=f"{type(trouble).__name__}: {trouble}")


def seconds_in(headers: Mapping[str, str]) -> float:
    """Retry-After in seconds (RFC 9110, 10.2.3), at most an hour; its date form is left to our own backoff."""
    said = headers.get("retry-after", "")
    return min(float(said), 3600.0) if said.isdigit() else 0.0


def judged(answer: Answer) -> Receipt:
    """What the status alone says of a message."""
    if answer.status == 0:
        return Receipt(accepted=False, trouble=answer.trouble, unreachable=True)
    if 200 <= answer.status < 300:
        return Receipt(accepted=True)
    said = answer.body[:200].decode(errors="replace")
    wait = (answer.retry_after or 60.0) if answer.status == 429 else answer.retry_after
    return Receipt(
        accepted=False,
        trouble=f"HTTP {answer.status} {said}".strip(),
        lasting=answer.status in LASTING,
        wait=wait,
    )
