"""Nobody ever sees a case or a file out of reach, by any door: every door is compared with one rule written on its own."""

import random
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gridloop.core.cases.facts import told_facts
from gridloop.core.cases.models import Case, Exhibit, Party, Task
from gridloop.core.cases.queries import case_within_reach, cases_within_reach
from gridloop.core.cases.search import index_cases
from gridloop.core.cases.worklist import Filters, worklist
from gridloop.core.journal.errors import NotFound
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.queries import reach_of
from gridloop.core.people.roles import ROLES
from gridloop.core.territory.models import Area
from gridloop.web.files import may_have
from gridloop.web.live import within
from tests import world
from tests.core.cases.leafing import leafed_through

pytestmark = pytest.mark.django_db
FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def inside(inner: int | None, outer: int) -> bool:
    """Whether an area lies in another, by walking up the rows."""
    while inner is not None:
        if inner == outer:
            return True
        inner = Area.objects.values_list("parent", flat=True).get(pk=inner)
    return False


def below(inner: int | None, outer: int) -> bool:
    while inner is not None:
        if inner == outer:
            return True
        inner = Organisation.objects.values_list("parent", flat=True).get(pk=inner)
    return False


def should_see(person: Person, case: Case) -> bool:
    """The rule: who stands behind it; who watches an area around it; whose organisation has to do with it."""
    if Party.objects.filter(case=case, person=person).exists():
        return True
    units = [case.lead_unit_id, *Task.objects.filter(case=case).values_list("organisation", flat=True)]
    today = timezone.localdate()
    for post in Post.objects.filter(person=person):
        if (post.since and post.since > today) or (post.until and post.until < today):
            continue
        reach = ROLES[post.role].reach
        if reach == "area" and post.area_id and inside(case.area_id, post.area_id):
            return True
        if (
            reach == "organisation"
            and post.organisation_id
            and any(below(unit, post.organisation_id) for unit in units)
        ):
            return True
    return False


def build(chance: random.Random) -> tuple[list[Person], list[Case]]:
    town = world.a_town()
    areas = [
        town.county,
        town.town,
        town.community,
        *town.grids,
        town.other_town,
        town.other_community,
        town.other_grid,
    ]
    bureau = world.a_unit("局", town.county)
    units = [bureau, world.a_unit("所", town.town), world.a_unit("队")]
    units[1].parent = bureau
    units[1].save()
    people = [world.a_resident(), world.a_resident()]
    today = timezone.localdate()
    dates = [
        (None, None),
        (today, today),
        (today + timedelta(days=1), None),
        (None, today - timedelta(days=1)),
    ]
    for _each in range(6):
        person = world.a_person()
        for _post in range(chance.randint(1, 2)):
            role = chance.choice(sorted(ROLES))
            since, until = chance.choice(dates)
            Post.objects.create(
                person=person,
                role=role,
                area=chance.choice(areas),
                organisation=chance.choice(units),
                since=since,
                until=until,
            )
        people.append(person)
    cases = []
    for number in range(6):
        longitude, latitude = chance.choice([town.point(0), town.point(1), (121.41, 28.11)])
        reporter = chance.choice(people)
        case = world.open_case(
            "report", title=f"事项{number}", words="路灯不亮", spot=world.spot_at(longitude, latitude), by=world.acting(reporter),
            reporter=reporter,
        )  # fmt: skip
        if chance.random() < 0.5:
            case.lead_unit = chance.choice(units)
            case.save()
        if chance.random() < 0.4:
            Task.objects.create(case=case, organisation=chance.choice(units), role="assist")
        cases.append(case)
    index_cases(cases)
    return people, cases


@FEW
@given(seed=st.integers(0, 2**32))
def test_every_door_shows_what_the_rule_allows_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        people, cases = build(chance)
        for person in people:
            seen = {case.pk for case in cases if should_see(person, case)}
            compare_doors(Person.objects.get(pk=person.pk), cases, seen)
        transaction.set_rollback(True)


def compare_doors(person: Person, cases: list[Case], seen: set[int]) -> None:
    assert set(cases_within_reach(person).values_list("pk", flat=True)) == seen
    assert {case.pk for case in worklist(person, Filters(state="all")).cases} == seen
    assert {case.pk for case in worklist(person, Filters(state="all", words="路灯")).cases} == seen
    for filters in (Filters(), Filters(state="all"), Filters(words="路灯")):
        assert leafed_through(person, filters, size=2) == sorted(seen, key=place_in(cases, filters))
    client = Client()
    client.force_login(person)
    listed = client.get("/desk/", {"queue": "all", "state": "all"})
    exported = client.get("/desk/export.xlsx", {"queue": "all", "state": "all"})
    numbers = numbers_in(b"".join(exported.streaming_content)) if exported.status_code == 200 else set()
    for case in cases:
        may = case.pk in seen
        assert is_found(person, case.number) == may
        assert (client.get(f"/desk/case/{case.number}/").status_code == 200) <= may
        assert (case.number in listed.text) == (may and listed.status_code == 200)
        assert (case.number in numbers) == (may and exported.status_code == 200)
        photo = world.a_photo(Person.objects.exclude(pk=person.pk).first() or person)
        Exhibit.objects.create(case=case, file=photo)
        assert may_have(person, photo) == may
        entry = Entry(
            subject_kind="case", subject=case.pk, area=case.area_id, facts=told_facts(case), person=None
        )
        assert within(reach_of(person), entry) <= may


def place_in(cases: list[Case], filters: Filters) -> Callable[[int], tuple[Any, ...]]:
    """What is due next comes first in a list of open cases, the newest in a search and in a list of all."""
    due = {case.pk: case.queue_at for case in cases}
    by_due = filters.state == "open" and not filters.words
    return lambda pk: (due[pk], pk) if by_due else (-pk,)


def is_found(person: Person, number: str) -> bool:
    try:
        case_within_reach(person, number)
    except NotFound:
        return False
    return True


def numbers_in(content: bytes) -> set[str]:
    sheet = load_workbook(BytesIO(content)).active
    return {str(row[0]) for row in sheet.iter_rows(values_only=True)}


@FEW
@given(
    moments=st.lists(st.integers(0, 5), min_size=1, max_size=30), size=st.integers(1, 7), by_due=st.booleans()
)
def test_following_the_pages_meets_every_case_once_in_order(
    moments: list[int], size: int, by_due: bool
) -> None:
    with transaction.atomic():
        town = world.a_town()
        room, resident, now = world.a_town_room(town.town), world.a_resident(), timezone.now()
        cases = [world.a_report(town, reporter=resident) for _each in moments]
        for case, moment in zip(cases, moments, strict=True):
            Case.objects.filter(pk=case.pk).update(queue_at=now + timedelta(hours=moment))
        filters = Filters(state="open" if by_due else "all")
        keys = {case.pk: (moment, case.pk) for case, moment in zip(cases, moments, strict=True)}
        wanted = sorted(keys, key=lambda pk: keys[pk]) if by_due else sorted(keys, reverse=True)
        met, page = [], worklist(room, filters, size=size)
        met += [case.pk for case in page.cases]
        while page.older:
            page = worklist(room, filters, key=page.older, size=size)
            met += [case.pk for case in page.cases]
        assert met == wanted
        back = [case.pk for case in page.cases]
        while page.newer:
            page = worklist(room, filters, key=page.newer, size=size)
            back = [case.pk for case in page.cases] + back
        assert back == wanted
        transaction.set_rollback(True)
