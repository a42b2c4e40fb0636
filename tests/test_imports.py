"""The one-way imports of the house, read from the source without running it."""

from pathlib import Path

import pytest

import draw_map as house

ROOT = Path(__file__).resolve().parent.parent
MODULES = house.modules()
# A scene's pages stand in the shell of `web`; what it knows and does must not.
PAGELESS = {"enums", "rules", "models", "queries", "actions", "flow", "reactions", "indicators", "adapters"}
INSIDE = {"enums": 0, "models": 1, "queries": 2, "actions": 3, "forms": 4, "views": 5}
FORBIDDEN = {
    "utils",
    "util",
    "common",
    "helpers",
    "helper",
    "manager",
    "managers",
    "service",
    "services",
    "base",
    "misc",
}
OPEN_TO_ALL = {"gridloop", "gridloop.settings"}


def imported(*, at_once_only: bool = False):
    """(module, import, the imported module's package) for every import of our own code."""
    for module in MODULES.values():
        for each in module.imports:
            if each.module not in OPEN_TO_ALL and (each.at_once or not at_once_only):
                yield module, each, house.package_of(each.module)


def where(module, each) -> str:
    return f"{module.path.relative_to(ROOT)}:{each.line} imports {each.module}"


def may_import(package: str, other: str, module: str = "") -> bool:
    if package == other:
        return True
    kind, other_kind = package.partition(".")[0], other.partition(".")[0]
    if kind == "":
        return True
    if kind == "core":
        return other_kind == "core" and house.rank(other) <= house.rank(package)
    if kind == "scenes":
        if other == "demo":  # only a scene's part of the demo county stands on the rest of it
            return module.endswith(".demo") or ".demo." in module
        if other == "operations":  # a scene's commands stand up like any other command
            return module.endswith(".commands")
        return other_kind == "core" or (other == "web" and not PAGELESS & set(module.split(".")))
    if kind == "web":
        return other_kind in {"core", "api"}  # the settings pages make tokens and webhooks
    if kind == "api":
        return other_kind == "core"
    return other != ""


def test_packages_import_one_way() -> None:
    wrong = [
        where(module, each)
        for module, each, other in imported()
        if not may_import(module.package, other, module.name)
    ]

    assert wrong == []


def test_every_core_package_has_its_place_in_the_row() -> None:
    folders = {path.parent.name for path in (house.SOURCE / "gridloop" / "core").glob("*/__init__.py")}

    assert folders == set(house.CORE)


def test_inside_a_package_reads_stand_below_writes_and_writes_below_pages() -> None:
    wrong = []
    for module, each, other in imported():
        folder, _dot, name = module.name.rpartition(".")
        other_folder, _dot, target = each.module.rpartition(".")
        own, theirs = INSIDE.get(name, 9), INSIDE.get(target, -1)
        # The parts of a scene may read, and act through, each other's modules of the same name.
        if module.package == other and (theirs > own or (theirs == own and folder == other_folder)):
            wrong.append(where(module, each))

    assert wrong == []


def test_modules_never_load_each_other_in_a_circle() -> None:
    edges: dict[str, set[str]] = {name: set() for name in MODULES}
    for module, each, _ in imported(at_once_only=True):
        if each.module in edges and each.module != module.name:
            edges[module.name].add(each.module)

    assert circle_in(edges) == []


def circle_in(edges: dict[str, set[str]]) -> list[str]:
    """One circle of imports, or nothing."""
    finished: set[str] = set()

    def visit(name: str, above: list[str]) -> list[str]:
        if name in above:
            return [*above[above.index(name) :], name]
        if name in finished:
            return []
        for other in sorted(edges[name]):
            if circle := visit(other, [*above, name]):
                return circle
        finished.add(name)
        return []

    for name in edges:
        if circle := visit(name, []):
            return circle
    return []


def test_circle_is_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize(
    ("module", "other", "allowed"),
    [
        ("core.people", "core.territory", True),
        ("core.territory", "core.people", False),
        ("core.cases", "scenes.reports", False),
        ("scenes.reports", "core.cases", True),
        ("scenes.reports", "scenes.volunteers", False),
        ("scenes.reports.views", "web", True),
        ("scenes.reports.queries", "web", False),
        ("core.spreadsheets", "core.journal", True),
        ("core.journal", "core.spreadsheets", False),
        ("web", "api", True),  # the settings make tokens
        ("api", "web", False),
        ("web", "scenes.reports", False),
        ("api", "core.cases", True),
        ("operations", "web", True),
        ("core.cases", "", False),
    ],
)
def test_rule_of_the_house(module: str, other: str, allowed: bool) -> None:
    package = house.package_of(f"gridloop.{module}")

    assert may_import(package, other, module) is allowed


def test_no_module_hides_behind_a_word_that_says_nothing() -> None:
    assert [name for name in MODULES if name.rpartition(".")[2] in FORBIDDEN] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(module.path.relative_to(ROOT))
        for module in MODULES.values()
        if not module.purpose and (module.path.name != "__init__.py" or module.tree.body)
    ]

    assert silent == []


def test_map_shows_the_code_as_it_is() -> None:
    assert house.MAP.exists(), "docs/map.md is missing: run 'make map'"
    assert house.MAP.read_text(encoding="utf-8") == house.drawing(), (
        "docs/map.md is out of date: run 'make map'"
    )
