"""GB 18030 texts of fixed or counted length; what cannot be read is marked, never refused."""

REPLACED = "�"


def encode_text(text: str, size: int) -> bytes:
    """At most `size` bytes, cut between characters."""
    raw = text.encode("gb18030", errors="replace")
    while len(raw) > size:
        text = text[:-1]
        raw = text.encode("gb18030", errors="replace")
    return raw


def decode_text(raw: bytes) -> tuple[str, bool]:
    """The text up to the first zero byte, and whether all of it could be read.

    Devices cut their texts at the last byte of the field: half a character at the very end is dropped silently.
    """
    raw = raw.split(b"\0", 1)[0]
    try:
        return raw.decode("gb18030"), True
    except UnicodeDecodeError as wrong:
        if (
            wrong.end == len(raw)
            and wrong.start > 0
            and len(raw) - wrong.start < 4
            and "incomplete" in wrong.reason
        ):
            return raw[: wrong.start].decode("gb18030"), True
        return raw.decode("gb18030", errors="replace"), False
