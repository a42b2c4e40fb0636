"""What kind of file some bytes are, told by the bytes themselves and never by the name they came with."""

from typing import Literal

Kind = Literal["jpeg", "png", "webp", "gif", "avif", "heic", "pdf", "zip", "old_office", "unknown"]

AVIF_BRANDS = frozenset({b"avif", b"avis"})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"})


def kind_of(content: bytes) -> Kind:
    """The kind by the signature at the very first byte, so that a file with something put in front is unknown."""
    starts: tuple[tuple[bytes, Kind], ...] = (
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (b"%PDF-", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    )
    for signature, kind in starts:
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "avif" if brand in AVIF_BRANDS else "heic" if brand in HEIC_BRANDS else "unknown"
    return "unknown"
