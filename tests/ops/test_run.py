"""`make run` on the real house: PostgreSQL, Redis, web, worker and beat."""

import json
import os
import socket
import stat
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import psycopg2
import pytest

from ops.processes import free_port, may_reach
from tests.ops.processes import ROOT, OnTerminal, processes_with, run_module, wait_until

NOBODY = 65534


def health(port: int) -> tuple[int, dict]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as talk:
        talk.request("GET", "/healthz", headers={"Host": "localhost"})
        answer = talk.getresponse()
        return answer.status, json.loads(answer.read())


def ask_database(var, question: str) -> list[tuple]:
    url = json.loads((var / "run.json").read_text())["DATABASE_URL"]
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall() if cursor.description else []


def test_house_starts_survives_kill_keeps_its_data_and_stops(tmp_path):
    var, port = tmp_path / "var", free_port()
    environment = {"WIN4UA_VAR": str(var), "PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    first = OnTerminal("-m", "ops.run", **environment)
    second = None
    try:
        first.wait_for(f"WIN4UA is running at http://localhost:{port}/", seconds=120)
        assert stat.S_IMODE((var / "secrets.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((var / "logins.txt").stat().st_mode) == 0o600
        logins = (var / "logins.txt").read_text()
        assert logins.splitlines()[0] in first.text
        users = ask_database(var, "SELECT count(*) FROM core_user")
        wait_until(lambda: health(port)[0] == 200, seconds=60, what="a healthy house")
        assert isinstance(health(port)[1]["oldest_due_letter"], int)
        again = run_module("-m", "ops.run", WIN4UA_VAR=str(var), PORT=str(free_port()))
        assert (again.returncode, "running already" in again.stderr) == (1, True)

        first.kill()
        wait_until(lambda: processes_with(str(var)) == [], seconds=15, what="nothing left")

        second = OnTerminal("-m", "ops.run", **environment)
        second.wait_for(f"WIN4UA is running at http://localhost:{port}/", seconds=120)
        assert "loading the demonstration" not in second.text
        assert (var / "logins.txt").read_text() == logins
        assert ask_database(var, "SELECT count(*) FROM core_user") == users

        second.press_ctrl_c()
        assert second.wait() == 0
        assert processes_with(str(var)) == []
    finally:
        first.close()
        if second:
            second.close()


@pytest.mark.parametrize("port", ["0", "70000", "eighty", "-1", "٨"])
def test_port_that_is_none_is_refused_in_words(port, tmp_path):
    done = run_module("-m", "ops.run", PORT=port, WIN4UA_VAR=str(tmp_path / "var"))

    assert (done.returncode, done.stderr) == (
        1,
        f"PORT={port} is not a port; try `make run PORT=8001`.\n",
    )


def test_taken_port_is_told_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_module("-m", "ops.run", PORT=str(port), WIN4UA_VAR=str(tmp_path / "var"))

    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken by another program; nothing was started.")
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    "who",
    [
        pytest.param("nobody", marks=pytest.mark.skipif(os.geteuid() != 0, reason="needs root")),
        pytest.param("namespace", marks=pytest.mark.skipif(os.geteuid() != 0, reason="needs root")),
        pytest.param("copy", marks=pytest.mark.skipif(os.geteuid() != 0, reason="needs root")),
        "oneself",
    ],
)
def test_servers_start_whoever_starts_them(who):
    """As root by each of three ways to not be root, and as a plain user."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    user = {}
    if who == "oneself":
        if os.geteuid() == 0 and not may_reach(os.path.realpath(sys.executable), NOBODY, NOBODY):
            pytest.skip("this Python lies where a plain user may not go")
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    else:
        environment["WIN4UA_PG_AS_ROOT"] = who
    ask = "import os, psycopg2; psycopg2.connect(os.environ['DATABASE_URL'])"

    done = subprocess.run(
        [sys.executable, "-m", "ops.services", "--", sys.executable, "-c", ask],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        **user,
    )

    assert (done.returncode, done.stderr) == (0, "")
