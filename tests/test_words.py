"""The words: the glossary is of the code, a sentence has one wording in one place, and Chinese is written in one style."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "gridloop"
ROWS = re.findall(
    r"^\| `(\w+)` \| ([^|]+) \|", (ROOT / "docs" / "words.md").read_text(encoding="utf-8"), re.MULTILINE
)
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
TAG = re.compile(r"{% translate (?:\"([^\"]*)\"|'([^']*)')(?: context (?:\"([^\"]*)\"|'([^']*)'))?")
HAN = "\u4e00-\u9fff"
VARIABLE = re.compile(r"%\(\w+\)[-.\d]*[a-z]|{\w*}")
WEEKLY_HOURS = re.compile(r"(周[一二三四五六日]) (?=\d\d:)")  # typed with a blank by volunteers
BLANKS = re.compile(rf"[{HAN}：，。；、）”] [A-Za-z0-9“]|[A-Za-z0-9%)] [{HAN}（“]")
HALF_WIDTH = re.compile(rf"[{HAN}][,;:!?()]|[,;!?()][{HAN}]|[{HAN}]\.(?!\w)")
Sentence = tuple[str | None, str]


def test_every_term_is_a_word_of_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))

    assert [term for term, _chinese in ROWS if not re.search(rf"(?<![A-Za-z]){term}", code)] == []


def test_every_idea_has_one_term_and_its_chinese() -> None:
    terms = [term for term, _chinese in ROWS]

    assert sorted(terms) == sorted(set(terms))
    assert [term for term, chinese in ROWS if not re.search(rf"[{HAN}]", chinese)] == []


def catalogue(path: Path) -> dict[Sentence, str]:
    """Wordings by context and English; of plurals the first form, as Chinese has but one."""
    with path.open("rb") as file:
        return {
            (message.context, of_one(message.id)): of_one(message.string)
            for message in read_po(file, locale="zh_Hans")
            if message.id
        }


def of_one(words: Message | str | tuple[str, ...]) -> str:
    return words if isinstance(words, str) else words[0]


PATHS = sorted(SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/*.po"))
CATALOGUES = {path.parents[3].relative_to(SOURCE).as_posix(): catalogue(path) for path in PATHS}
SCENES = [app for app in CATALOGUES if app.startswith("scenes/")]
ALWAYS = [app for app in CATALOGUES if app == "web" or app.split("/")[0] == "core"]


def test_no_sentence_has_two_wordings() -> None:
    wordings: dict[Sentence, set[str]] = defaultdict(set)
    for words in CATALOGUES.values():
        for sentence, chinese in words.items():
            wordings[sentence].add(chinese)

    assert {sentence: found for sentence, found in wordings.items() if len(found) > 1} == {}


def test_what_core_and_web_say_stands_once() -> None:
    told = [sentence for app in ALWAYS for sentence in CATALOGUES[app]]

    assert sorted({each for each in told if told.count(each) > 1}, key=str) == []
    for app in [*SCENES, "api"]:
        assert set(told) & set(CATALOGUES[app]) == set(), f"{app} repeats what core or web says"


def spoken_in(folder: Path) -> Iterator[Sentence]:
    """What a folder's code and pages translate; texts put together in blocks are left to the eye."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in CALLS:
                given = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
                context, words = given[:2] if name.startswith("p") else (None, given[0])
                if isinstance(words, str):
                    yield context, words
    for path in folder.rglob("*.html"):
        for double, single, *contexts in TAG.findall(path.read_text(encoding="utf-8")):
            yield "".join(contexts) or None, (double or single).replace("%", "%%")


@pytest.mark.parametrize("app", ["core", "web", "api", *SCENES])
def test_every_app_is_whole_with_core_and_web(app: str) -> None:
    known = {sentence for each in [app, *ALWAYS] for sentence in CATALOGUES[each]}

    assert sorted(set(spoken_in(SOURCE / app)) - known, key=str) == []


def chinese_of_the_code() -> Iterator[tuple[str, str]]:
    """Chinese in strings of modules, such as notices and what the demo tells; neither docs of code nor patterns."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(text))) if re.search(rf"[{HAN}]", text) else []
        docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                words = "".join(
                    str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                words = node.value
            else:
                continue
            is_chinese = len(re.findall(rf"[{HAN}]", words)) > len(re.findall(r"[A-Za-z]", words)) / 2
            if is_chinese and not re.search(r"\(\?|\[\S+\]", words):
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", words


def test_chinese_is_written_in_one_style() -> None:
    texts = [
        (f"{app}: {sentence[1]}", words) for app in CATALOGUES for sentence, words in CATALOGUES[app].items()
    ]
    found = []
    for where, words in [*texts, *chinese_of_the_code()]:
        plain = WEEKLY_HOURS.sub(r"\1", VARIABLE.sub("0", words))
        if BLANKS.search(plain) or HALF_WIDTH.search(plain):
            found.append((where, words))

    assert found == [], "no blank beside figures and Latin letters, full-width marks: see docs/words.md"
