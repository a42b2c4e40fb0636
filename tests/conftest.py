"""What every test stands on: a data folder of its own, a database of its own, and settings made for speed."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def make_surroundings() -> Path:
    """Empty surroundings, so that no test reads or writes what belongs to the person who runs it."""
    for name in [
        name for name in os.environ if name.startswith("GRIDLOOP_") and name != "GRIDLOOP_TEST_DATA"
    ]:
        del os.environ[name]
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**29 else None
    folder = os.environ.get("GRIDLOOP_TEST_DATA") or tempfile.mkdtemp(prefix="gridloop-test-", dir=place)
    os.environ["GRIDLOOP_TEST_DATA"] = os.environ["GRIDLOOP_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "gridloop.settings"
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        os.environ.pop("DATABASE_URL", None)
    (Path(folder) / "static").mkdir(exist_ok=True)
    return Path(folder)


SURROUNDINGS = make_surroundings()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="only the tests that touch the database")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.LOGGING = {"version": 1, "disable_existing_loggers": False}
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, not memory: only a file has the write-ahead log and the waiting that production has.
        database.setdefault("TEST", {})["NAME"] = str(SURROUNDINGS / "test.sqlite3")


def pytest_unconfigure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(SURROUNDINGS, ignore_errors=True)


def touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.db import connection

    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="shows something of PostgreSQL; DATABASE_URL names none"))
    if config.getoption("--database-only"):
        config.hook.pytest_deselected(items=[item for item in items if not touches_database(item)])
        items[:] = [item for item in items if touches_database(item)]


def pytest_collection_finish() -> None:
    """What collecting has made stays to the end: Python need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables as the models say, at once, and then what migrations add by hand: triggers, indexes, first rows.

    Playing every migration takes ten times as long; faults/test_migrations.py plays them and compares.
    """
    from django.db import connection

    from gridloop.operations.founding import do_by_hand

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        do_by_hand(editor)


@pytest.fixture(autouse=True)
def fresh_files(tmp_path: Path, settings: object) -> Iterator[None]:
    """Uploaded files of one test are gone with it."""
    settings.FILES = tmp_path / "files"
    yield


@pytest.fixture(scope="session", autouse=True)
def journal_may_be_emptied_between_tests() -> Iterator[None]:
    """Tests with real transactions empty every table at their end, the journal too, which usually refuses."""
    from django.db import connection
    from django.test import TransactionTestCase

    from gridloop.core.journal import guard

    operations = type(connection.ops)  # the class: a browser's test has a connection of its own
    empty, flush = TransactionTestCase._fixture_teardown, operations.sql_flush

    def empty_all(case: TransactionTestCase) -> None:
        with guard.lifted():
            empty(case)

    def flush_all(self: object, *tables: object, **options: object) -> list[str]:
        # Tables made by hand in migrations are unknown to Django; they go with those they refer to.
        return flush(self, *tables, **{**options, "allow_cascade": True})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_all)
        patch.setattr(operations, "sql_flush", flush_all)
        yield


@pytest.fixture(autouse=True)
def fresh_shelves() -> None:
    """What is kept in memory (rules, limits, the calendar, the tree of areas) is read anew: the database of the last
    test is gone, and under a clock that stands still even its editions have the same numbers."""
    from gridloop.core.clocks.editions import Shelf
    from gridloop.core.territory import tree

    tree.forget()
    for shelf in Shelf.everyone:
        shelf.value, shelf.token, shelf.look_again = None, None, 0.0


@pytest.fixture
def client_elsewhere() -> object:
    """A second browser."""
    from django.test import Client

    return Client()
