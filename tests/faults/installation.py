"""Real web and worker processes on a database of their own, started and killed as a test wants it; loopback only."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(
    condition: Callable[[], Any], *, seconds: float = 120, what: str = "", every: float = 0.1
) -> Any:
    """The first true answer of the condition; fails with `what` when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, what or "waited in vain"
        time.sleep(every)
    return found


class Installation:
    """One installation: a folder, a database, and processes each in a group of its own."""

    def __init__(self, folder: Path, database: str, **environment: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.database = folder, database
        self.processes: list[subprocess.Popen] = []
        self.ports: dict[int, int] = {}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GRIDLOOP_")},
            "GRIDLOOP_DATA": str(folder / "data"),
            "GRIDLOOP_HOSTS": "*",
            "GRIDLOOP_WEB_PATIENCE": "2",
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "gridloop.settings",
            "LANG": "C.UTF-8",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            **environment,
        }

    def start(self, command: str, *, port: int | None = None, name: str = "") -> subprocess.Popen:
        """`gridloop web` or `gridloop work` in a group of its own; `port` for web."""
        log = (self.folder / f"{name or command}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "gridloop.cli", command],
            env={**self.environment, "GRIDLOOP_PORT": str(port or 0)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=self.folder,
        )
        log.close()
        self.processes.append(process)
        if port:
            self.ports[process.pid] = port
        return process

    def web(self, port: int) -> subprocess.Popen:
        process = self.start("web", port=port)
        self.wait_until_answers(port)
        return process

    def wait_until_answers(self, port: int, *, seconds: float = 120) -> None:
        def answers() -> bool:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.sendall(b"GET /language/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return line.recv(5) == b"HTTP/"
            return False

        wait_for(answers, seconds=seconds, what=f"the web server does not answer: {self.logs()}")

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL for the process and everything it started."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def end(self) -> None:
        for process in list(self.processes):
            self.kill(process)

    def ask(self, script: str, *arguments: str, seconds: float = 240) -> Any:
        """What one of the scripts beside this file prints, run inside the installation."""
        done = subprocess.run(
            [sys.executable, "-m", f"tests.faults.{script}", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)

    def gridloop(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "gridloop.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=240)

    def logs(self) -> str:
        return "\n".join(
            path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("*.log"))
        )


class Fresh:
    """A fresh database: a file in the folder, or one more on the server that DATABASE_URL names."""

    def __init__(self, folder: Path, name: str = "faults") -> None:
        self.server = os.environ.get("DATABASE_URL", "")
        self.name = f"gridloop_{name}_{os.getpid()}_{int(time.time() * 1000) % 10**7}"
        self.on_postgres = self.server.startswith("postgres")
        if self.on_postgres:
            self.tell(f'CREATE DATABASE "{self.name}"')
            self.address = f"{self.server.rpartition('/')[0]}/{self.name}"
        else:
            self.address = f"sqlite:///{folder / 'gridloop.sqlite3'}"

    def tell(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)

    def drop(self) -> None:
        if self.on_postgres:
            self.tell(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
