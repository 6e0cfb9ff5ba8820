"""The supervisor of `make run`, with small children in place of web, worker and beat."""

import json
import time

import pytest

from tests.ops.processes import OnTerminal, processes_with, wait_until

PROGRAM = """
import json, os, pathlib, sys
from ops import supervisor
from ops.supervisor import Child, Supervisor, command

supervisor.BACK_OFF_SECONDS = float(sys.argv[2])
house = Supervisor()
house.listen()
for name, code in json.loads(sys.argv[1]).items():
    spawn = command(
        [sys.executable, "-c", code], environment=os.environ, folder=pathlib.Path.cwd()
    )
    house.add(Child(name, spawn))
sys.exit(house.run())
"""
SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(600)"
)
CRASHER = "import sys, time; print('crash at', time.time(), flush=True); sys.exit(3)"


@pytest.fixture
def start(tmp_path):
    started = []

    def start_with(back_off=1.0, **children: str) -> OnTerminal:
        arguments = ["-c", PROGRAM, json.dumps(children), str(back_off)]
        started.append(OnTerminal(*arguments, TEST_MARK=str(tmp_path)))
        return started[-1]

    yield start_with
    for terminal in started:
        terminal.close()


def test_crashed_child_starts_again_after_one_and_two_seconds(start):
    terminal = start(crasher=CRASHER)

    terminal.wait_for("starts again in 4 s", seconds=15)

    moments = [float(line.split()[-1]) for line in terminal.text.splitlines() if "crash at" in line]
    assert [int(later - earlier) for earlier, later in zip(moments, moments[1:], strict=False)] == [
        1,
        2,
    ]


def test_supervisor_gives_up_after_five_crashes_and_stops_the_others(start, tmp_path):
    terminal = start(back_off=0.02, crasher=CRASHER, sleeper=SLEEPER)

    assert terminal.wait() == 1
    assert "crasher ended 5 times in a minute; giving up" in terminal.text
    assert processes_with(str(tmp_path)) == []


def test_ctrl_c_stops_every_child(start, tmp_path):
    terminal = start(first=SLEEPER, second=SLEEPER)
    terminal.wait_for("second | awake")

    terminal.press_ctrl_c()

    assert terminal.wait() == 0
    assert processes_with(str(tmp_path)) == []


def test_second_ctrl_c_forces(start, tmp_path):
    terminal = start(stubborn=STUBBORN)
    terminal.wait_for("deaf")
    terminal.press_ctrl_c()
    terminal.wait_for("press Ctrl-C again to force")
    began = time.monotonic()

    terminal.press_ctrl_c()

    assert terminal.wait() == 0
    assert time.monotonic() - began < 5
    assert processes_with(str(tmp_path)) == []


def test_killed_supervisor_leaves_no_child(start, tmp_path):
    terminal = start(first=SLEEPER, second=SLEEPER)
    terminal.wait_for("second | awake")
    terminal.wait_for("first | awake")
    assert len(processes_with(str(tmp_path))) == 3

    terminal.kill()

    wait_until(lambda: processes_with(str(tmp_path)) == [], seconds=5, what="no child")
