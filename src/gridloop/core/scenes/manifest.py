"""What a scene says of itself: one frozen value in its `scene.py`."""

from dataclasses import dataclass, field

from django.utils.functional import Promise

from gridloop.core.cases.flow import CaseKind

Words = str | Promise


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry in the menu: for which roles' shell ("public", "field", "desk", "cockpit"), and where it leads."""

    shell: str
    title: Words
    url: str  # a url name
    icon: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on the cockpit: an indicator's name and how it is titled."""

    indicator: str
    title: Words


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer on the map: a name, a title, and the url name that answers with GeoJSON."""

    name: str
    title: Words
    url: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A field of public life: its name (the folder's), its case kinds, where it shows, and what it needs."""

    name: str
    title: Words
    purpose: Words
    icon: str
    kinds: tuple[CaseKind, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    tiles: tuple[Tile, ...] = ()
    layers: tuple[Layer, ...] = ()
    indicators: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = field(default=())  # names of other scenes or channels it cannot do without
