"""Who sees what: hats, reach, abilities, stand-ins, and who holds a post where."""

import datetime

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people import actions, queries
from gridloop.core.people.acquaintance import can_see_person
from gridloop.core.people.models import Person
from gridloop.core.people.roles import ROLES
from gridloop.core.territory import tree
from tests.core.people.town import a_bureau, a_colleague, acting, fresh, holding, post_for
from tests.world import a_town

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_a_post_covers_everything_below_its_area() -> None:
    town = a_town()
    room = holding("town_room", area=town.town)

    reach = queries.reach_of(room)

    assert reach.areas == {town.town.pk, town.community.pk, *(grid.pk for grid in town.grids)}
    assert reach.roots == {town.town.pk}
    assert reach.person == room.pk
    assert queries.may(room, "dispatch", town.grids[0].pk)
    assert not queries.may(room, "dispatch", town.other_grid.pk)
    assert not queries.may(room, "dispatch", town.county.pk)


def test_an_organisation_post_covers_the_organisations_below() -> None:
    bureau = a_bureau()
    team = a_bureau("执法中队", parent=bureau)
    squad = a_bureau("机动组", parent=team)
    other = a_bureau("水利局")
    head = holding("unit_head", organisation=team)

    reach = queries.reach_of(head)

    assert reach.organisations == {team.pk, squad.pk}
    assert reach.areas == frozenset()
    assert other.pk not in reach.organisations and bureau.pk not in reach.organisations


def test_reach_costs_two_queries_besides_the_tree_and_is_remembered(django_assert_num_queries) -> None:
    town = a_town()
    bureau = a_bureau()
    person = holding("town_room", area=town.town)
    for _post in range(2):
        post_for(person, "unit_handler", organisation=bureau if not _post else a_bureau("城建局"))
    person = fresh(person)
    tree.current()

    with django_assert_num_queries(3):  # hats, the edition of the tree, organisations below
        queries.reach_of(person)
    with django_assert_num_queries(0):
        queries.reach_of(person)
        queries.hats(person)


def test_a_resident_without_posts_reaches_only_their_own() -> None:
    person = actions.person_by_phone("13800138000", by=SYSTEM)
    assert queries.reach_of(person) == queries.Reach(person=person.pk)
    assert queries.hats(person) == []


def test_a_closed_account_reaches_nothing() -> None:
    town = a_town()
    room = holding("town_room", area=town.town)
    actions.close_account(room, by=SYSTEM)
    assert queries.hats(room) == [] and queries.reach_of(fresh(room)) == queries.NO_REACH


def test_a_post_counts_from_its_first_to_its_last_day() -> None:
    town = a_town()
    person = a_colleague()
    today = timezone.localdate()
    post_for(person, "grid_worker", area=town.grids[0], since=today + DAY, until=today + 2 * DAY)

    assert queries.hats(fresh(person)) == []
    for days, counts in ((1, True), (2, True), (3, False)):
        with time_machine.travel(timezone.now() + days * DAY):
            assert bool(queries.hats(fresh(person))) is counts


def test_an_ended_post_stops_at_once_and_ends_only_once() -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    post = worker.posts.get()

    actions.end_post(post, by=SYSTEM)

    assert queries.hats(fresh(worker)) == []
    with pytest.raises(TooLate):
        actions.end_post(post, by=SYSTEM)


def test_area_roles_need_an_area_and_take_the_organisations() -> None:
    town = a_town()
    committee = a_bureau("城中社区居委会", area=town.community)
    person = a_colleague()

    with pytest.raises(Refusal):
        post_for(person, "grid_worker")
    with pytest.raises(Refusal):
        post_for(person, "unit_handler", area=town.town)
    assert post_for(person, "community_clerk", organisation=committee).area == town.community


def test_the_same_post_is_not_given_twice() -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    with pytest.raises(Refusal):
        post_for(worker, "grid_worker", area=town.grids[0])
    post_for(worker, "grid_worker", area=town.grids[1])
    assert len(queries.hats(worker)) == 2


def test_only_administrators_give_posts() -> None:
    town = a_town()
    room = holding("county_room", area=town.county)
    with pytest.raises(NotAllowed):
        actions.appoint(a_colleague(), "grid_worker", area=town.grids[0], by=acting(room))
    administrator = holding("administrator")
    actions.appoint(a_colleague(), "grid_worker", area=town.grids[0], by=acting(administrator))


def leave(days: int = 3, start: int = 0) -> dict[str, datetime.datetime]:
    now = timezone.now()
    return {"since": now + start * DAY, "until": now + (start + days) * DAY}


def test_a_stand_in_wears_the_hat_on_behalf_while_the_leave_lasts() -> None:
    town = a_town()
    worker, colleague = holding("grid_worker", area=town.grids[0]), holding("grid_worker", area=town.grids[1])
    post = worker.posts.get()

    actions.delegate(post, colleague, **leave(start=1), by=acting(worker))

    assert town.grids[0].pk not in queries.reach_of(fresh(colleague)).areas
    with time_machine.travel(timezone.now() + 2 * DAY):
        worn = queries.hats(fresh(colleague))
        assert [(hat.post, hat.on_behalf_of) for hat in worn][1:] == [(post.pk, worker.pk)]
        assert queries.reach_of(fresh(colleague)).areas == {town.grids[0].pk, town.grids[1].pk}
        assert list(queries.persons_in("grid_worker", area=town.grids[0].pk)) == [worker, colleague]
        assert queries.actor_of(fresh(colleague), area=town.grids[0].pk).on_behalf_of == worker.pk
    with time_machine.travel(timezone.now() + 5 * DAY):
        assert queries.reach_of(fresh(colleague)).areas == {town.grids[1].pk}


