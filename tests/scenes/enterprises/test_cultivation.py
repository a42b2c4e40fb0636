"""The cultivation list: overdue visits first, a visit written down once, a need that becomes one matter."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.scenes.enterprises.cultivation.actions import finish_visit, make_matter, plan_visit, put_on_list
from gridloop.scenes.enterprises.cultivation.models import Visit
from gridloop.scenes.enterprises.cultivation.queries import cultivation_listed
from tests.scenes.enterprises.stage import a_firm, a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


@pytest.fixture
def listed(stage):
    return put_on_list(stage.firm, tier="little_giant", keeper=stage.banker, by=stage.by("room"))


def soon(days=5):
    return timezone.localdate() + timedelta(days=days)


def test_overdue_visits_stand_first(stage, listed):
    other = put_on_list(a_firm(stage.town, "金海机械有限公司"), tier="champion", by=stage.by("room"))
    never = put_on_list(a_firm(stage.town, "瑞丰家具有限公司"), tier="seed", by=stage.by("room"))
    plan_visit(listed, person=stage.banker, due_on=soon(), by=stage.by("banker"))
    Visit.objects.create(firm=other.firm, person=stage.banker, due_on=soon(-4))

    assert [row.firm_id for row in cultivation_listed(stage.county)] == [other.pk, listed.pk, never.pk]
    assert [row.firm_id for row in cultivation_listed(stage.county, late=True)] == [other.pk]


def test_a_need_found_in_a_visit_becomes_one_matter(stage, listed):
    visit = plan_visit(listed, person=stage.banker, due_on=soon(), by=stage.by("banker"))
    need = finish_visit(
        visit, listed, account="订单充足", need="缺熟练工三十人", category=stage.category("E01"), next_on=soon(60),
        by=stage.by("banker"),
    )  # fmt: skip
    one = make_matter(need, by=stage.by("banker"))
    two = make_matter(need, by=stage.by("banker"))

    assert one == two
    assert Case.objects.filter(kind="matter").count() == 1
    assert (one.matter.firm, one.source, one.reporter) == (stage.firm, "visit", stage.contact)
    assert Visit.objects.get(done_at=None).due_on == soon(60)


def test_a_visit_is_written_down_once_and_one_is_planned_at_a_time(stage, listed):
    visit = plan_visit(listed, person=stage.banker, due_on=soon(), by=stage.by("banker"))
    with pytest.raises(TooLate):
        plan_visit(listed, person=stage.banker, due_on=soon(9), by=stage.by("room"))
    finish_visit(visit, listed, account="正常", by=stage.by("banker"))

    with pytest.raises(TooLate):
        finish_visit(visit, listed, account="再写一次", by=stage.by("banker"))
    with pytest.raises(Refusal):
        plan_visit(listed, person=stage.banker, due_on=soon(-1), by=stage.by("banker"))


def test_somebody_elses_firm_is_left_to_them(stage, listed):
    with pytest.raises(NotAllowed):
        plan_visit(listed, person=stage.surveyor, due_on=soon(), by=stage.by("surveyor"))
    assert not cultivation_listed(stage.surveyor).exists()


def test_the_pages_lead_from_the_list_to_a_matter(stage, listed, client):
    client.force_login(stage.banker)
    assert "恒通阀门" in client.get(reverse("enterprises:cultivation")).content.decode()
    client.post(reverse("enterprises:plan_visit", args=[listed.pk]), {"due_on": soon().isoformat()})
    given = {
        "account": "走访车间",
        "need": "希望贷款展期",
        "category": stage.category("E0101").pk,
        "at_once": "on",
    }
    done = client.post(reverse("enterprises:visit", args=[Visit.objects.get().pk]), given)

    assert done.status_code == 302
    assert Case.objects.get(kind="matter").number in done["Location"]
    assert client.get(reverse("enterprises:cultivated", args=[listed.pk])).status_code == 200


def test_the_list_costs_the_same_with_one_firm_and_with_three(
    stage, listed, client, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(stage.county)
    client.get(reverse("enterprises:cultivation"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("enterprises:cultivation"))
    for name in ("金海机械有限公司", "瑞丰家具有限公司"):
        put_on_list(a_firm(stage.town, name), tier="seed", keeper=stage.surveyor, by=stage.by("room"))
    with django_assert_num_queries(len(one)):
        client.get(reverse("enterprises:cultivation"))
