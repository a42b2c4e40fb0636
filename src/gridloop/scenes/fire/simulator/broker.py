"""A throw-away Mosquitto on a free port of the loopback, for tests and measurements."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """One broker that can be killed and started again on its own port, with what it kept on the disk."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, free_port()
        lines = [
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous true",
            "max_inflight_messages 1000",
            "max_queued_messages 200000",
            f"persistence {'true' if durable else 'false'}",
            *([f"persistence_location {folder}/", "autosave_on_changes true", "autosave_interval 1"] if durable else []),
            "log_type error",
            "log_type warning",
            "set_tcp_nodelay true",
            # Started as root it would become a user who may not enter the folder of a test.
            *(["user root"] if os.geteuid() == 0 else []),
        ]  # fmt: skip
        (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> "Mosquitto":
        if PROGRAM is None:
            raise FileNotFoundError("mosquitto is not installed here: 'tools/prepare --broker' brings it")
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                [PROGRAM, "-c", str(self.folder / "mosquitto.conf")], stdout=log, stderr=log
            )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            time.sleep(0.02)
        raise TimeoutError((self.folder / "broker.log").read_text())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None
