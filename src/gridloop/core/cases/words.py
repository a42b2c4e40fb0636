"""Chinese text cut into what can be found: every two neighbouring characters; latin words and numbers whole."""

import re
import unicodedata

RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


def bigrams(text: str) -> list[str]:
    """ "停车难 A3" -> ["停车", "车难", "a3"]; a single character stays one. Width and case are folded (NFKC)."""
    found: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[place : place + 2] for place in range(len(run) - 1))
    return found
