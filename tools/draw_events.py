"""Draws docs/events.md: every event the journal tells of, where it is announced, and with which facts."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from draw_map import Module, modules

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "gridloop"
EVENTS = ROOT / "docs" / "events.md"
HEAD = """# Events

Everything that happens is one entry in the journal, and its event says what. Scenes react to events
by name, webhooks deliver them, consumers count them. Drawn by `make map` from the code; `make check`
fails when it is out of date.

| event | when | subject | facts | announced in |
|---|---|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Announced:
    """One place that announces one event."""

    event: str
    words: str
    subject: str
    facts: tuple[str, ...]
    where: str


def announced() -> list[Announced]:
    """Every event, in alphabetical order; one line for each place that announces it."""
    return sorted({each for module in modules().values() for each in announced_in(module)})


def announced_in(module: Module) -> Iterator[Announced]:
    where = module.path.relative_to(SOURCE).as_posix()
    for inside, node in calls_of(module.tree):
        name = name_of(node.func)
        if name in {"Move", "move"}:
            if event := event_of_move(node):
                yield Announced(event, f"The move “{title_of_move(node)}”", "case", (), where)
        elif name == "replace" and (event := keyword(node, "event")):
            yield Announced(event, sentence(inside), "case", (), where)
        elif "record" in name.split("_") and (event := word(node, 0)) and "_" in event:
            yield Announced(event, sentence(inside), keyword(node, "subject_kind"), facts(node), where)


def calls_of(tree: ast.AST, inside: ast.AST | None = None) -> Iterator[tuple[ast.AST | None, ast.Call]]:
    """Every call, with the function it stands in."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Call):
            yield inside, child
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from calls_of(child, child if function else inside)


def name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def word(call: ast.Call, place: int) -> str:
    argument = call.args[place] if len(call.args) > place else None
    return (
        str(argument.value) if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
    )


def keyword(call: ast.Call, name: str) -> str:
    values = [each.value for each in call.keywords if each.arg == name]
    return str(values[0].value) if values and isinstance(values[0], ast.Constant) else ""


def facts(call: ast.Call) -> tuple[str, ...]:
    given = [each.value for each in call.keywords if each.arg == "facts"]
    if not given or not isinstance(given[0], ast.Dict):
        return ()
    return tuple(str(key.value) for key in given[0].keys if isinstance(key, ast.Constant))


def event_of_move(call: ast.Call) -> str:
    """A row of a flow: start, name, to, who, needs, title, event."""
    named = keyword(call, "event") or word(call, 6)
    return named or (f"case_{word(call, 1)}" if word(call, 1) else "")


def title_of_move(call: ast.Call) -> str:
    given = [each.value for each in call.keywords if each.arg == "title"] or call.args[5:6]
    if given and isinstance(given[0], ast.Call):
        return word(given[0], 0)
    return word(call, 1)


def sentence(function: ast.AST | None) -> str:
    """The first sentence of the announcing function's docstring, else its name in words."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    words = " ".join((ast.get_docstring(function) or function.name.strip("_").replace("_", " ")).split())
    return words.split(". ")[0].split("; ")[0].split(": ")[0].rstrip(".").replace("|", "/")


def drawing() -> str:
    lines = [
        f"| `{each.event}` | {each.words} | {each.subject} | {', '.join(each.facts)} | `{each.where}` |"
        for each in announced()
    ]
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    EVENTS.write_text(drawing(), encoding="utf-8")
    print(f"drew {EVENTS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
