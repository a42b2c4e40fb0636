"""The signature gridloop puts on what it posts to gateways and webhooks, and how a receiver checks it."""

import hashlib
import hmac
import time

HEADER = "X-Gridloop-Signature"
TOLERANCE = 300  # seconds


def signed_headers(secret: str, content: bytes) -> dict[str, str]:
    """t=SECONDS,v1=HEX with HMAC-SHA256 over "SECONDS.content": an old recording cannot be replayed."""
    moment = str(int(time.time()))
    return {HEADER: f"t={moment},v1={digest(secret, moment, content)}"}


def digest(secret: str, moment: str, content: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + content, hashlib.sha256).hexdigest()


def is_genuine(secret: str, header: str, content: bytes) -> bool:
    """Whether a header fits the content and is fresh; receivers written in Python may use it as it is."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > TOLERANCE:
        return False
    return hmac.compare_digest(given, digest(secret, moment, content))
