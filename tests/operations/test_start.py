"""A whole installation as a person starts it: it answers, survives its parts' death, and leaves nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One `gridloop start` in a process group of its own."""

    def __init__(self, folder: Path, *, log: Path) -> None:
        self.port = free_port()
        self.log = log
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GRIDLOOP_")},
            "GRIDLOOP_DATA": str(folder),
            "GRIDLOOP_PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{folder / 'gridloop.sqlite3'}",
            "LANG": "C.UTF-8",
        }
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gridloop.cli", "start"],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def wait_for(self, condition, *, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def members(self) -> dict[int, str]:
        """The living processes of the group, with their command lines."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid and fields[0] != "Z":
                    found[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, ValueError):
                continue
        return found

    def one(self, words: str) -> int:
        return min(process for process, line in self.members().items() if words in line)

    def doctor(self) -> dict[str, str]:
        command = [sys.executable, "-m", "gridloop.cli", "doctor", "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        return {finding["about"]: finding["level"] for finding in json.loads(done.stdout)}

    def end(self) -> None:
        for process in self.members():
            os.kill(process, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with ExitStack() as ending:
        started = Running(tmp_path / "data", log=tmp_path / "log")
        ending.callback(started.end)
        started.wait_for(started.answers)
        yield started


def test_everything_comes_back_and_nothing_stays(running: Running) -> None:
    assert {"web server": "OK", "database": "OK", "tables": "OK"}.items() <= running.doctor().items()
    web, worker = running.one("gunicorn"), running.one("gridloop.cli work")

    os.kill(web, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    running.wait_for(lambda: "worker ended" in running.log.read_text())
    running.wait_for(lambda: running.answers() and running.one("gunicorn") != web)
    running.wait_for(lambda: any("gridloop.cli work" in line for line in running.members().values()))
    assert "web ended (signal SIGKILL)" in running.log.read_text()

    running.process.terminate()

    assert running.process.wait(30) == 0
    assert running.members() == {}


def test_second_start_on_the_same_port_is_refused(running: Running) -> None:
    command = [sys.executable, "-m", "gridloop.cli", "start"]
    again = subprocess.run(command, env=running.environment, capture_output=True, text=True)

    assert again.returncode == 1
    assert f"GRIDLOOP_PORT={running.port + 1}" in again.stderr
    assert "Traceback" not in again.stderr


def test_ctrl_c_stops_the_whole_group(running: Running) -> None:
    os.killpg(running.process.pid, signal.SIGINT)

    assert running.process.wait(30) == 0
    assert running.members() == {}
    assert "Traceback" not in running.log.read_text()


def test_web_process_stays_small(running: Running) -> None:
    sizes = [
        int(line.split()[1]) // 1024
        for process, command in running.members().items()
        if "gunicorn" in command
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]

    assert max(sizes) < 250
