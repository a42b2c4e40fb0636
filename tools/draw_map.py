"""Reads every module's imports without running it, and draws docs/map.md: who stands on whom, and why."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
MAP = ROOT / "docs" / "map.md"

CORE = (
    "journal",
    "territory",
    "people",
    "evidence",
    "clocks",
    "cases",
    "dispatch",
    "notices",
    "measures",
    "scenes",
)
TOP = ("operations", "demo")


@dataclass(frozen=True)
class Import:
    """One import of one of our own modules; `at_once` when it runs as the module loads."""

    module: str
    line: int
    at_once: bool


@dataclass(frozen=True)
class Module:
    """One file of the package, known by its dotted name."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def purpose(self) -> str:
        words = ast.get_docstring(self.tree) or ""
        return " ".join(words.split("\n\n")[0].split())

    @property
    def package(self) -> str:
        return package_of(self.name)

    @cached_property
    def imports(self) -> list[Import]:
        return list(imports_of(self))


def package_of(name: str) -> str:
    """The package a module belongs to: core.journal, scenes.reports, web, api, ...; "" for the root."""
    parts = name.split(".")[1:]
    if not parts:
        return ""
    if parts[0] in {"core", "scenes"}:
        return ".".join(parts[:2]) if len(parts) > 1 else parts[0]
    return parts[0] if parts[0] in {"web", "api", *TOP} else ""


def name_of(path: Path) -> str:
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Module]:
    """Every module by its dotted name; migrations are history and stay out."""
    paths = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return {name_of(path): Module(name_of(path), path) for path in paths}


def imports_of(module: Module) -> Iterator[Import]:
    known = all_names()
    for node, at_once in walk(module.tree, at_once=True):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "gridloop":
                    yield Import(alias.name, node.lineno, at_once)
        elif isinstance(node, ast.ImportFrom):
            origin = origin_of(node, module)
            if origin.split(".")[0] == "gridloop":
                for alias in node.names:
                    deeper = f"{origin}.{alias.name}"
                    yield Import(deeper if deeper in known else origin, node.lineno, at_once)


def origin_of(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    inside = parts if module.path.name == "__init__.py" else parts[:-1]
    above = inside[: len(inside) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def walk(node: ast.AST, *, at_once: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Every statement, with whether it runs as the module loads (not in a function, not for types alone)."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):  # holds no import, and most of the tree
            continue
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or for_types_alone(child)
        yield child, at_once
        yield from walk(child, at_once=at_once and not later)


def for_types_alone(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


@cache
def all_names() -> set[str]:
    return {name_of(path) for path in SOURCE.rglob("*.py")}


def packages() -> dict[str, list[Module]]:
    """Modules by package, in the order in which packages may import each other."""
    found: dict[str, list[Module]] = {}
    for module in modules().values():
        found.setdefault(module.package, []).append(module)
    return dict(sorted(found.items(), key=lambda pair: rank(pair[0])))


def rank(package: str) -> tuple[int, int, str]:
    """Where a package stands: a lower one may be imported by a higher one."""
    kind, _, name = package.partition(".")
    if kind == "core":
        # A single module of core that belongs to no package stands between the journal and the territory.
        return (0, CORE.index(name) * 2 if name in CORE else 1, name)
    order = {"scenes": 1, "web": 2, "api": 2, "": 4}
    return (order.get(kind, 3), 0, package)


def drawing() -> str:
    """The whole of docs/map.md."""
    lines = [
        "# The map",
        "",
        "Drawn by `make map` from the code itself; `make check` fails when it is out of date. A package may",
        "import only from those above it in this list; scenes never import each other, and core no scene.",
        "",
    ]
    for package, members in packages().items():
        if package in {"core", "scenes"}:
            continue
        lines += [f"## {package or 'the root'}", ""]
        used = sorted(
            {package_of(each.module) for member in members for each in member.imports}
            - {package, "core", "scenes", ""},
            key=rank,
        )
        if used:
            lines += [f"Stands on: {', '.join(used)}.", ""]
        lines += ["| file | is for |", "|---|---|"]
        for member in members:
            name = member.path.relative_to(SOURCE / "gridloop").as_posix()
            if member.purpose or member.path.name != "__init__.py":
                lines.append(f"| `{name}` | {member.purpose.replace('|', '/')} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    MAP.write_text(drawing(), encoding="utf-8")
    print(f"drew {MAP.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
