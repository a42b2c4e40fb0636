"""The tests' own surroundings: nothing of the machine's real data is within their reach."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection


def test_data_folder_is_a_throw_away_one() -> None:
    assert str(settings.DATA) == os.environ["GRIDLOOP_TEST_DATA"]
    assert Path(settings.DATA).resolve() != Path("data").resolve()


@pytest.mark.django_db
def test_database_is_a_test_database() -> None:
    connection.ensure_connection()

    assert "test" in str(connection.settings_dict["NAME"])


def test_django_finds_nothing_to_warn_of() -> None:
    assert [str(trouble) for trouble in run_checks()] == []
