"""A town in which something goes on, scene by scene, and who looks at which page of it."""

from dataclasses import dataclass

from gridloop.core.people.models import Person


@dataclass(frozen=True)
class Sight:
    """Somebody, the pages they look at, and whether on a phone."""

    person: Person | None
    pages: tuple[str, ...]
    phone: bool = False


def below(root: str, *pages: str) -> tuple[str, ...]:
    return tuple(root + page for page in pages)
