"""The glossary says what is so: every term of docs/words.md is a word of the code, and stands there once."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = re.findall(
    r"^\| `(\w+)` \| ([^|]+) \|", (ROOT / "docs" / "words.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_every_term_is_a_word_of_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "gridloop").rglob("*.py"))

    assert [term for term, _chinese in ROWS if not re.search(rf"(?<![A-Za-z]){term}", code)] == []


def test_every_idea_has_one_term_and_its_chinese() -> None:
    terms = [term for term, _chinese in ROWS]

    assert sorted(terms) == sorted(set(terms))
    assert [term for term, chinese in ROWS if not re.search(r"[\u4e00-\u9fff]", chinese)] == []
