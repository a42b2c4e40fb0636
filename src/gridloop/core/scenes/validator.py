"""Validating manifests and flows before anybody meets their mistakes: `gridloop check`."""

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from gridloop.core.cases.flow import ANY_OPEN, SAME, CaseKind
from gridloop.core.cases.needs import CLEANERS
from gridloop.core.people.roles import ROLES
from gridloop.core.scenes import registry
from gridloop.core.scenes.manifest import Scene, Words


def problems() -> list[str]:
    """Every mistake found, as a sentence naming the scene, the place and what to do; empty when all is well."""
    return [problem for scene in registry.scenes() for problem in _scene_problems(scene)]


def _scene_problems(scene: Scene) -> Iterator[str]:
    if registry.module_of(scene.name, "scene") is None:
        yield f"scene '{scene.name}': its name is not its folder's name; make them equal"
    for role in scene.roles:
        if role not in ROLES:
            yield f"scene '{scene.name}': role '{role}' does not exist; see people/roles.py"
    for need in scene.needs:
        if need not in {other.name for other in registry.scenes()}:
            yield f"scene '{scene.name}': needs '{need}', which is not installed"
    for item in scene.menu:
        yield from _address_problems(scene, item.url)
    own = {(kind.name, step.name) for kind in scene.kinds for step in kind.steps}
    for tile in scene.tiles:
        if (tile.kind, tile.step) not in own:
            yield f"scene '{scene.name}': tile “{tile.title}” counts a step it has not, '{tile.step}' of kind '{tile.kind}'"
    titles = [item.title for item in scene.menu] + [tile.title for tile in scene.tiles]
    for words in (scene.title, scene.purpose, *titles):
        yield from _words_problems(f"scene '{scene.name}'", words)
    for kind in scene.kinds:
        yield from kind_problems(kind)


def _address_problems(scene: Scene, name: str) -> Iterator[str]:
    try:
        reverse(name)
    except NoReverseMatch:
        yield f"scene '{scene.name}': no page is called '{name}'; add it to urls.py or correct the menu"


def _words_problems(where: str, words: Words) -> Iterator[str]:
    with translation.override("en"):
        english = str(words)
    with translation.override("zh-hans"):
        chinese = str(words)
    if english == chinese:
        yield f"{where}: “{english}” has no Chinese; add it to the app's locale folder"


def kind_problems(kind: CaseKind) -> Iterator[str]:
    """Unreachable steps, moves to nowhere, moves without people or words, limits nobody has."""
    names = {step.name for step in kind.steps}
    reached = {kind.first}
    growing = True
    while growing:
        before = len(reached)
        for move in kind.moves:
            starts = (
                names
                if move.start == ANY_OPEN
                else {move.start}
                if isinstance(move.start, str)
                else set(move.start)
            )
            if move.to != SAME and starts & reached:
                reached.add(move.to)
        growing = len(reached) > before
    for lost in sorted(names - reached):
        yield f"kind '{kind.name}': no move leads to step '{lost}'; add one or remove the step"
    for step in kind.steps:
        yield from _words_problems(f"kind '{kind.name}', step '{step.name}'", step.title)
        if step.shape != "ended" and not any(
            move.leads_from(step.name, open=True) and move.to not in (SAME, step.name) for move in kind.moves
        ):
            yield f"kind '{kind.name}': nothing leads on from step '{step.name}'"
    for move in kind.moves:
        where = f"kind '{kind.name}', move '{move.name}'"
        for start in (
            () if move.start == ANY_OPEN else (move.start,) if isinstance(move.start, str) else move.start
        ):
            if start not in names:
                yield f"{where}: starts at '{start}', which is no step"
        if move.to not in names | {SAME}:
            yield f"{where}: leads to '{move.to}', which is no step"
        if not move.who.name:
            yield f"{where}: nobody may make it; name who"
        if move.approval is not None and not kind.named("approve"):
            yield f"{where}: takes an approval, but the kind has no move 'approve'; take it from UNIVERSAL"
        if not move.event:
            yield f"{where}: has no event; the journal would not know what to call it"
        yield from _words_problems(where, move.title)
        for name in (*move.meets, *move.starts, *kind.starts):
            if name not in kind.default_limits:
                yield f"{where}: no limit is called '{name}'; add it to default_limits"
        for need in move.needs:
            if need.kind not in CLEANERS:
                yield f"{where}: need '{need.name}' has the unknown kind '{need.kind}'"
