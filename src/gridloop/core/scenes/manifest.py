"""What a scene says of itself: one frozen value in its `scene.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from gridloop.core.cases.flow import CaseKind
from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.core.people.roles import Role

Words = str | Promise


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry in the menu: in which shell ("public", "start", "field", "desk", "settings"), where it leads, and for whom.

    `ability`: only who holds it sees the entry; empty for everybody in that shell. `words`: what one does there.
    """

    shell: str
    title: Words
    url: str  # a url name
    icon: str
    order: int = 50
    ability: str = ""
    words: Words = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the scene on the cockpit: how many cases of a kind stand at one step now, and it opens them.

    `urgent`: a case at this step needs somebody now.
    """

    title: Words
    kind: str
    step: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the case page for these kinds: a template, and what it shows to this person (None: nothing)."""

    kinds: tuple[str, ...]
    template: str
    facts: Callable[[Case, Person], Mapping[str, Any] | None]


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
    roles: tuple[str, ...] = ()
    brings: tuple[Role, ...] = ()  # roles that exist because of this scene
    panels: tuple[Panel, ...] = ()
    # event -> topics: entries of no case that live screens hear of, where the viewer's reach covers their areas
    live: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = field(default=())  # names of other scenes it cannot do without
