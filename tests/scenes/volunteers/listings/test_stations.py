"""Service stations: founded, ordered from, renamed, moved, closed, and who hears of it."""

import pytest

from gridloop.core.cases.models import Case
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.scenes.volunteers.listings import queries, stations
from gridloop.scenes.volunteers.listings.models import Station
from tests import world
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(town):
    return a_clerk(town)


@pytest.fixture
def station(town, clerk):
    return stations.found_station("城中驿站", area=town.community, words="每日开放", by=world.acting(clerk))


@pytest.fixture
def haircut(station, clerk):
    return stations.add_item(
        station, "上门理发", kind="individual", skill=a_skill("理发"), by=world.acting(clerk)
    )


def signed_in(client, person):
    client.force_login(person)
    return client


def said(page):
    return page.content.decode()


def change(client, station, **fields):
    given = {"name": station.name, "area": station.area_id, "words": station.words}
    return client.post(f"/desk/volunteers/stations/{station.pk}/change/", {**given, **fields})


def order(client, town, person, line):
    longitude, latitude = town.point()
    return signed_in(client, person).post(
        "/help/new/",
        {
            "menu": line.pk, "skill": line.skill_id, "words": line.title, "place": "玉兴路12号", "place_longitude": longitude,
            "place_latitude": latitude, "part": "soon", "people": 1, "whom": 0,
        },
    )  # fmt: skip


def test_a_stations_menu_is_for_everybody_and_on_order(town, clerk, station, haircut):
    by = world.acting(clerk)
    shared = stations.add_item(station, "量血压", kind="public", by=by)

    assert queries.menu_of(station) == {"public": [shared], "individual": [haircut]}
    assert (
        queries.orderable_item(haircut.pk) == haircut and queries.orderable_item(str(haircut.pk)) == haircut
    )
    assert queries.orderable_item(shared.pk) is None and queries.orderable_item("x") is None
    with pytest.raises(Refusal):
        stations.add_item(station, "量血压", kind="public", by=by)
    with pytest.raises(NotAllowed):
        stations.add_item(station, "义诊", kind="public", by=world.acting(world.a_town_room(town.other_town)))
    stations.retire_item(haircut, by=by)
    assert queries.orderable_item(haircut.pk) is None


def test_a_resident_orders_from_the_menu(client, town, station, haircut):
    person = world.a_resident("周阿姨")
    menu = said(client.get(f"/lists/stations/{station.pk}/"))
    assert f"/help/new/?menu={haircut.pk}" in menu
    form = said(signed_in(client, person).get(f"/help/?menu={haircut.pk}", follow=True))
    assert station.name in form and f'name="menu" value="{haircut.pk}"' in form

    order(client, town, person, haircut)
    [case] = queries.open_orders(station)
    assert case.facts["menu"] == haircut.pk and case.reporter == person


def test_an_order_that_names_no_line_is_a_request_like_any_other(client, town, haircut):
    haircut.pk, line = 4711, haircut
    order(client, town, world.a_resident(), line)
    assert "station" not in Case.objects.get().facts


def test_the_office_renames_a_station_and_changes_its_hours(client, town, clerk, station):
    signed_in(client, clerk)
    assert station.name in said(client.get(f"/desk/volunteers/stations/{station.pk}/change/"))
    answer = change(client, station, name="城中邻里驿站", words="工作日 8:30–17:30")
    assert answer.url == f"/desk/volunteers/stations/{station.pk}/"

    page = said(client.get(f"/lists/stations/{station.pk}/"))
    assert "城中邻里驿站" in page and "工作日 8:30–17:30" in page
    entry = Entry.objects.get(event="station_changed")
    assert (entry.before, entry.after, entry.person) == ("城中驿站", "城中邻里驿站", clerk.pk)
    assert entry.facts["changed"] == ["name", "words"]

    change(client, Station.objects.get())
    assert Entry.objects.filter(event="station_changed").count() == 1  # nothing changed, nothing is written


