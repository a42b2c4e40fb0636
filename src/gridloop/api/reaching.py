"""Posting to addresses strangers chose: never into one's own network, never to another machine than was looked at."""

import ipaddress
import os
import socket
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.notices.adapters.posting import PATIENCE, Answer


def may_reach_private() -> bool:
    """The demo and a developer may call their own machine; a county allows it by the setting."""
    return bool(settings.DEMO or settings.DEBUG or getattr(settings, "WEBHOOKS_INSIDE", False))


def looked_up(host: str, port: int) -> str:
    """One address of the host, all of which must be public; raises Refusal."""
    try:
        found = {
            str(row[4][0]).partition("%")[0]
            for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        }
    except (OSError, UnicodeError):
        raise Refusal(
            _("The address could not be found: %(host)s.") % {"host": host}, code="no_host"
        ) from None
    if not may_reach_private() and not all(is_public(address) for address in found):
        raise Refusal(
            _("The address lies in a private network, where webhooks must not go: %(host)s.")
            % {"host": host},
            code="private_address",
        )
    return sorted(found, key=lambda address: (":" in address, address))[0]


def is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)


@cache
def client_of(process: int) -> httpx.Client:
    """Without the machine's proxies: they would look the name up again."""
    return httpx.Client(
        timeout=PATIENCE, follow_redirects=False, trust_env=False, headers={"User-Agent": "gridloop-webhook"}
    )


def post(address: str, content: bytes, headers: dict[str, str]) -> Answer:
    """Posts JSON to the very machine that was looked at (no second look-up another answer could slip into)."""
    parts = urlsplit(address)
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        machine = looked_up(host, port)
        shown = f"[{machine}]" if ":" in machine else machine
        pinned = urlunsplit((parts.scheme, f"{shown}:{port}", parts.path or "/", parts.query, ""))
        with client_of(os.getpid()).stream(
            "POST",
            pinned,
            content=content,
            headers={
                "Host": parts.netloc.rpartition("@")[2],
                "Content-Type": "application/json; charset=utf-8",
                **headers,
            },
            extensions={"sni_hostname": host},
        ) as response:
            return Answer(response.status_code)
    except Refusal as refusal:
        return Answer(0, trouble=str(refusal.words))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
        return Answer(0, trouble=f"{type(trouble).__name__}: {trouble}")
