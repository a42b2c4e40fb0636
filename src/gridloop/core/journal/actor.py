"""Who did it: every write names an actor."""

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["person", "system", "rule", "token", "outside"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts: a person (in a post), a rule, a token link, another system, or gridloop itself.

    `person` and `post` are database ids, because the journal stands above the people package.
    `name` is a machine name for the others ("escalation", "rule:17", "open311:bus-app").
    """

    kind: ActorKind = "system"
    person: int | None = None
    post: int | None = None
    name: str = ""
    on_behalf_of: int | None = field(default=None)


SYSTEM = Actor(kind="system", name="gridloop")
