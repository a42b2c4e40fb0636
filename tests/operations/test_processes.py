"""The supervisor: it restarts what dies, and nothing outlives it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gridloop.core.journal.errors import Refusal
from gridloop.operations.processes import (
    Child,
    Supervisor,
    require_free_port,
    said_of,
    wait_until_it_answers,
)

SLEEPER = "import time; time.sleep(60)"
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""
STUBBORN_PARENT = f"""
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}])
signal.pause()
"""
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}])
print(child.pid, flush=True)
child.wait()
"""


def python(name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code])


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


SUPERVISED = """
import sys
from gridloop.operations.processes import Child, Supervisor
codes = {codes!r}
children = [Child(f"child {{number}}", [sys.executable, "-c", code]) for number, code in enumerate(codes)]
def started(supervisor):
    print("started", *(child.process.pid for child in supervisor.children), flush=True)
def say(words):
    print(words, flush=True)
sys.exit(Supervisor(children, patience={patience}, say=say).run(started=started))
"""


Supervised = Callable[..., tuple[subprocess.Popen[str], list[int]]]


@pytest.fixture
def supervise() -> Iterator[Supervised]:
    """Starts a supervisor in a process (and a group) of its own; answers it and its children's ids."""
    with ExitStack() as ending:

        def start(*codes: str, patience: float = 5.0) -> tuple[subprocess.Popen[str], list[int]]:
            program = textwrap.dedent(SUPERVISED).format(codes=codes, patience=patience)
            supervisor = ending.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
                )
            )
            ending.callback(supervisor.kill)
            line = supervisor.stdout.readline()
            assert line.startswith("started")
            return supervisor, [int(word) for word in line.split()[1:]]

        yield start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(supervise: Supervised, number: signal.Signals) -> None:
    supervisor, children = supervise(SLEEPER, SLEEPER)

    supervisor.send_signal(number)

    assert supervisor.wait(10) == 0
    assert not any(is_alive(child) for child in children)


def test_children_share_one_process_group(supervise: Supervised) -> None:
    supervisor, children = supervise(SLEEPER, SLEEPER)

    groups = {os.getpgid(process) for process in [supervisor.pid, *children]}
    supervisor.terminate()
    supervisor.wait(10)

    assert groups == {supervisor.pid}


def test_dead_child_starts_again(supervise: Supervised) -> None:
    supervisor, (child,) = supervise(SLEEPER)

    os.kill(child, signal.SIGKILL)
    said = supervisor.stdout.readline()
    time.sleep(1.0)
    again = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text().split()
    supervisor.terminate()

    assert "child 0 ended (signal SIGKILL); it starts again in 0.5 s" in said
    assert len(again) == 1 and int(again[0]) != child
    assert supervisor.wait(10) == 0


def test_child_that_will_not_end_is_killed(supervise: Supervised) -> None:
    supervisor, (child,) = supervise(STUBBORN, patience=0.5)
    assert int(supervisor.stdout.readline()) == child

    supervisor.terminate()

    assert supervisor.wait(10) == 1
    assert not is_alive(child)


def test_child_of_a_child_that_is_killed_does_not_stay(supervise: Supervised) -> None:
    supervisor, (child,) = supervise(STUBBORN_PARENT, patience=0.5)
    grandchild = int(supervisor.stdout.readline())

    supervisor.terminate()

    assert supervisor.wait(15) == 1
    assert not is_alive(child)
    assert not is_alive(grandchild)


def test_orphan_of_a_killed_child_does_not_stay(supervise: Supervised) -> None:
    supervisor, (child,) = supervise(PARENT)
    grandchild = int(supervisor.stdout.readline())

    os.kill(child, signal.SIGKILL)
    supervisor.stdout.readline()
    supervisor.terminate()
    supervisor.wait(15)

    assert not is_alive(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_end_when_the_supervisor_itself_is_killed(supervise: Supervised) -> None:
    supervisor, children = supervise(SLEEPER, SLEEPER)

    supervisor.kill()
    supervisor.wait(10)

    wait_for(lambda: not any(is_alive(child) for child in children))


def test_pauses_grow_and_stay_bounded() -> None:
    child = python("a", SLEEPER)
    child.started = time.monotonic()

    pauses = [child.note_death() for _ in range(10)]

    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses[-1] == 30.0


def test_long_life_is_forgiven() -> None:
    child = python("a", SLEEPER)
    child.deaths = 5
    child.started = time.monotonic() - 61

    assert child.note_death() == 0.5


def test_taken_port_is_refused_with_another_to_try() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Refusal, match=f"GRIDLOOP_PORT={port + 1}"):
            require_free_port("127.0.0.1", port)


def test_waiting_for_an_answer_gives_up_when_told() -> None:
    assert not wait_until_it_answers("127.0.0.1", 9, patience=30, give_up=lambda: True)


def test_supervisor_without_children_stops_at_once() -> None:
    assert Supervisor([]).stop() == 0


def test_way_of_ending_is_said() -> None:
    assert said_of(3) == "status 3"
    assert said_of(-9) == "signal SIGKILL"
