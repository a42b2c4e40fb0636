"""The map and what stands behind it: who sees what, the arithmetic, the worker's grids, the public map."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from gridloop.core.clocks.models import Timer
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.scenes.fire.hazards.models import Hazard
from gridloop.scenes.fire.index.actions import count_grids
from gridloop.scenes.fire.index.consumers import count_again
from gridloop.scenes.fire.index.models import Standing
from gridloop.scenes.fire.registry.models import Premises
from gridloop.web.live import within
from tests.scenes.fire.index.world import a_burning_town, a_fire_alarm, devices_of
from tests.world import a_county_room, a_grid_worker, a_handler, a_resident, a_town_room, a_unit

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def values(client: Client, query: str = "") -> dict[str, list[float]]:
    return json.loads(client.get(reverse("fire:colours") + query).content)["values"]


@pytest.mark.parametrize("name", ["fire:map", "fire:map_rows", "fire:wall"])
def test_the_map_opens_for_rooms_and_not_for_residents(name: str) -> None:
    town, _premises = a_burning_town()
    count_grids()
    assert signed_in(a_county_room(town.county)).get(reverse(name)).status_code == 200
    assert signed_in(a_resident()).get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


def test_each_sees_the_colours_of_their_own_area_and_nothing_else() -> None:
    town, _premises = a_burning_town()
    count_grids()
    county, own, grids = signed_in(a_county_room(town.county)), signed_in(a_town_room(town.town)), town.grids
    worker, unit = signed_in(a_grid_worker(grids[1])), signed_in(a_handler(a_unit()))

    assert set(values(county)) == {str(each.pk) for each in (*grids, town.other_grid)}
    assert set(values(own)) == {str(each.pk) for each in grids}
    assert set(values(worker)) == {str(grids[1].pk)}
    assert unit.get(reverse("fire:colours")).status_code == 403
    assert set(values(worker, "?level=town")) == {str(town.town.pk)}
    assert set(values(county, "?level=community")) == {str(town.community.pk), str(town.other_community.pk)}


def test_a_grid_outside_reach_is_not_there() -> None:
    town, _premises = a_burning_town()
    count_grids()
    room = signed_in(a_town_room(town.other_town))
    assert room.get(reverse("fire:grid", args=[town.grids[0].pk])).status_code == 404
    assert room.get(reverse("fire:grid", args=[town.other_grid.pk])).status_code == 200
    assert room.get(reverse("fire:grid", args=[town.town.pk])).status_code == 404


def test_colours_are_answered_once_and_then_not_modified() -> None:
    town, _premises = a_burning_town()
    count_grids()
    client = signed_in(a_county_room(town.county))
    first = client.get(reverse("fire:colours"))
    again = client.get(reverse("fire:colours"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_a_grid_shows_its_whole_sum() -> None:
    town, premises = a_burning_town()
    a_fire_alarm(devices_of(premises[0])[0])
    count_grids()
    page = signed_in(a_county_room(town.county)).get(reverse("fire:grid", args=[town.grids[0].pk]))
    sums = page.context["sums"]
    row = page.context["score"]

    assert round(sum(part.product for part in sums.parts), 2) == row.plain
    assert sum(total for _title, _parts, total in sums.families) == pytest.approx(row.plain, abs=0.02)
    assert page.context["overrides"][0]["words"]
    by_name = {part.indicator.name: part for part in sums.parts}
    assert (by_name["rentals"].count, by_name["rentals"].of) == (8, 20)
    assert by_name["uninspected"].value is None
    lowering = sums.lowering()
    assert lowering == sorted(lowering, key=lambda step: -step[2])
    assert all(0 < taken <= part.product for part, _value, taken in lowering)
    assert f"{row.score:.2f}" in page.content.decode()


def test_a_worker_sees_the_card_of_their_own_grid() -> None:
    town, _premises = a_burning_town()
    count_grids()
    page = signed_in(a_grid_worker(town.grids[0])).get(reverse("fire:my_grids"))
    assert [card["standing"].area_id for card in page.context["cards"]] == [town.grids[0].pk]
    assert signed_in(a_town_room(town.town)).get(reverse("fire:my_grids")).status_code == 403


def test_the_public_sees_communities_and_never_a_grid() -> None:
    town, premises = a_burning_town()
    a_fire_alarm(devices_of(premises[0])[0])
    count_grids()
    visitor = Client()
    assert visitor.get(reverse("fire:public_map")).status_code == 200
    for query in ("", "?level=grid", "?level=county"):
        found = json.loads(visitor.get(reverse("fire:public_colours") + query).content)["values"]
        assert set(found) == {str(town.community.pk), str(town.other_community.pk)}
        assert all(row[2] == 0 for row in found.values())


def test_residents_find_the_public_map_on_the_start_page_and_nobodys_name_on_it() -> None:
    town, premises = a_burning_town()
    owner = a_resident("林店主")
    Premises.objects.filter(pk=premises[0][0].pk).update(owner=owner, name="林记杂货店", address="城中路8号")
    a_fire_alarm(devices_of(premises[0])[0])
    count_grids()
    for client in (Client(), signed_in(a_resident())):
        page = client.get(reverse("fire:public_map")).content.decode()
        assert town.community.name in page
        for private in ("林", "杂货店", "城中路", owner.phone, town.grids[0].name, "/desk/"):
            assert private not in page
    home = Client().get("/").content.decode()
    assert reverse("fire:public_map") in home


def test_marks_stay_within_reach() -> None:
    town, premises = a_burning_town()
    a_fire_alarm(devices_of(premises[0])[0])
    for person, seen in ((a_town_room(town.town), 1), (a_town_room(town.other_town), 0)):
        answer = signed_in(person).get(reverse("fire:marks", args=["alarms"]))
        assert len(json.loads(answer.content)["features"]) == seen
    client = signed_in(a_county_room(town.county))
    for layer in ("hazards", "stations", "nothing"):
        assert json.loads(client.get(reverse("fire:marks", args=[layer])).content)["features"] == []
    assert Hazard.objects.count() == 0


def test_the_list_takes_the_same_queries_for_one_grid_and_for_many(django_assert_max_num_queries) -> None:
    town, _premises = a_burning_town(6)
    count_grids()
    client = signed_in(a_county_room(town.county))
    client.get(reverse("fire:map_rows"))
    for graves in (1, 6):
        Standing.objects.filter(area__in=town.grids[:graves]).update(colour=3)
        with django_assert_max_num_queries(12):
            assert len(client.get(reverse("fire:map_rows")).context["rows"]) == graves


def test_a_changed_colour_reaches_the_screens_of_its_area_alone() -> None:
    town, premises = a_burning_town()
    device = devices_of(premises[1])[0]
    count_grids()
    a_fire_alarm(device)
    count_grids([town.grids[1].pk])
    entry = Entry.objects.get(event="grid_colour_changed")

    assert within(reach_of(a_town_room(town.town)), entry)
    assert within(reach_of(a_grid_worker(town.grids[1])), entry)
    assert not within(reach_of(a_grid_worker(town.grids[0])), entry)
    assert not within(reach_of(a_town_room(town.other_town)), entry)


def test_every_event_it_reacts_to_marks_the_grid_once() -> None:
    town, _premises = a_burning_town()
    facts = {"grid": town.grids[0].pk}
    happened = [
        Entry(event=event, facts=facts) for event in ("alarm_raised", "hazard_found", "fire_inspected")
    ]
    elsewhere = Entry(event="case_closed", area=town.grids[1].pk, facts={"kind": "report"})

    count_again([*happened, elsewhere])

    assert [timer.facts["grid"] for timer in Timer.objects.filter(topic="fire_index")] == [town.grids[0].pk]
