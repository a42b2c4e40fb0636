"""Finding scenes: every installed package that has a `scene` module with a `SCENE` is one."""

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from gridloop.core.cases import kinds
from gridloop.core.notices.shipped import ship
from gridloop.core.people.roles import ROLES
from gridloop.core.scenes.manifest import Panel, Scene
from gridloop.core.scenes.models import Switch
from gridloop.core.territory import tree

_scenes: dict[str, Scene] = {}


def discover() -> None:
    """Import each app's `scene` module, keep its manifest, register its case kinds, roles and words of notices."""
    for app in apps.get_app_configs():
        if app.module is None or not module_has_submodule(app.module, "scene"):
            continue
        scene: Scene = import_module(f"{app.name}.scene").SCENE
        _scenes[scene.name] = scene
        ROLES.update({role.name: role for role in scene.brings})
        for kind in scene.kinds:
            kinds.register(kind)
        if module_has_submodule(app.module, "told"):
            ship(import_module(f"{app.name}.told").SHIPPED)


def scenes() -> list[Scene]:
    return list(_scenes.values())


def scene(name: str) -> Scene:
    return _scenes[name]


def panels_of(kind: str) -> list[Panel]:
    """What scenes add to the page of a case of this kind."""
    return [panel for scene in scenes() for panel in scene.panels if kind in panel.kinds]


def live_topics(event: str) -> tuple[str, ...]:
    """What live screens listen to when this event has happened to no case; empty: they do not hear of it."""
    return next((topics for scene in _scenes.values() if (topics := scene.live.get(event))), ())


def module_of(name: str, submodule: str) -> object | None:
    """A scene's module by its fixed name (`reactions`, `demo`, `urls`), or None where the scene has none."""
    for app in apps.get_app_configs():
        if app.label == name and app.module is not None and module_has_submodule(app.module, submodule):
            return import_module(f"{app.name}.{submodule}")
    return None


def is_on(name: str, area: int) -> bool:
    """Whether a scene is on in an area: the nearest switch upward decides; without one it is on."""
    chain = tree.current().chain(area)
    around = [one for one in (chain.building, chain.grid, chain.community, chain.town, chain.county) if one]
    switches = dict(Switch.objects.filter(scene=name, area__in=around).values_list("area", "on"))
    return next((switches[one] for one in around if one in switches), True)
