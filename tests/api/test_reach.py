"""No token ever gets a case out of its reach: by list, id, search, story, file, export, Open311 or webhook."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridloop.api.consumers import call_webhooks
from gridloop.api.models import Token, Webhook, WebhookCall
from gridloop.core.cases.models import Case, Exhibit, Task
from gridloop.core.cases.search import index_cases
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person, Post
from gridloop.core.people.queries import forget_hats
from tests import world
from tests.api.stage import Asker, a_token
from tests.core.evidence import pictures

pytestmark = pytest.mark.django_db
ROLES = ("grid_worker", "town_room", "county_room", "unit_handler", "courier", "administrator", "auditor")


def may_see(person: Person | None, posts: list[tuple[str, Any, Any]], case: Case) -> bool:
    """The rule once more, written plainly and apart from the code it judges."""
    if person is None:
        return False
    for role, area, unit in posts:
        if role in ("grid_worker", "town_room", "county_room", "auditor") and area is not None:
            above = Case.objects.get(pk=case.pk).area
            while above is not None:
                if above.pk == area.pk:
                    return True
                above = above.parent
        serves = role == "unit_handler" and unit is not None
        if serves and (
            case.lead_unit_id == unit.pk or Task.objects.filter(case=case, organisation=unit).exists()
        ):
            return True
    return case.parties.filter(person=person).exists()


@pytest.fixture
def stage(town):
    units = [world.a_unit("一局"), world.a_unit("二局")]
    residents = [world.a_resident(), world.a_resident()]
    cases = []
    for number in range(6):
        grid = [*town.grids, town.other_grid][number % 3]
        spot = world.Spot(grid.pk, placed_by="code")
        case = world.open_case("report", title=f"井盖坏了{number}", words="快来修", spot=spot, by=world.acting(residents[number % 2]),
                               reporter=residents[number % 2])  # fmt: skip
        Exhibit.objects.create(
            case=case, file=keep_photo(pictures.telling_jpeg(), by=SYSTEM), purpose="evidence"
        )
        cases.append(case)
    Case.objects.filter(pk=cases[1].pk).update(lead_unit=units[0])
    Task.objects.create(case=cases[2], organisation=units[0], role="assist")
    Task.objects.create(case=cases[5], organisation=units[1], role="assist")
    index_cases(cases)
    return town, units, residents, list(Case.objects.order_by("pk"))


def seen_by(asker: Asker, secret: str, cases: list[Case]) -> dict[str, set[str]]:
    """What every door shows."""
    listed = asker.get("/cases", state="all", size=200)
    found = asker.get("/cases", state="all", q="井盖")
    exported = asker.get("/cases/export.csv", state="all")
    table = b"".join(exported.streaming_content).decode() if exported.status_code == 200 else None
    open311 = Client().get("/open311/v2/requests.json", {"api_key": secret}).json()
    doors = {
        "list": {case["number"] for case in listed.json().get("cases", [])},
        "search": {case["number"] for case in found.json().get("cases", [])},
        "open311": {case["service_request_id"] for case in open311},
    }
    for name, tail in (("id", ""), ("story", "/story"), ("moves", "/moves")):
        doors[name] = {
            case.number for case in cases if asker.get(f"/cases/{case.number}{tail}").status_code == 200
        }
    doors["open311 id"] = {
        case.number
        for case in cases
        if Client().get(f"/open311/v2/requests/{case.number}.json", {"api_key": secret}).status_code == 200
    }
    doors["move"] = {
        case.number
        for case in cases
        if asker.post(f"/cases/{case.number}/moves", {"move": "nothing"}).status_code != 404
    }
    if table is not None:
        doors["export"] = {case.number for case in cases if case.number in table}
    return doors


@settings(max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(drawn=st.lists(st.tuples(st.sampled_from(ROLES), st.integers(0, 5), st.integers(0, 1)), max_size=2),
       who=st.integers(0, 3))  # fmt: skip
def walk(stage: Any, drawn: list[tuple[str, int, int]], who: int) -> None:
    town, units, residents, cases = stage
    places = [town.grids[0], town.grids[1], town.other_grid, town.town, town.other_town, town.county]
    person = residents[who] if who < 2 else world.a_person()
    Post.objects.filter(person=person).delete()
    posts = []
    for role, place, unit in drawn:
        area = None if role in ("unit_handler", "administrator") else places[place]
        employer = units[unit] if role == "unit_handler" else None
        Post.objects.create(person=person, role=role, area=area, organisation=employer)
        posts.append((role, area, employer))
    forget_hats(person)
    secret = a_token(person)
    mine = {case.number for case in cases if may_see(person, posts, case)}
    asker = Asker(secret)
    for door, seen in seen_by(asker, secret, cases).items():
        assert seen == mine, f"{door}: {seen ^ mine} for {posts}"
    webhook = Webhook.objects.create(
        token=Token.objects.latest("pk"),
        address="https://example.org/",
        secret="x",
        made_at=cases[0].reported_at,
    )
    call_webhooks(list(Entry.objects.filter(subject_kind="case").order_by("pk")))
    told = set(WebhookCall.objects.filter(webhook=webhook).values_list("body__case", flat=True))
    assert told == mine, f"webhook: {told ^ mine}"
    for case in cases:
        key = case.exhibits.get().file.key
        answer = asker.get(f"/files/{key}")
        assert answer.status_code == 404 or (b"".join(answer.streaming_content) and case.number in mine)


def test_every_door_shows_exactly_what_lies_within_reach(stage):
    walk(stage)


def test_a_token_of_nobody_reaches_nothing(stage):
    secret = a_token(None)
    asker, cases = Asker(secret), stage[3]
    assert asker.get("/cases").status_code == 403
    for case in cases:
        for tail in ("", "/story", "/moves"):
            assert asker.get(f"/cases/{case.number}{tail}").status_code in (403, 404)
        assert asker.get(f"/files/{case.exhibits.get().file.key}").status_code == 404
    assert Client().get("/open311/v2/requests.json", {"api_key": secret}).json() == []
    assert (
        asker.post("/cases", {"words": "灯坏了", "place": {"code": stage[0].grids[0].code}}).status_code
        == 201
    )