def test_a_station_moves_to_a_place_that_lies_in_its_community(client, town, clerk, station):
    longitude, latitude = town.point()
    place = {"place_longitude": longitude + 0.0004, "place_latitude": latitude}
    signed_in(client, clerk)
    change(client, station, **place)
    station.refresh_from_db()
    assert station.longitude == pytest.approx(longitude + 0.0004)

    far = change(client, station, place_longitude=1, place_latitude=1)
    assert far.status_code == 422
    unknown = change(client, station, place="不存在的地方")
    assert unknown.status_code == 422
    station.refresh_from_db()
    assert station.longitude == pytest.approx(longitude + 0.0004)


def test_a_room_moves_a_station_to_another_community_and_it_stands_in_its_middle(town, station):
    room = world.acting(world.a_county_room(town.county))
    other = town.other_community
    stations.change_station(station, name=station.name, area=other, words=station.words, by=room)
    station.refresh_from_db()
    assert (station.area, station.longitude) == (other, other.longitude)


def test_only_who_cares_for_both_places_changes_a_station(client, town, clerk, station):
    stranger = world.a_town_room(town.other_town)
    assert change(signed_in(client, stranger), station, name="别处").status_code == 404
    assert (
        client.post(f"/desk/volunteers/stations/{station.pk}/close/", {"reason": "搬走"}).status_code == 404
    )
    assert change(signed_in(client, world.a_resident()), station).status_code == 403
    with pytest.raises(NotAllowed):
        stations.change_station(station, name="别处", area=town.other_community, by=world.acting(clerk))


def test_two_stations_of_one_community_have_two_names(client, town, clerk, station):
    second = stations.found_station("城东驿站", area=town.community, by=world.acting(clerk))
    answer = change(signed_in(client, clerk), second, name=station.name)
    assert answer.status_code == 422 and Station.objects.get(pk=second.pk).name == "城东驿站"


def test_of_two_who_change_a_station_the_slower_is_told(town, clerk, station):
    stale = Station.objects.get(pk=station.pk)
    stations.change_station(station, name="第一个", area=town.community, by=world.acting(clerk))
    with pytest.raises(TooLate):
        stations.change_station(stale, name="第二个", area=town.community, by=world.acting(clerk))


def test_a_closed_station_takes_its_menu_with_it_and_orders_go_on(client, town, clerk, station, haircut):
    waiting, done = world.a_resident("周阿姨"), world.a_resident("吴大爷")
    order(client, town, waiting, haircut)
    order(client, town, done, haircut)
    Case.objects.filter(reporter=done).update(open=False)
    signed_in(client, clerk)
    page = said(client.get(f"/desk/volunteers/stations/{station.pk}/change/", HTTP_ACCEPT_LANGUAGE="en"))
    assert "1 order is open" in page
    without = client.post(f"/desk/volunteers/stations/{station.pk}/close/", {"reason": " "})
    assert without.status_code == 422 and Station.objects.get().retired_at is None

    answer = client.post(f"/desk/volunteers/stations/{station.pk}/close/", {"reason": "房屋到期，暂停服务"})
    assert answer.url == "/desk/volunteers/stations/"
    entry = Entry.objects.get(event="station_closed")
    assert entry.words == "房屋到期，暂停服务" and entry.facts == {"lines": 1, "orders": 1}
    notice = Notice.objects.get(event="station_closed")
    assert notice.person == waiting and "房屋到期" in notice.words
    assert Case.objects.get(reporter=waiting).open

    client.logout()
    assert client.get(f"/lists/stations/{station.pk}/").status_code == 410
    assert station.name not in said(client.get("/lists/stations/"))
    assert queries.orderable_item(haircut.pk) is None
    assert signed_in(client, clerk).get(f"/desk/volunteers/stations/{station.pk}/").status_code == 404


def test_closed_is_closed(town, clerk, station, haircut):
    by = world.acting(clerk)
    stations.close_station(station, reason="搬走", by=by)
    for late in (
        lambda: stations.close_station(station, reason="搬走", by=by),
        lambda: stations.add_item(station, "量血压", kind="public", by=by),
        lambda: stations.change_station(station, name="新名", area=town.community, by=by),
    ):
        with pytest.raises(TooLate):
            late()
    stations.found_station(station.name, area=town.community, by=by)  # the name is free again
