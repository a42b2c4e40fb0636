"""Certificates: issued from counted hours, checked by strangers, proved by the journal, withdrawn when hours fall."""

import importlib.util
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from gridloop.core.clocks import timers
from gridloop.core.journal import sealing
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.scenes.volunteers.hours import certifying
from gridloop.scenes.volunteers.hours.actions import claim_hours, confirm_hours, reverse_hours
from gridloop.scenes.volunteers.hours.models import Certificate, HoursEntry
from tests import world
from tests.scenes.volunteers.neighbours import a_clerk, a_volunteer

CHECKER = Path(__file__).parents[4] / "tools" / "check_receipt.py"
DAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
YEAR = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(DAY + timedelta(hours=10), tick=False) as moved:
        yield moved


@pytest.fixture
def volunteer(town, clock):
    """With two entries that count."""
    made = a_volunteer(town.community, name="方志愿")
    for number in range(2):
        start = DAY + timedelta(hours=2 * number)
        entry = claim_hours(
            made, kind="request", source=number, started_at=start, ended_at=start + timedelta(minutes=45),
            area=town.community, by=world.acting(made.person), key=f"request:{number}",
        )  # fmt: skip
        confirm_hours(entry, side="volunteer", by=world.acting(made.person))
        confirm_hours(entry, side="receiver", by=world.acting(world.a_resident()))
    clock.shift(timedelta(days=8))
    timers.handle_due("test")
    return made


@pytest.fixture
def certificate(volunteer):
    return certifying.issue_certificate(volunteer, **YEAR, by=world.acting(volunteer.person))


def checker():
    spec = importlib.util.spec_from_file_location("check_receipt", CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_same_hours_give_the_same_certificate(volunteer, certificate):
    again = certifying.issue_certificate(volunteer, **YEAR, by=world.acting(volunteer.person))
    assert again == certificate and certificate.minutes == 90
    assert len(certificate.content["entries"]) == 2 and certificate.number.startswith("V26-")


def test_only_the_volunteer_or_a_clerk_of_where_they_live_asks_for_one(town, volunteer):
    for person in (world.a_resident(), a_clerk(town.other_community)):
        with pytest.raises(NotAllowed):
            certifying.issue_certificate(volunteer, **YEAR, by=world.acting(person))
    certifying.issue_certificate(volunteer, **YEAR, by=world.acting(a_clerk(town.community)))
    with pytest.raises(Refusal):
        certifying.issue_certificate(
            volunteer, since=date(2025, 1, 1), until=date(2025, 2, 1), by=world.acting(volunteer.person)
        )


def test_anybody_checks_the_number_and_reads_no_name(client, certificate):
    sealing.seal_new_entries()
    page = client.get("/hours/check/", {"number": certificate.number.lower()})
    assert page.status_code == 200 and certificate.digest in page.text
    assert "方**" in page.text and "方志愿" not in page.text and certificate.volunteer.number not in page.text
    assert client.get("/hours/check/", {"number": "V26-AAAA-AAAA"}).status_code == 404
    assert client.get("/hours/check/").status_code == 200


def test_a_stranger_checks_every_entry_against_the_published_root(client, volunteer, certificate, tmp_path):
    client.force_login(volunteer.person)
    address = f"/volunteer/hours/certificate/{certificate.number}/credential.json"
    assert client.get(address).status_code == 409  # the hours counted this second are not sealed yet
    sealing.seal_new_entries()
    body = json.loads(client.get(address).content)
    assert body["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (
        body["mzt061"]["累计服务时间（小时）"] == "1.5" and body["gridloop"]["digest"] == certificate.digest
    )
    assert len(body["gridloop"]["receipts"]) == 3
    root = sealing.published_roots()[-1]["root"]
    tool = checker()
    for receipt in body["gridloop"]["receipts"]:
        assert receipt["root"] == root and receipt["words"] is None
        (tmp_path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
        assert tool.main([str(tmp_path / "receipt.json"), root]) == 0
    minutes = sum(
        one["entry"]["facts"]["minutes"]
        for one in body["gridloop"]["receipts"]
        if one["entry"]["event"] == "hours_counted"
    )
    assert minutes == certificate.minutes


def test_the_paper_is_one_pdf_page(client, volunteer, certificate):
    client.force_login(volunteer.person)
    answer = client.get(f"/volunteer/hours/certificate/{certificate.number}/paper.pdf")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert answer.content.count(b"/Type /Page\n") == 1 and certificate.digest.encode() in answer.content
    client.force_login(a_volunteer(volunteer.community).person)
    assert client.get(f"/volunteer/hours/certificate/{certificate.number}/paper.pdf").status_code == 404


def test_reversed_hours_withdraw_the_certificate(client, town, certificate, volunteer):
    reverse_hours(HoursEntry.objects.first(), reason="经核实未服务", by=world.acting(a_clerk(town.community)))
    found = Certificate.objects.get()
    assert found.withdrawn_at is not None and not certifying.check_certificate(found.number).stands
    assert "撤回" in client.get("/hours/check/", {"number": found.number}).text
    client.force_login(volunteer.person)
    assert client.get(f"/volunteer/hours/certificate/{found.number}/paper.pdf").status_code == 404
    fresh = certifying.issue_certificate(volunteer, **YEAR, by=world.acting(volunteer.person))
    assert fresh.minutes == 45 and fresh.number != found.number


def test_content_changed_behind_the_back_is_seen(certificate):
    certificate.content["minutes"] = 9000
    certificate.save()
    checked = certifying.check_certificate(certificate.number)
    assert checked.broken and not checked.stands
