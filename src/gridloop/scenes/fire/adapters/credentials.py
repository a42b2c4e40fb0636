"""The secret by which a vendor's gateway is known: made once, shown once, kept as a digest."""

import hashlib
import hmac
import secrets

from django.conf import settings

from gridloop.scenes.fire.registry.models import Vendor

PREFIX = "gf_"


def new_secret() -> str:
    """256 bits: long enough that a plain digest of it cannot be guessed back."""
    return PREFIX + secrets.token_urlsafe(32)


def demo_secret() -> str:
    """The demo vendor's: the same at every start, different on every machine."""
    made = hmac.new(settings.SECRET_KEY.encode(), b"gridloop demo vendor", hashlib.sha256).hexdigest()
    return f"{PREFIX}demo_{made[:32]}"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def vendor_by_secret(secret: str) -> Vendor | None:
    """The active vendor with this secret. Every digest is compared in constant time, so time tells nothing."""
    given, found = digest_of(secret), None
    for vendor in Vendor.objects.filter(active=True).exclude(secret_digest=""):
        if hmac.compare_digest(vendor.secret_digest, given):
            found = vendor
    return found
