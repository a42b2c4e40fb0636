"""Requests at every step, a team, papers, lists, a station, an activity, a pair and hours, in one community."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.activities.models import Signup
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.listings.actions import claim_listing
from gridloop.scenes.volunteers.listings.stations import add_item, found_station
from gridloop.scenes.volunteers.requests import actions, mandates
from gridloop.scenes.volunteers.requests.models import Assignment
from gridloop.scenes.volunteers.requests.proving import shown_code
from gridloop.scenes.volunteers.requests.running import look_for_volunteers
from gridloop.scenes.volunteers.roster import actions as roster
from gridloop.scenes.volunteers.roster.models import Volunteer
from tests import world
from tests.browser.lively import Sight
from tests.browser.walking import let_worker_work
from tests.scenes.volunteers.activities.test_shifts import a_shift, an_activity, signed
from tests.scenes.volunteers.listings.test_listings import a_listing, published
from tests.scenes.volunteers.neighbours import a_team
from tests.scenes.volunteers.pairs.test_pairs import ahead, an_elder, asked, paired
from tests.scenes.volunteers.requests import helping


def promised(place: helping.Neighbourhood, volunteer: Volunteer, hours: int) -> Assignment:
    """A request some hours from now that the volunteer has said yes to."""
    since = timezone.now() + timedelta(hours=hours)
    case = helping.seeking(place, since=since, until=since + timedelta(hours=1))
    [offer] = helping.offers_to(place, case, volunteer)
    return actions.accept_offer(offer, by=world.acting(volunteer.person))


def given(place: helping.Neighbourhood, volunteer: Volunteer) -> Assignment:
    """A request that was carried out this morning and waits for its verdict."""
    with time_machine.travel(timezone.now() - timedelta(hours=3), tick=False) as clock:
        task, by = promised(place, volunteer, 0), world.acting(volunteer.person)
        actions.arrive(task, code=shown_code(task), by=by)
        clock.shift(timedelta(minutes=50))
        return actions.complete(task, code=shown_code(task), by=by)


def a_request_with_candidates(place: helping.Neighbourhood, *volunteers: Volunteer) -> Case:
    since = timezone.now() + timedelta(hours=30)
    case = helping.seeking(place, since=since, until=since + timedelta(hours=1), people=3)
    look_for_volunteers(case, by=world.acting(place.clerk))
    helping.offers_to(place, case, *volunteers)
    return case


def a_mandate(place: helping.Neighbourhood, agent: Person) -> None:
    mandates.ask_for_mandate(
        agent, place.resident, relation="relative", community=place.town.community, by=world.acting(agent)
    )


def sights(town: world.Town) -> list[Sight]:
    place = helping.a_neighbourhood(town)
    clerk = world.acting(place.clerk)
    one = helping.a_volunteer(place)
    other = helping.a_volunteer(place, metres=500, name="冯二")
    done, coming = given(place, one), promised(place, one, 5)
    looking = a_request_with_candidates(place, one, other)
    daughter = world.a_resident("李女儿")
    a_mandate(place, daughter)

    team = a_team(town.community, other)
    roster.join_team(team, one, by=world.acting(one.person))
    roster.add_credential(
        one, helping.a_skill("急救", certified=True), number="JJ-0012", by=world.acting(one.person)
    )
    shift = a_shift(an_activity(town, clerk), clerk, timezone.now() + timedelta(minutes=20))
    signup: Signup = signed(shift, other)
    wheelchair = published(town, quantity=2)
    a_listing(town, kind="need", title="借用电钻半天")
    claim = claim_listing(wheelchair, daughter, words="周六可取", by=world.acting(daughter))
    station = found_station("城中服务驿站", area=town.community, words="周一至周五", by=clerk)
    add_item(station, "饮水", kind="public", by=clerk)
    add_item(station, "理发", kind="individual", skill=place.shopping, minutes=30, by=clerk)
    elder, waiting = an_elder(town, clerk), an_elder(town, clerk, name="赵爷爷")
    paired(elder, other, clerk)
    asked(waiting, one, clerk)
    let_worker_work()
    entry = HoursEntry.objects.get()

    task, number = f"/volunteer/tasks/{coming.pk}/", coming.case.number
    visit = f"/volunteer/visits/{ahead(elder.pairing).pk}/"
    activity = f"/activities/{shift.activity.key}/"
    return [
        Sight(None, ("/activities/", activity, "/lists/", f"/lists/{wheelchair.pk}/", "/lists/stations/",
                     f"/lists/stations/{station.pk}/", "/hours/"), phone=True),
        Sight(place.resident, ("/help/", f"/help/{number}/", f"/help/{done.case.number}/", "/help/mandates/"), phone=True),
        Sight(daughter, ("/help/mandates/", "/lists/mine/", f"/lists/claims/{claim.pk}/"), phone=True),
        Sight(one.person, ("/volunteer/", "/volunteer/tasks/", task, f"/volunteer/tasks/{done.pk}/", "/volunteer/hours/",
                           "/volunteer/teams/", "/volunteer/credentials/", "/volunteer/times/", "/volunteer/profile/",
                           "/volunteer/pairs/"), phone=True),
        Sight(other.person, ("/volunteer/tasks/", "/volunteer/activities/", f"/volunteer/activities/{signup.pk}/",
                             "/volunteer/pairs/", visit, f"/volunteer/teams/{team.pk}/"), phone=True),
        Sight(world.a_town_room(town.town), ("/desk/volunteers/matching/",)),
        Sight(place.clerk, (
            "/desk/volunteers/", f"/desk/volunteers/{one.pk}/", "/desk/volunteers/teams/", f"/desk/volunteers/teams/{team.pk}/",
            "/desk/volunteers/credentials/", "/desk/volunteers/lists/", "/desk/volunteers/stations/",
            f"/desk/volunteers/stations/{station.pk}/", "/desk/volunteers/fairness/", "/desk/volunteers/fairness/people/",
            "/desk/volunteers/dry-run/", "/desk/help/mandates/", "/desk/activities/",
            f"/desk/activities/{shift.activity.key}/", f"/desk/activities/shift/{shift.pk}/",
            f"/desk/activities/shift/{shift.pk}/code/", "/desk/hours/", f"/desk/hours/{entry.pk}/", "/desk/pairs/",
            f"/desk/pairs/{elder.pk}/", f"/desk/case/{looking.number}/", f"/desk/case/{done.case.number}/",
        )),
    ]  # fmt: skip
