"""The processes of one installation: started together, restarted when they die, stopped together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gridloop.core.journal.errors import Refusal
from gridloop.operations.kinship import adopt_orphans, children_left, end_with_parent

LONGEST_PAUSE = 30.0
SETTLED_AFTER = 60.0  # a child that lived this long starts again at once
GLANCE = 0.1


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_after: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.arguments, env={**os.environ, **self.environment}, preexec_fn=end_with_parent
        )

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def note_death(self) -> float:
        """How long to wait before the next start: 0.5 s, doubled with every early death."""
        if time.monotonic() - self.started > SETTLED_AFTER:
            self.deaths = 0
        pause = min(LONGEST_PAUSE, 0.5 * 2**self.deaths)
        self.deaths += 1
        self.process = None
        self.start_after = time.monotonic() + pause
        return pause


def gridloop(name: str, *arguments: str, **environment: str) -> Child:
    """A child that runs one gridloop command."""
    return Child(name, [sys.executable, "-m", "gridloop.cli", *arguments], environment)


class Supervisor:
    """Keeps children alive until it is told to stop; then none of them is left.

    Children stay in this process's group: what reaches the group reaches them all.
    """

    def __init__(
        self, children: Sequence[Child], *, patience: float = 15.0, say: Callable[[str], None] = print
    ) -> None:
        self.children = list(children)
        self.patience = patience
        self.say = say
        self.stopping = False

    def run(self, *, started: Callable[["Supervisor"], None] | None = None) -> int:
        """Starts everything and stays until a signal comes; 0 when all ended in time, else 1."""
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            for child in self.children:
                child.start()
            if started is not None:
                started(self)
            while not self.stopping:
                self.look_after()
                time.sleep(GLANCE)
        finally:
            killed = self.stop()
        return 1 if killed else 0

    def ask_to_stop(self, number: int = 0, frame: object = None) -> None:
        self.stopping = True

    def look_after(self) -> None:
        for child in self.children:
            if child.has_died():
                status = child.process.returncode if child.process else 0
                pause = child.note_death()
                self.say(f"{child.name} ended ({said_of(status)}); it starts again in {pause:g} s")
            if child.process is None and time.monotonic() >= child.start_after:
                child.start()
        reap({child.process.pid for child in self.children if child.process})

    def stop(self) -> int:
        """Asks everything to end, waits, and kills what stays; answers how many had to be killed."""
        self.stopping = True
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + self.patience
        while self.alive() and time.monotonic() < deadline:
            time.sleep(GLANCE / 2)
        killed: set[int] = set()
        # Whoever is killed may leave children of its own, which come to us: look again until none is left.
        while left := self.alive():
            for process in left - killed:
                self.say(f"process {process} did not end within {self.patience:g} s and is killed")
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            killed |= left
            time.sleep(GLANCE / 2)
        return len(killed)

    def alive(self) -> set[int]:
        """The ids of every living child, adopted grandchildren included."""
        own = {child.process.pid: child for child in self.children if child.process}
        reap(set(own))
        living = {pid for pid, child in own.items() if child.process and child.process.poll() is None}
        return living | (set(children_left()) - set(own))


def reap(known: set[int]) -> None:
    """Buries adopted children that have ended; the known ones are buried by their own Popen."""
    for process in set(children_left()) - known:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


def said_of(status: int) -> str:
    if status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"status {status}"


def require_free_port(host: str, port: int) -> None:
    """Refuses early, in one sentence, when somebody else already listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"Port {port} on {host} cannot be used ({error.strerror}): stop what listens there, "
                f"or choose another with GRIDLOOP_PORT={port + 1}."
            ) from error


def known_host() -> str:
    """A name the web server answers to, so that asking it leaves no complaint in its log."""
    first = os.environ.get("GRIDLOOP_HOSTS", "").split(",")[0].strip().lstrip(".")
    return "localhost" if first in {"", "*"} else first


def wait_until_it_answers(host: str, port: int, *, patience: float, give_up: Callable[[], bool]) -> bool:
    """Whether the web server gave any HTTP answer in time."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not give_up():
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(f"GET /health/ HTTP/1.0\r\nHost: {known_host()}\r\n\r\n".encode())
            if connection.recv(5) == b"HTTP/":
                return True
        time.sleep(GLANCE)
    return False
