"""Personal data at rest: encrypted fields, keyed digests for look-up, and masks for showing."""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

SCHEME = "1:"  # key and cipher edition, so that keys can be changed later


@cache
def derived_key(purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from GRIDLOOP_PERSONAL_DATA_KEY (HKDF, RFC 5869)."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return kdf.derive(settings.PERSONAL_DATA_KEY.encode())


def encrypt(plain: str) -> str:
    """AES-256-GCM with a fresh nonce; an empty text stays empty."""
    if not plain:
        return ""
    nonce = os.urandom(12)
    sealed = AESGCM(derived_key("field")).encrypt(nonce, plain.encode(), None)
    return SCHEME + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(stored: str) -> str:
    """The plain text of what `encrypt` made."""
    if not stored.startswith(SCHEME):
        return stored
    raw = base64.urlsafe_b64decode(stored[len(SCHEME) :])
    return AESGCM(derived_key("field")).decrypt(raw[:12], raw[12:], None).decode()


def digest(plain: str) -> str:
    """A keyed digest (HMAC-SHA-256, hex) by which an exact value can be found without being stored."""
    return hmac.new(derived_key("digest"), plain.encode(), hashlib.sha256).hexdigest() if plain else ""


class EncryptedText(models.TextField):
    """A text that is stored encrypted and read plain; it cannot be searched."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return value if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else encrypt(str(value))


def masked_phone(phone: str) -> str:
    """13800138000 -> 138****8000."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "*" * len(phone)


def masked_name(name: str) -> str:
    """张三丰 -> 张**."""
    return name[:1] + "*" * max(len(name) - 1, 1 if name else 0)


def masked_identity(number: str) -> str:
    """110105194912310023 -> 110105********0023 (6+4, the birthday hidden)."""
    return (
        number[:6] + "*" * max(len(number) - 10, 0) + number[-4:] if len(number) >= 10 else "*" * len(number)
    )
