"""FT-06: a real worker, and a Redis that only reads for a while."""

import os
import signal
import subprocess
import sys

import pytest
from celery import Celery
from redis import Redis as Client

from ops.processes import die_with_parent
from ops.services import Redis
from tests.ops.processes import ROOT, wait_until
from win4ua.heartbeat import MARKS

SECONDS = 120
AS_CELERY_HAS_IT = ["--", "broker.channel_error_retry=no"]


@pytest.fixture
def redis():
    with Redis() as server, Client.from_url(server.url()) as client:
        yield server, client


@pytest.fixture
def worker(redis, tmp_path):
    """Starts one worker with these words at the end, and waits until it says that it lives."""
    server, client = redis
    started = []

    def start(*words: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--quiet", "--app", "win4ua", "worker"]
                + ["--pool", "threads", "--concurrency", "1", "--loglevel", "WARNING"]
                + ["--without-gossip", "--without-mingle", "--without-heartbeat", *words],
                cwd=ROOT,
                env={**os.environ, "REDIS_URL": server.url(), "PYTHONWARNINGS": "ignore"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        started.append(process)
        wait_until(lambda: client.exists(MARKS["worker"]), seconds=SECONDS, what="it lives")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def send_note_of_life(url: str) -> None:
    with Celery("beat", broker=url, set_as_current=False) as beat:
        beat.send_task("win4ua.tasks.note_life")


def waits_for_tasks(client: Client) -> bool:
    return any(each["cmd"] == "brpop" for each in client.client_list())


def test_worker_outlives_a_redis_that_only_reads(redis, worker):
    server, client = redis
    process = worker()
    wait_until(lambda: waits_for_tasks(client), seconds=SECONDS, what="it waits for tasks")

    client.replicaof("127.0.0.1", "1")
    wait_until(lambda: not waits_for_tasks(client), seconds=SECONDS, what="it has been told")
    client.replicaof("NO", "ONE")
    client.delete(MARKS["worker"])
    send_note_of_life(server.url())

    wait_until(lambda: client.exists(MARKS["worker"]), seconds=SECONDS, what="it works again")
    assert process.poll() is None


def test_worker_as_celery_has_it_ends_at_the_first_refusal(redis, worker):
    """The control: without the setting it is gone, and only a supervisor brings another."""
    _server, client = redis
    process = worker(*AS_CELERY_HAS_IT)
    wait_until(lambda: waits_for_tasks(client), seconds=SECONDS, what="it waits for tasks")

    client.replicaof("127.0.0.1", "1")

    assert process.wait(SECONDS) != 0
