"""The docs' promises: what a person can set, run, hear of or read is written down, in both languages."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from babel.messages.pofile import read_po

import draw_events
import draw_map
from gridloop.cli import app

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "gridloop"
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))
READERS = {"environment", "switched_on", "kept_secret", "whole_number"}


@cache
def spoken_and_called() -> tuple[list[ast.Constant], list[ast.Call]]:
    """Every constant and every call of the code: its nodes are gone through once for all tests."""
    nodes = [node for module in draw_map.modules().values() for node in ast.walk(module.tree)]
    return (
        [node for node in nodes if isinstance(node, ast.Constant)],
        [node for node in nodes if isinstance(node, ast.Call)],
    )


def calls(*names: str) -> Iterator[ast.Call]:
    for node in spoken_and_called()[1]:
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name in names:
            yield node


def first_word(call: ast.Call) -> str:
    """The first argument when it is a plain string."""
    if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
        return call.args[0].value
    return ""


def sentence(call: ast.Call) -> str:
    """What a call translates: behind its context, where it names one."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return (
        first_word(ast.Call(call.func, call.args[1:], []))
        if name.startswith("pgettext")
        else first_word(call)
    )


def settings() -> set[str]:
    spelled = {
        node.value
        for node in spoken_and_called()[0]
        if isinstance(node.value, str) and re.fullmatch(r"GRIDLOOP_[A-Z_]+[A-Z]", node.value)
    }
    return (
        spelled
        | {f"GRIDLOOP_{word}" for call in calls(*READERS) if (word := first_word(call))}
        | {"DATABASE_URL"}
    )


def command_names(group: typer.Typer, above: str = "gridloop") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{above} {command.name or command.callback.__name__.replace('_', '-')}"
    for inner in group.registered_groups:
        yield from command_names(inner.typer_instance, f"{above} {inner.name}")


def missing_from_docs(names: set[str]) -> list[str]:
    return sorted(name for name in names if f"`{name}" not in DOCS)


def test_every_setting_is_explained() -> None:
    assert missing_from_docs(settings()) == []


def test_no_setting_is_explained_that_does_not_exist() -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) - settings() == set()


def test_every_command_is_explained() -> None:
    assert missing_from_docs(set(command_names(app))) == []


def test_every_scene_is_explained() -> None:
    scenes = {path.parent.name for path in SOURCE.glob("scenes/*/scene.py")}

    assert [name for name in sorted(scenes) if f"`{name}`" not in DOCS] == []
    assert [name for name in sorted(scenes) if not (SOURCE / "scenes" / name / "README.md").exists()] == []


def test_every_announced_event_is_explained() -> None:
    announced = {word for call in calls("record", "record_many") if (word := first_word(call))}

    assert missing_from_docs(announced) == []


def test_page_of_events_shows_the_code_as_it_is() -> None:
    assert draw_events.EVENTS.read_text(encoding="utf-8") == draw_events.drawing(), "run 'make map'"


def promised() -> Iterator[tuple[str, str, str]]:
    """(package, module, name) of everything docs/contracts.md names with its module."""
    text = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        package = section.partition("\n")[0].strip()
        for module, name in re.findall(r"`(\w+)\.(\w+)", section):
            if name not in ("py", "md"):
                yield package, module, name


def test_contracts_name_what_is_there() -> None:
    missing = []
    for package, module, name in promised():
        where = "gridloop.web" if package == "web" else f"gridloop.core.{package}"
        if not hasattr(importlib.import_module(f"{where}.{module}"), name):
            missing.append(f"{package}: {module}.{name}")

    assert missing == []


CATALOGS = sorted(SOURCE.rglob("locale/zh_Hans/LC_MESSAGES/*.po"))


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(SOURCE).parts[-5])
def test_every_sentence_has_its_chinese(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, locale="zh_Hans", abort_invalid=True)

    def is_empty(string: str | tuple[str, ...]) -> bool:
        return not string if isinstance(string, str) else not all(string)

    assert [message.id for message in catalog if message.id and is_empty(message.string)] == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_every_sentence_of_the_code_is_in_a_catalog() -> None:
    known = set()
    for path in CATALOGS:
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                known.update([message.id] if isinstance(message.id, str) else message.id)
    spoken = {
        word
        for call in calls(
            "_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"
        )
        if (word := sentence(call))
    }

    assert sorted(spoken - known) == []


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


# Written in pieces, so that this file does not hold what it forbids.
FOREIGN = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\w/.-])/" + r"(?:work|root|home/\w+)/",
        r"(?<![\w/.-])/" + r"tmp/\w",
        r"registry\." + r"npmjs\.org",
        r"files\." + r"pythonhosted\.org",
        r"pypi\." + r"org/simple",
    )
]


def test_tracked_files_name_no_place_of_one_machine() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [
            f"{path.relative_to(ROOT)}: {match.group()}" for each in FOREIGN for match in each.finditer(text)
        ]

    assert found == []


def test_every_period_of_retention_stands_in_the_docs_as_it_is_shipped() -> None:
    from gridloop.core.people.retention import RETENTIONS

    page = (ROOT / "docs" / "security-and-privacy.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) \| (\d+) \|$", page, re.MULTILINE)

    assert sorted(told) == sorted(
        (row.topic, str(row.days), str(row.shortest)) for row in RETENTIONS.values()
    )
