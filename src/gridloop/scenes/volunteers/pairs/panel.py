"""What the page of a missed visit adds: who is to be checked on, masked, and the way to read name and home."""

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.core.scenes.manifest import Panel
from gridloop.scenes.volunteers.pairs import queries


def facts_of(case: Case, person: Person) -> dict[str, object] | None:
    """Nothing for those who may not read it: that somebody is vulnerable is sensitive."""
    visit = queries.visit_of_case(case)
    if visit is None or not queries.may_read_home(person, visit.pairing.vulnerable):
        return None
    return {"visit": visit, "vulnerable": visit.pairing.vulnerable, "case": case}


PANEL = Panel(kinds=("missed_visit",), template="volunteers/pairs/missed.html", facts=facts_of)
