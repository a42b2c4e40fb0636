"""Teams: three ways to join, who decides, and what a dissolved team takes with it."""

import pytest

from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.core.people.queries import current_posts
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.models import Membership
from tests import world
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_team, a_volunteer

pytestmark = pytest.mark.django_db


def own(volunteer):
    return world.acting(volunteer.person)


def test_an_open_team_is_joined_at_once_and_only_once(town):
    team, volunteer = a_team(town, join_mode="open"), a_volunteer(town)

    assert actions.join_team(team, volunteer, by=own(volunteer)).state == "member"
    actions.join_team(team, volunteer, by=own(volunteer))

    assert list(queries.team_members(team)) == [volunteer]
    assert Entry.objects.filter(event="team_joined").count() == 1


def test_a_team_that_decides_is_asked_and_its_leader_answers(town):
    leader, volunteer = a_volunteer(town), a_volunteer(town)
    team = a_team(town, leader=leader)

    asked = actions.join_team(team, volunteer, by=own(volunteer))
    assert asked.state == "asked" and volunteer not in queries.team_members(team)
    with pytest.raises(NotAllowed):
        actions.decide_membership(asked, True, by=own(volunteer))

    actions.decide_membership(asked, True, by=own(leader))
    assert volunteer in queries.team_members(team)
    assert Notice.objects.filter(person=volunteer.person, event="membership_accepted").count() == 1
    with pytest.raises(TooLate):
        actions.decide_membership(asked, False, by=own(leader))


def test_who_was_declined_hears_why_and_may_ask_again(town):
    volunteer, team = a_volunteer(town), a_team(town)
    asked = actions.join_team(team, volunteer, by=own(volunteer))

    actions.decide_membership(asked, False, words="暂不招新", by=world.acting(a_clerk(town)))

    assert "暂不招新" in Notice.objects.get(person=volunteer.person).words
    assert actions.join_team(team, volunteer, by=own(volunteer)).state == "asked"
    assert Membership.objects.count() == 1


def test_a_team_by_invitation_takes_whom_it_invites(town):
    leader, volunteer = a_volunteer(town), a_volunteer(town)
    team = a_team(town, leader=leader, join_mode="invitation")
    with pytest.raises(NotAllowed):
        actions.join_team(team, volunteer, by=own(volunteer))

    actions.invite_to_team(team, volunteer, by=own(leader))
    assert volunteer not in queries.team_members(team)
    assert actions.join_team(team, volunteer, by=own(volunteer)).state == "member"


def test_leaving_ends_membership_and_a_leaders_post(town):
    leader = a_volunteer(town)
    team = a_team(town, leader=leader)
    assert current_posts().filter(person=leader.person, role="team_leader").exists()

    membership = Membership.objects.get(volunteer=leader)
    actions.leave_team(membership, by=own(leader))

    assert not current_posts().filter(person=leader.person).exists()
    with pytest.raises(TooLate):
        actions.leave_team(membership, by=own(leader))
    assert list(queries.team_members(team)) == []


def test_a_dissolved_team_has_no_members_no_posts_and_says_so(town):
    leader, member = a_volunteer(town), a_volunteer(town)
    team = a_team(town, leader=leader, join_mode="open")
    actions.join_team(team, member, by=own(member))
    with pytest.raises(NotAllowed):
        actions.dissolve_team(team, by=own(member))

    actions.dissolve_team(team, by=own(leader))

    entry = Entry.objects.get(event="team_dissolved")
    assert entry.subject == team.pk and entry.facts["members"] == 2
    assert list(queries.team_members(team)) == [] and not current_posts().filter(role="team_leader").exists()
    with pytest.raises(TooLate):
        actions.dissolve_team(team, by=world.acting(a_clerk(town)))
    with pytest.raises(TooLate):
        actions.join_team(team, member, by=own(member))


def test_a_volunteer_who_leaves_leaves_every_team(town):
    volunteer = a_volunteer(town)
    teams = [a_team(town, name=name, join_mode="open") for name in ("护河队", "夜巡队")]
    for team in teams:
        actions.join_team(team, volunteer, by=own(volunteer))

    actions.leave(volunteer, by=own(volunteer))

    entry = Entry.objects.get(event="volunteer_left")
    assert sorted(entry.facts["teams"]) == sorted(team.pk for team in teams)
    assert not Membership.objects.filter(state="member").exists()


def test_only_who_looks_after_the_area_founds_a_team_there(town):
    with pytest.raises(NotAllowed):
        actions.found_team("外来队", area=town.other_community, by=world.acting(a_clerk(town)))
    a_team(town, name="护河队")
    with pytest.raises(Refusal):
        a_team(town, name="护河队")


def test_team_lists_take_the_same_queries_for_one_or_three(town, django_assert_num_queries):
    clerk = a_clerk(town)
    a_team(town, name="一队")
    list(queries.teams_within_reach(clerk))
    with django_assert_num_queries(2):
        assert [team.size for team in queries.teams_within_reach(clerk)] == [0]
    a_team(town, name="二队")
    a_team(town, name="三队")
    with django_assert_num_queries(2):
        assert [team.organisation.area.name for team in queries.teams_within_reach(clerk)] == ["城中社区"] * 3
