"""Starting the demo county: tables, data when there are none, web and worker, and who may sign in."""

import json
import signal
import threading

from gridloop.core.journal.errors import Refusal
from gridloop.operations.processes import Supervisor, require_free_port, wait_until_it_answers
from gridloop.operations.readiness import is_known_ready
from gridloop.operations.serving import (
    bring_tables_up_to_date,
    everything,
    let_go_of_database,
    listening_at,
    say_at_once,
    shown_host,
)
from gridloop.operations.standing_up import stand_up
from gridloop.operations.terminal import padded, width
from gridloop.settings import DATA

SIZES = ("small", "medium", "large")
FIRST_ANSWER = 60.0
ACCOUNTS = DATA / "demo-accounts.json"  # passwords of invented people, printed at every start
Account = tuple[str, str, str]


def start_demo(*, size: str, live: bool) -> int:
    """Everything `make demo` does after building; comes back when it is stopped."""
    if size not in SIZES:
        raise Refusal(f"There is no size '{size}': choose one of {', '.join(SIZES)}.", field="size")
    host, port = listening_at()
    require_free_port(host, port)
    accounts = kept_accounts() if is_known_ready() else []
    if not accounts:
        accounts = make_ready(size=size)

    def announce(supervisor: Supervisor) -> None:
        web = supervisor.children[0]
        while not supervisor.stopping:
            if wait_until_it_answers(
                host, port, patience=FIRST_ANSWER, give_up=lambda: supervisor.stopping or web.has_died()
            ):
                return say_at_once(welcome(f"http://{shown_host(host)}:{port}/", accounts))
            if web.has_died():
                return say_at_once(
                    "The web server has stopped: the lines above say why. 'gridloop doctor' says more."
                )
            if not supervisor.stopping:
                say_at_once("The web server is still starting; this machine is busy ...")
        return None

    return Supervisor(everything(live=live, patience=3), patience=10.0, say=say_at_once).run(started=announce)


def make_ready(*, size: str) -> list[Account]:
    """Tables, data and the list of accounts, which is kept so that the next start is quick."""
    stand_up()
    bring_tables_up_to_date()
    fill_if_empty(size=size)
    accounts = list_accounts()
    ACCOUNTS.write_text(json.dumps(accounts, ensure_ascii=False))
    let_go_of_database()
    return accounts


def kept_accounts() -> list[Account]:
    try:
        return [(role, handle, password) for role, handle, password in json.loads(ACCOUNTS.read_text())]
    except (OSError, ValueError):
        return []


def fill_if_empty(*, size: str) -> None:
    """A data folder that already holds a county is left as it is."""
    from gridloop.core.territory.models import Area

    if Area.objects.exists():
        return
    from gridloop.demo import county

    say_at_once("Making the demo county (only the first time) ...")
    county.make(size=size, progress=say_at_once)


def list_accounts() -> list[Account]:
    """(role, sign-in name, password) for the table on the screen; at its end the key for other systems."""
    from gridloop.api.actions import demo_token
    from gridloop.demo import county

    return [*county.accounts(), ("Other systems (api_key)", demo_token(), "")]


def welcome(address: str, accounts: list[Account]) -> str:
    """What stands on the screen once the county can be visited."""
    rows = [("role", "sign-in name", "password"), *accounts]
    widths = [max(width(row[column]) for row in rows) for column in range(3)]
    lines = ["", f"  gridloop is here: {address}", ""]
    for row in rows:
        cells = [padded(cell, columns) for cell, columns in zip(row, widths, strict=True)]
        lines.append(f"  {'  '.join(cells)}".rstrip())
    return "\n".join([*lines, "", "  Ctrl-C stops everything; the data stay for the next start.", ""])


def act_until_stopped(*, speed: float = 1.0) -> int:
    """The simulator as a process of its own."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stand_up()
    from gridloop.demo import live

    live.act(stop, speed=speed)
    return 0
