"""Whom a person may see as a person: colleagues in reach, and residents whose cases lie in reach."""

from collections.abc import Callable

from django.db.models import Q

from gridloop.core.people.models import Person
from gridloop.core.people.queries import NO_REACH, Reach, areas_around_roots, current_posts, may, reach_of

# Packages further down say whom else a reach brings along, e.g. reporters: way(reach, person id).
Way = Callable[[Reach, int], bool]
ways: list[Way] = []


def can_see_person(viewer: Person, person: Person) -> bool:
    """Whether the person lies within the viewer's reach; a few queries at most."""
    if viewer.pk == person.pk or may(viewer, "administer"):
        return True
    reach = reach_of(viewer)
    if reach == NO_REACH:
        return False
    return holds_post_within(reach, person.pk) or any(way(reach, person.pk) for way in ways)


def holds_post_within(reach: Reach, person: int) -> bool:
    inside = Q(organisation__in=reach.organisations)
    if reach.roots:
        inside |= Q(area__in=areas_around_roots(reach))
    return current_posts().filter(inside, person=person).exists()