def test_a_delegation_can_be_withdrawn_once() -> None:
    town = a_town()
    worker, colleague = holding("grid_worker", area=town.grids[0]), holding("grid_worker", area=town.grids[1])
    delegation = actions.delegate(worker.posts.get(), colleague, **leave(), by=acting(worker))
    assert len(queries.hats(fresh(colleague))) == 2

    actions.withdraw_delegation(delegation, by=acting(worker))

    assert len(queries.hats(fresh(colleague))) == 1
    with pytest.raises(TooLate):
        actions.withdraw_delegation(delegation, by=acting(worker))


def test_a_delegation_ends_with_the_post_it_lends() -> None:
    town = a_town()
    worker, colleague = holding("grid_worker", area=town.grids[0]), holding("grid_worker", area=town.grids[1])
    actions.delegate(worker.posts.get(), colleague, **leave(), by=acting(worker))
    actions.end_post(worker.posts.get(), by=SYSTEM)
    assert [hat.area for hat in queries.hats(fresh(colleague))] == [town.grids[1].pk]


def test_delegations_that_make_no_sense_are_refused() -> None:
    town = a_town()
    worker, colleague = holding("grid_worker", area=town.grids[0]), holding("grid_worker", area=town.grids[1])
    post = worker.posts.get()
    with pytest.raises(NotAllowed):
        actions.delegate(post, colleague, **leave(), by=acting(colleague))
    for stand_in, when in ((worker, leave()), (a_colleague(), leave()), (colleague, leave(days=-1))):
        with pytest.raises(Refusal):
            actions.delegate(post, stand_in, **when, by=acting(worker))
    actions.delegate(post, colleague, **leave(), by=acting(worker))
    with pytest.raises(Refusal):
        actions.delegate(post, colleague, **leave(start=1), by=acting(worker))


def test_a_borrowed_hat_cannot_be_lent_on() -> None:
    town = a_town()
    worker, second, third = (holding("grid_worker", area=grid) for grid in (*town.grids, town.other_grid))
    actions.delegate(worker.posts.get(), second, **leave(), by=acting(worker))
    with pytest.raises(NotAllowed):
        actions.delegate(worker.posts.get(), third, **leave(start=9), by=acting(second))


def test_who_holds_a_post_for_an_area_or_around_it() -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    wide = holding("grid_worker", area=town.community)
    holding("grid_worker", area=town.other_grid)
    bureau = a_bureau()
    handler = holding("unit_handler", organisation=bureau)

    assert set(queries.persons_in("grid_worker", area=town.grids[0].pk)) == {worker, wide}
    assert list(queries.persons_in("unit_handler", organisation=bureau.pk)) == [handler]


def test_people_are_seen_inside_reach_only() -> None:
    town = a_town()
    room, other_room = holding("town_room", area=town.town), holding("town_room", area=town.other_town)
    worker = holding("grid_worker", area=town.grids[0])
    assert can_see_person(room, worker)
    assert not can_see_person(other_room, worker)
    assert can_see_person(worker, worker)
    assert not can_see_person(worker, room)


POSTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(ROLES)),
        st.integers(0, 7),
        st.integers(0, 2),
        st.integers(-3, 3),
        st.integers(-3, 3),
        st.booleans(),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=POSTS, leaves=st.tuples(st.integers(-4, 4), st.integers(-4, 4)), day=st.integers(-4, 4))
def test_nobody_reaches_outside_their_posts_and_delegations(posts, leaves, day, db, request) -> None:
    """The reach is exactly what today's own and borrowed posts hold, worked out anew from the rows."""
    from gridloop.core.people.models import Delegation, Post
    from gridloop.core.territory.models import Area

    _town, bureaus = world_of(request)
    areas = list(Area.objects.order_by("pk"))
    me, holder = Person.objects.create(name="我"), Person.objects.create(name="他")
    now = datetime.datetime(2025, 6, 15, 12, tzinfo=timezone.get_current_timezone())
    today = now.date()
    start, end = now + leaves[0] * DAY, now + leaves[1] * DAY
    moment = now + day * DAY
    expected_areas: set[int] = set()
    expected_organisations: set[int] = set()
    for role, area, unit, since, until, borrowed in posts:
        place, organisation = areas[area % len(areas)], bureaus[unit]
        post = Post.objects.create(
            person=holder if borrowed else me,
            role=role,
            area=place,
            organisation=organisation,
            since=today + since * DAY,
            until=today + until * DAY,
        )
        if borrowed:
            Delegation.objects.create(post=post, stand_in=me, since=start, until=end)
        counts = post.since <= moment.date() <= post.until and (not borrowed or start <= moment < end)
        if counts and ROLES[role].reach == "area":
            expected_areas |= {each.pk for each in areas if each.path.startswith(place.path)}
        if counts and ROLES[role].reach == "organisation":
            expected_organisations |= {each.pk for each in bureaus[unit:]}  # each stands below the one before

    with time_machine.travel(moment):
        reach = queries.reach_of(fresh(me))

    assert reach.areas == expected_areas
    assert reach.organisations == expected_organisations
    Post.objects.filter(person__in=[me, holder]).delete()


def world_of(request):
    """One county and a line of bureaus for all examples of a property test."""
    kept = getattr(request.node, "kept_world", None)
    if kept is None:
        first = a_bureau()
        second = a_bureau("中队", parent=first)
        kept = request.node.kept_world = a_town(), [first, second, a_bureau("小组", parent=second)]
    return kept
