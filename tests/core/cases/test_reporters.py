"""The people behind cases: looked up only where their case lies, in their file, kept while needed."""

import pytest

from gridloop.core.cases.models import Case, Party
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotFound
from gridloop.core.people import actions, retention
from gridloop.core.people.acquaintance import can_see_person
from gridloop.core.people.privacy import everything_held
from tests.world import a_report, a_resident, a_town, a_town_room, acting

pytestmark = pytest.mark.django_db


def test_a_reporter_is_looked_up_only_where_their_case_lies() -> None:
    town = a_town()
    reporter = a_resident()
    a_report(town, reporter=reporter)
    room, other = a_town_room(town.town), a_town_room(town.other_town)

    assert actions.unmask(reporter, "phone", reason="核实现场位置", by=acting(room)) == reporter.phone
    with pytest.raises(NotFound):
        actions.unmask(reporter, "phone", reason="核实现场位置", by=acting(other))


def test_who_reported_anonymously_is_not_looked_up() -> None:
    town = a_town()
    reporter = a_resident()
    case = a_report(town, reporter=reporter)
    Case.objects.filter(pk=case.pk).update(anonymous=True)
    assert not can_see_person(a_town_room(town.town), reporter)


def test_neighbours_behind_one_case_do_not_see_each_other() -> None:
    town = a_town()
    reporter, neighbour = a_resident(), a_resident()
    case = a_report(town, reporter=reporter)
    Party.objects.get_or_create(case=case, person=neighbour, defaults={"role": "joined"})
    assert not can_see_person(neighbour, reporter) and not can_see_person(reporter, neighbour)
    assert can_see_person(a_town_room(town.town), neighbour)


def test_ones_reports_are_in_ones_file() -> None:
    town = a_town()
    reporter = a_resident()
    case = a_report(town, reporter=reporter)
    assert [held["number"] for held in everything_held(reporter)["cases"]] == [case.number]


def test_who_is_still_needed_is_kept() -> None:
    town = a_town()
    reporter, idle = a_resident(), a_resident()
    a_report(town, reporter=reporter)
    retention.set_period("idle_residents", 200, by=SYSTEM)
    for person in (reporter, idle):
        type(person).objects.filter(pk=person.pk).update(joined_at="2001-01-01T00:00Z")
    retention.apply_retention()
    reporter.refresh_from_db()
    idle.refresh_from_db()
    assert reporter.erased_at is None and idle.erased_at is not None
