"""Papers: handed in, confirmed by somebody else, in force until a day, reminded of in time."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.models import Notice
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.credentials import remind_of_expiry
from gridloop.scenes.volunteers.roster.models import Credential, Volunteer
from tests import world
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_skill, a_volunteer

pytestmark = pytest.mark.django_db


def days(count: int):
    return timezone.localdate() + timedelta(days=count)


def able(skill, day):
    return set(queries.skilled(Volunteer.objects.all(), skill, day))


def test_a_certified_skill_counts_only_with_a_confirmed_paper_in_force(town):
    volunteer, first_aid, chat = a_volunteer(town), a_skill("急救", certified=True), a_skill("陪聊")
    volunteer.skills.set([first_aid, chat])
    assert able(chat, days(0)) == {volunteer}
    assert able(first_aid, days(0)) == set()

    paper = actions.add_credential(
        volunteer, first_aid, number="JJ-0012", valid_until=days(40), by=world.acting(volunteer.person)
    )
    assert able(first_aid, days(0)) == set()
    actions.confirm_credential(paper, by=world.acting(a_clerk(town)))

    assert able(first_aid, days(40)) == {volunteer}
    assert able(first_aid, days(41)) == set()
    actions.withdraw_credential(paper, by=world.acting(volunteer.person))
    assert able(first_aid, days(0)) == set()


def test_nobody_confirms_their_own_paper_nor_one_of_another_community(town):
    clerk = a_clerk(town)
    volunteer = a_volunteer(town, person=clerk)
    paper = actions.add_credential(volunteer, a_skill(certified=True), by=world.acting(clerk))

    with pytest.raises(NotAllowed):
        actions.confirm_credential(paper, by=world.acting(clerk))
    with pytest.raises(NotAllowed):
        actions.confirm_credential(paper, by=world.acting(world.a_town_room(town.other_town)))

    actions.confirm_credential(paper, by=world.acting(a_clerk(town)))
    with pytest.raises(TooLate):
        actions.confirm_credential(paper, by=world.acting(a_clerk(town)))


def test_expired_papers_are_refused_and_the_same_one_is_kept_once(town):
    volunteer, skill = a_volunteer(town), a_skill(certified=True)
    by = world.acting(volunteer.person)
    with pytest.raises(Refusal):
        actions.add_credential(volunteer, skill, number="A1", valid_until=days(-1), by=by)

    paper = actions.add_credential(volunteer, skill, number="A1", valid_until=days(10), by=by)
    with pytest.raises(TooLate):
        actions.add_credential(volunteer, skill, number="A1", valid_until=days(10), by=by)
    actions.confirm_credential(paper, by=world.acting(a_clerk(town)))

    again = actions.add_credential(volunteer, skill, number="A1", valid_until=days(400), by=by)
    assert again.pk == paper.pk and again.confirmed_at is None
    assert Credential.objects.count() == 1


def test_a_clerk_who_refuses_a_paper_says_why_and_the_volunteer_hears_it(town):
    volunteer, clerk = a_volunteer(town), a_clerk(town)
    paper = actions.add_credential(volunteer, a_skill(certified=True), by=world.acting(volunteer.person))

    with pytest.raises(Refusal):
        actions.withdraw_credential(paper, by=world.acting(clerk))
    actions.withdraw_credential(paper, reason="照片看不清", by=world.acting(clerk))

    assert "照片看不清" in Notice.objects.get(person=volunteer.person).words


def test_thirty_days_before_the_end_the_volunteer_is_reminded_once(town):
    volunteer = a_volunteer(town)
    paper = actions.add_credential(
        volunteer, a_skill("急救", certified=True), valid_until=days(45), by=world.acting(volunteer.person)
    )
    actions.confirm_credential(paper, by=world.acting(a_clerk(town)))
    assert remind_of_expiry() == 0

    with time_machine.travel(timezone.now() + timedelta(days=16), tick=False):
        assert remind_of_expiry() == 1
        assert remind_of_expiry() == 0
    told = Notice.objects.get(event="credential_expiring")
    assert told.person == volunteer.person and "急救" in told.words


def test_reminding_takes_the_same_few_queries_for_one_or_three(town, django_assert_max_num_queries):
    for _volunteer in range(3):
        volunteer = a_volunteer(town)
        paper = actions.add_credential(
            volunteer, a_skill(certified=True), valid_until=days(5), by=world.acting(volunteer.person)
        )
        actions.confirm_credential(paper, by=world.acting(a_clerk(town)))

    with django_assert_max_num_queries(16):
        assert remind_of_expiry() == 3
