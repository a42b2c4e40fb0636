"""The pages of hours, walked through by a volunteer, a neighbour and a clerk."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.journal.actor import SYSTEM
from gridloop.scenes.volunteers.hours.actions import confirm_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry
from tests import world
from tests.core.evidence.pictures import jpeg, scene
from tests.scenes.volunteers.hours.test_ledger import claim, confirmed
from tests.scenes.volunteers.neighbours import a_clerk, a_volunteer

DAY = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(DAY + timedelta(hours=10), tick=False) as clock:
        yield clock


@pytest.fixture
def volunteer(town):
    return a_volunteer(town.community, name="方志愿")


def test_a_volunteer_confirms_and_takes_back(client, volunteer):
    entry = claim(volunteer)
    client.force_login(volunteer.person)
    assert client.get("/volunteer/hours/").status_code == 200
    client.post(f"/volunteer/hours/{entry.pk}/confirm/")
    assert entry.confirmations.get().side == "volunteer"
    assert client.post(f"/volunteer/hours/{entry.pk}/take-back/", {"words": ""}).status_code == 422
    client.post(f"/volunteer/hours/{entry.pk}/take-back/", {"words": "记错了时间"})
    assert HoursEntry.objects.get(pk=entry.pk).standing.state == "reversed"


def test_who_confirms_second_on_the_page_sends_the_hours_into_publicity(client, volunteer):
    entry = confirm_hours(claim(volunteer), side="receiver", by=SYSTEM)
    client.force_login(volunteer.person)
    client.post(f"/volunteer/hours/{entry.pk}/confirm/")
    assert HoursEntry.objects.get(pk=entry.pk).standing.state == "published"


def test_others_are_kept_out(client, town, volunteer):
    entry = claim(volunteer)
    assert client.get("/volunteer/hours/").status_code == 302
    client.force_login(world.a_resident())
    assert client.get("/volunteer/hours/").status_code == 403
    assert client.get("/desk/hours/").status_code == 403
    client.force_login(a_volunteer(town.community).person)
    assert client.post(f"/volunteer/hours/{entry.pk}/confirm/").status_code == 404
    client.force_login(a_clerk(town.other_community))
    assert client.get(f"/desk/hours/{entry.pk}/").status_code == 404


def test_backdated_hours_go_to_the_clerk_with_their_evidence(client, town, volunteer):
    client.force_login(volunteer.person)
    form = {"day": "2026-10-10", "since": "09:00", "until": "11:00", "reason": "当天没有网络，补录敬老院帮厨"}
    assert client.post("/volunteer/hours/backdated/", form).status_code == 422
    photo = SimpleUploadedFile("签到表.jpg", jpeg(scene()), "image/jpeg")
    assert client.post("/volunteer/hours/backdated/", {**form, "evidence": photo}).status_code == 302
    entry = HoursEntry.objects.get(kind="backdated")

    clerk = a_clerk(town.community)
    client.force_login(clerk)
    assert f"/desk/hours/{entry.pk}/" in client.get("/desk/hours/").text
    evidence = client.get(f"/desk/hours/{entry.pk}/evidence/")
    assert evidence.status_code == 200 and b"".join(evidence.streaming_content)
    assert client.post(f"/desk/hours/{entry.pk}/", {"act": "refuse", "words": ""}).status_code == 422
    assert client.post(f"/desk/hours/{entry.pk}/", {"act": "approve"}).status_code == 302
    assert HoursEntry.objects.get(pk=entry.pk).standing.state == "published"


def test_neighbours_look_at_the_public_list_and_object(client, town, volunteer):
    entry = confirmed(claim(volunteer))
    page = client.get("/hours/").text
    assert "方**" in page and "方志愿" not in page and f"/hours/{entry.pk}/object/" in page
    assert (
        f"/hours/{entry.pk}/object/" not in client.get("/hours/", {"community": town.other_community.pk}).text
    )
    assert client.get(f"/hours/{entry.pk}/object/").status_code == 302
    client.force_login(world.a_resident())
    client.post(f"/hours/{entry.pk}/object/", {"words": "那天没有见到人"})
    objection = entry.objections.get()
    clerk = a_clerk(town.community)
    client.force_login(clerk)
    address = f"/desk/hours/objection/{objection.pk}/"
    assert "那天没有见到人" in client.get(address).text
    client.post(address, {"upheld": "yes", "answer": "查无签到"})
    assert HoursEntry.objects.get(pk=entry.pk).standing.state == "reversed"
    assert client.get(address).status_code == 404


def test_the_rules_are_kept_by_the_administrator(client, town):
    client.force_login(a_clerk(town.community))
    assert client.get("/settings/hours/").status_code == 403
    client.force_login(world.with_post("administrator"))
    given = {"publicity_days": 10, "overlap": "refuse", "late_days": 7, "oldest_days": 100}
    assert client.post("/settings/hours/", {**given, "publicity_days": 2}).status_code == 422
    assert client.post("/settings/hours/", given).status_code == 302
    assert 'value="10"' in client.get("/settings/hours/").text


@pytest.mark.parametrize("address", ["/volunteer/hours/", "/desk/hours/", "/hours/"])
def test_lists_cost_the_same_for_one_and_three(client, town, volunteer, address):
    person = a_clerk(town.community) if "desk" in address else volunteer.person
    client.force_login(person)
    confirmed(claim(volunteer))
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    for number in (1, 2):
        confirmed(claim(volunteer, 60 * number, 60))
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)
