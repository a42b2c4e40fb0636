"""The doctor: it gets to the end whatever is broken, and every trouble comes with a next step."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from gridloop.core.clocks.models import Timer, Worker
from gridloop.core.journal.models import Cursor
from gridloop.core.people import personal_data
from gridloop.operations import checks_of_data, checks_of_machine, doctor
from gridloop.operations.doctor import Finding
from tests import world


def by_subject(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.about: finding for finding in findings}


def test_question_that_raises_is_a_finding() -> None:
    def broken_thing() -> Iterator[Finding]:
        raise RuntimeError("the lamp is out")
        yield

    (finding,) = doctor.answer(broken_thing)

    assert finding == Finding(
        "FAIL",
        "broken thing",
        "RuntimeError: the lamp is out",
        "Put this right first, then run 'gridloop doctor' again.",
    )


def test_only_failures_fail() -> None:
    assert doctor.exit_status([Finding("OK", "a", "b"), Finding("WARN", "a", "b", "c")]) == 0
    assert doctor.exit_status([Finding("FAIL", "a", "b", "c")]) == 1


def test_page_shows_the_next_step() -> None:
    page = doctor.shown([Finding("OK", "clock", "right"), Finding("FAIL", "worker", "none", "Start one.")])

    assert "OK    clock" in page
    assert "-> Start one." in page
    assert page.endswith("1 in order, 0 to look at, 1 wrong")


@pytest.mark.django_db
def test_every_question_is_answered_and_every_trouble_has_a_next_step() -> None:
    findings = doctor.examine()

    assert {"database", "tables", "clock", "data folder", "worker", "seal", "calendar"} <= set(
        by_subject(findings)
    )
    assert [finding for finding in findings if finding.level != "OK" and not finding.next_step] == []
    assert [finding for finding in findings if "Error:" in finding.words] == []


@pytest.mark.django_db
def test_names_written_with_another_key_are_noticed(settings) -> None:
    world.a_resident()
    settings.PERSONAL_DATA_KEY = "another key"
    personal_data.derived_key.cache_clear()
    try:
        (finding,) = checks_of_data.personal_data()
    finally:
        personal_data.derived_key.cache_clear()
    assert finding.level == "FAIL" and "GRIDLOOP_PERSONAL_DATA_KEY" in finding.next_step


@pytest.mark.parametrize(
    ("name", "value"),
    [("GRIDLOOP_IDLE_MINUTES", "soon"), ("DATABASE_URL", "postgresql://a:b@host:port/name")],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str, tmp_path: Path) -> None:
    """No traceback: which setting it is, in one sentence."""
    told = subprocess.run(
        [sys.executable, "-m", "gridloop.cli", "doctor"],
        env={**os.environ, "GRIDLOOP_DATA": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1 and name in told.stderr and "Traceback" not in told.stderr


@pytest.mark.django_db
def test_worker_that_was_seen_is_at_work() -> None:
    Worker.objects.create(name="one")

    (finding,) = checks_of_data.worker()

    assert (finding.level, finding.words) == ("OK", "1 at work")


@pytest.mark.django_db
def test_worker_that_fell_silent_is_missed() -> None:
    Worker.objects.create(name="one", seen_at=timezone.now() - timedelta(minutes=5))

    (finding,) = checks_of_data.worker()

    assert finding.level == "FAIL"
    assert "gridloop work" in finding.next_step


@pytest.mark.django_db
def test_late_and_dead_timers_are_told_apart() -> None:
    past = timezone.now() - timedelta(hours=1)
    Timer.objects.create(key="late", topic="sweep", due_at=past)
    Timer.objects.create(key="dead", topic="sweep", due_at=past, done_at=past, trouble="ValueError: no")
    Timer.objects.create(key="done", topic="sweep", due_at=past, done_at=past)

    found = by_subject(list(checks_of_data.timers()))

    assert found["dead timers"].words.startswith("1 failed")
    assert found["timers"].words.startswith("1 are late")


@pytest.mark.django_db
def test_reader_in_trouble_says_why() -> None:
    Cursor.objects.create(consumer="measures", trouble="Traceback ...\nKeyError: 'day'")

    found = by_subject(list(checks_of_data.consumers()))

    assert found["reader measures"].level == "FAIL"
    assert "KeyError: 'day'" in found["reader measures"].words


def test_secrets_open_to_others_are_a_failure(tmp_path, settings) -> None:
    settings.DATA = tmp_path
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets/secret_key").write_text("s")
    (tmp_path / "secrets/secret_key").chmod(0o644)

    (finding,) = checks_of_machine.secrets()

    assert finding.level == "FAIL"
    assert "secret_key" in finding.words and "chmod" in finding.next_step


def test_absent_data_folder_is_a_failure(tmp_path, settings) -> None:
    settings.DATA = tmp_path / "absent"

    (finding,) = checks_of_machine.data_folder()

    assert finding.level == "FAIL"
