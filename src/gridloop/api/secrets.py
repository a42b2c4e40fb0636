"""The secrets of tokens and webhooks: how they are made, and the digest that is all gridloop keeps of a token."""

import hashlib
import hmac
import secrets

from django.conf import settings

PREFIX = "gl_"
SHOWN = 8  # characters by which a person recognises a token in a list


def new_secret() -> str:
    """256 bits; long enough that a plain digest of it cannot be guessed back."""
    return PREFIX + secrets.token_urlsafe(32)


def demo_secret() -> str:
    """The demo's key: the same at every start, different on every machine."""
    made = hmac.new(settings.SECRET_KEY.encode(), b"gridloop demo token", hashlib.sha256).hexdigest()
    return f"{PREFIX}demo_{made[:32]}"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
