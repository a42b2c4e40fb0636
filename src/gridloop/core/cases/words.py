"""Chinese text cut into what can be found: every two neighbouring characters; latin words and numbers whole."""

import re
import unicodedata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
PIECES = re.compile(f"[{HAN}]+|[a-z0-9]+")
SPREADSHEET_ESCAPES = re.compile(r"_x[0-9a-f]{4}_")


def fold(text: str) -> str:
    """One way of writing: half width, lower case, no spreadsheet escapes."""
    return SPREADSHEET_ESCAPES.sub(" ", unicodedata.normalize("NFKC", text).lower())


def pieces(folded: str) -> list[str]:
    """Runs of Chinese characters, and Latin words and numbers whole; everything else separates."""
    return PIECES.findall(folded)


def is_han(piece: str) -> bool:
    return piece[0] >= "\u3400"


def bigrams(text: str) -> list[str]:
    """The tokens of the search index, in order: "停车难 A3" -> ["停车", "车难", "a3"].

    A lone Chinese character is its own token, so that nothing written is unfindable.
    """
    tokens: list[str] = []
    for piece in pieces(fold(text)):
        if not is_han(piece) or len(piece) == 1:
            tokens.append(piece)
        else:
            tokens.extend(piece[start : start + 2] for start in range(len(piece) - 1))
    return tokens
