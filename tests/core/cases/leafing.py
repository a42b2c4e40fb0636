"""A list as somebody leafs through it."""

from gridloop.core.cases.worklist import Filters, worklist
from gridloop.core.people.models import Person


def leafed_through(person: Person, filters: Filters, *, size: int) -> list[int]:
    """The ids of a list as its pages show them; the pages back show the same."""
    page = worklist(person, filters, size=size)
    met = [case.pk for case in page.cases]
    while page.older:
        page = worklist(person, filters, key=page.older, size=size)
        met += [case.pk for case in page.cases]
    back = [case.pk for case in page.cases]
    while page.newer:
        page = worklist(person, filters, key=page.newer, size=size)
        back = [case.pk for case in page.cases] + back
    assert back == met
    return met
