"""The key pair by which push services know this installation (VAPID, RFC 8292); made once, kept in the data folder."""

import base64
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

NAME = "push_key"
CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # P-256


def private_key() -> str:
    """The private number, base64url; from GRIDLOOP_PUSH_KEY or data/secrets, readable by its owner only."""
    given = os.environ.get("GRIDLOOP_PUSH_KEY", "")
    if given:
        return given
    kept = settings.DATA / "secrets" / NAME
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = kept.with_name(f".{NAME}-{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_private_key())
        try:
            os.link(fresh, kept)  # whole or not at all; of two processes the first wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text()


def new_private_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return in_base64(number.to_bytes(32, "big"))


def public_key() -> str:
    """What a browser needs to subscribe (applicationServerKey): the uncompressed point, base64url."""
    raw = base64.urlsafe_b64decode(private_key() + "==")
    point = ec.derive_private_key(int.from_bytes(raw, "big") % CURVE_ORDER, ec.SECP256R1()).public_key()
    return in_base64(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def in_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
