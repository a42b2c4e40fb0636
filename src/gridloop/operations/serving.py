"""Starting web servers and workers: alone, or everything under one supervisor."""

import os
import signal
import sys
import threading
from collections.abc import Callable

from gridloop.operations.listening import listening_modules
from gridloop.operations.packing import pack_files
from gridloop.operations.processes import Child, Supervisor, gridloop, require_free_port
from gridloop.operations.readiness import is_known_ready, note_ready
from gridloop.operations.standing_up import pool_connections, stand_up

Say = Callable[[str], None]


def say_at_once(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def become_web_server() -> None:
    """Turns this process into gunicorn; does not come back."""
    pool_connections()
    pack_files()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
    program = [sys.executable, "-m", "gunicorn"]
    os.execv(  # noqa: S606
        sys.executable,
        [*program, "--config", "python:gridloop.operations.web_server", "gridloop.wsgi:application"],
    )


def work_until_stopped() -> int:
    """One worker, until SIGTERM or Ctrl-C; it finishes what it holds and gives the rest back."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stand_up()
    from gridloop.core.clocks.working import work

    work(stop)
    return 0


def bring_tables_up_to_date(*, say: Say = say_at_once) -> int:
    """Makes all tables in an empty database; else applies the migrations that are missing. How many steps it took."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from gridloop.operations import founding

    if founding.is_empty():
        say("Making the tables ...")
        founding.make_all_tables()
        note_ready()
        return 1
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    missing = executor.migration_plan(targets)
    if not missing:
        note_ready()
        return 0
    say(f"Bringing the database up to date: {len(missing)} steps ...")
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    note_ready()
    say("The database is up to date.")
    return len(missing)


def everything(*, live: bool = False, patience: int | None = None) -> list[Child]:
    """The children of a whole installation on one machine; `patience`: what open requests get at the end."""
    from gridloop.settings import environment, whole_number

    given = environment("WEB_PATIENCE", str(patience or 10))
    children = [gridloop("web", "web", GRIDLOOP_WEB_PATIENCE=given)]
    workers = whole_number("WORK_PROCESSES", "1")
    children += [
        gridloop(f"worker {number}" if workers > 1 else "worker", "work") for number in range(1, workers + 1)
    ]
    if any(listening_modules()):
        children.append(gridloop("listener", "listen"))
    if live:
        children.append(gridloop("simulator", "live"))
    return children


def listening_at() -> tuple[str, int]:
    """Where the web server listens, from GRIDLOOP_LISTEN and GRIDLOOP_PORT."""
    from gridloop.settings import environment, whole_number

    return environment("LISTEN", "127.0.0.1"), whole_number("PORT", "8000")


def start_everything() -> int:
    """Production on one machine: tables up to date, then web, worker and listener until a signal comes."""
    host, port = listening_at()
    require_free_port(host, port)
    address = f"http://{shown_host(host)}:{port}/"
    first_time = not is_known_ready()
    if first_time:
        stand_up()
        bring_tables_up_to_date()
        let_go_of_database()
    say_at_once(f"gridloop listens on {address} (Ctrl-C stops it)")
    if first_time or nobody_came_yet():
        tell_first_administrator(address)
    return Supervisor(everything(), say=say_at_once).run()


def shown_host(host: str) -> str:
    return "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104


def nobody_came_yet() -> bool:
    """Whether the code of the first administrator still lies there, asked without Django: a second start is quick."""
    from gridloop.settings import DATA

    return (DATA / "secrets" / "first_administrator").exists()


def tell_first_administrator(address: str, *, say: Say = say_at_once) -> None:
    """Who starts an empty installation reads how to get in; an installation with an administrator says nothing."""
    stand_up()
    from gridloop.core.people.first_administrator import first_code

    if code := first_code():
        say(f"Nobody administers it yet: open {address}account/first/ and enter the code {code}")
    let_go_of_database()


def let_go_of_database() -> None:
    """The supervisor itself needs no connection while its children work."""
    from django.db import connections

    connections.close_all()
