"""The signature gridloop puts on what it posts to gateways and webhooks, and how a receiver checks it."""

import hashlib
import hmac
import time

HEADER = "X-Gridloop-Signature"
TOLERANCE = 300  # seconds


def signed_headers(secret: str, content: bytes, *, former: str = "") -> dict[str, str]:
    """t=SECONDS,v1=HEX with HMAC-SHA256 over "SECONDS.content": an old recording cannot be replayed.

    While secrets are exchanged a second v1 is made with the `former` one, so that the receiver may follow when it likes.
    """
    moment = str(int(time.time()))
    signatures = [f"v1={digest(each, moment, content)}" for each in (secret, former) if each]
    return {HEADER: ",".join([f"t={moment}", *signatures])}


def digest(secret: str, moment: str, content: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + content, hashlib.sha256).hexdigest()


def is_genuine(secret: str, header: str, content: bytes) -> bool:
    """Whether a header fits the content and is fresh; receivers written in Python may use it as it is."""
    parts = [part.partition("=") for part in header.split(",")]
    moment = next((value for name, _is, value in parts if name == "t"), "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > TOLERANCE:
        return False
    right = digest(secret, moment, content)
    return any(hmac.compare_digest(value, right) for name, _is, value in parts if name == "v1")
