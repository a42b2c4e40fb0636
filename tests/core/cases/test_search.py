"""Search finds what the words say, in the order of the list, whichever way PostgreSQL goes about it."""

from dataclasses import dataclass

import pytest
from django.db import connection

from gridloop.core.cases import search
from gridloop.core.cases.models import Case, Task
from gridloop.core.cases.search import index_cases, matching, newest_if_common
from gridloop.core.cases.worklist import Filters
from gridloop.core.people.models import Organisation, Person
from tests import world
from tests.core.cases.leafing import leafed_through

pytestmark = pytest.mark.django_db
REPORTS = 30
LEFT_OUT = 7  # one in so many is about something else


@dataclass
class County:
    """A town room that sees every report, a unit that leads a few of them and helps with others."""

    room: Person
    handler: Person
    unit: Organisation


@pytest.fixture
def county() -> County:
    town, resident, unit = world.a_town(), world.a_resident(), world.a_unit()
    for number in range(REPORTS):
        title = "河边路灯不亮" if number % LEFT_OUT == 0 else "小区门口垃圾没人收"
        case = world.a_report(town, reporter=resident, title=title)
        if number % 5 == 0:
            Case.objects.filter(pk=case.pk).update(lead_unit=unit)
        if number % 5 == 1:
            Task.objects.create(case=case, organisation=unit, role="assist")
        if number % 3 == 0:
            Case.objects.filter(pk=case.pk).update(open=False)
    index_cases(Case.objects.all())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_words")
    return County(world.a_town_room(town.town), world.a_handler(unit), unit)


def expected(county: County, person: Person, filters: Filters) -> list[int]:
    cases = matching(Case.objects.all(), filters.words)
    if person == county.handler:
        theirs = Task.objects.filter(organisation=county.unit).values("case")
        cases = cases.filter(lead_unit=county.unit) | cases.filter(pk__in=theirs)
    if filters.state == "open":
        cases = cases.filter(open=True)
    return list(cases.order_by("-pk").values_list("pk", flat=True))


def test_words_of_two_characters_are_found_whoever_asks(county: County) -> None:
    for person in (county.room, county.handler):
        for words in ("垃圾", "路灯", "垃圾 小区", "垃圾 路灯", "门口垃圾没人", "白鹭", "！"):
            for state in ("all", "open"):
                filters = Filters(state=state, words=words)
                assert leafed_through(person, filters, size=4) == expected(county, person, filters), words


@pytest.mark.postgres
@pytest.mark.parametrize("walked", [10_000, 6, 1])
def test_common_words_are_met_walking_and_nothing_is_left_out(
    county: County, monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    """However far the walk goes: when it was too short, the hits are gathered after all."""
    monkeypatch.setattr(search, "FEW", 1)
    monkeypatch.setattr(search, "WALKED", walked)
    assert newest_if_common("垃圾")
    test_words_of_two_characters_are_found_whoever_asks(county)


@pytest.mark.postgres
def test_a_word_is_as_common_as_its_rarest_part(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", 10)

    assert newest_if_common("垃圾") and newest_if_common("小区 垃圾")
    assert not newest_if_common("路灯")  # five of thirty
    assert not newest_if_common("垃圾 路灯")
    assert not newest_if_common("垃圾广告")  # nobody wrote it, so its middle is known to be rare
    assert not newest_if_common("20261121-000001")
