"""Two volunteers accept the last place in the same moment: one comes, the other reads a clear sentence."""

import threading

import pytest
from django.db import connection
from django.utils import translation

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.requests import actions
from gridloop.scenes.volunteers.requests.models import Assignment, Need, Offer
from tests import world
from tests.scenes.volunteers.requests import helping


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_comes():
    from datetime import timedelta

    from django.utils import timezone

    place = helping.a_neighbourhood()
    soon = timezone.now() + timedelta(hours=3)
    volunteers = [helping.a_volunteer(place, metres=metres) for metres in (100, 200, 300)]
    case = helping.seeking(place, people=2, since=soon, until=soon + timedelta(hours=1))
    offers = helping.offers_to(place, case, *volunteers)
    start = threading.Barrier(3)
    outcomes: list[str] = []

    def accept(offer: Offer, actor) -> None:
        try:
            with translation.override("en"):
                start.wait(10)
                actions.accept_offer(offer, by=actor)
                outcomes.append("comes")
        except Refusal as refusal:
            outcomes.append(str(refusal.words))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=accept, args=(offer, world.acting(offer.volunteer.person)))
        for offer in offers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcome == "comes" for outcome in outcomes) == [False, True, True]
    assert "faster" in next(outcome for outcome in outcomes if outcome != "comes")
    need = Need.objects.get(case=case)
    assert (need.taken, Assignment.objects.filter(case=case).count()) == (2, 2)
    assert sorted(Offer.objects.values_list("state", flat=True)) == ["accepted", "accepted", "withdrawn"]
