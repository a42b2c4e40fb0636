"""Cutting words to what a gateway takes, counted in bytes, never through a character."""

MORE = "…"


def within_bytes(words: str, most: int) -> str:
    """`words`, or as much of them as fits into `most` bytes of UTF-8 with an ellipsis at the end."""
    raw = words.encode()
    if len(raw) <= most:
        return words
    return raw[: most - len(MORE.encode())].decode(errors="ignore") + MORE


def on_one_line(words: str) -> str:
    """Without line breaks and doubled blanks: for subjects and variables."""
    return " ".join(words.split())
