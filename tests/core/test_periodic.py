"""Periodic jobs never run side by side, whoever starts them (`security.md` 4.2, FT-31)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection

from core import periodic
from ops.visitor import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 2


class Job:
    """Waits until another of its kind is running too, or a moment has passed."""

    def __init__(self):
        self.running, self.most, self.began = 0, 0, 0
        self.lock, self.met = threading.Lock(), threading.Event()

    def __call__(self) -> str:
        with self.lock:
            self.began += 1
            self.running += 1
            self.most = max(self.most, self.running)
            if self.running == TOGETHER:
                self.met.set()
        self.met.wait(timeout=1)
        with self.lock:
            self.running -= 1
        return "done"


def from_two_beats(job) -> list:
    """What the job answers to two workers that begin it at the same moment."""
    gate = threading.Barrier(TOGETHER)

    def work(_number: int):
        gate.wait(timeout=20)
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(work, range(TOGETHER)))


def locked(job: Job):
    @periodic.one_at_a_time
    def periodic_job():
        return job()

    return periodic_job


def test_second_start_does_nothing_while_the_first_runs():
    job = Job()

    answers = from_two_beats(locked(job))

    assert (job.began, job.most) == (1, 1)
    assert sorted(answers, key=str) == [None, "done"]


def test_without_the_lock_both_would_run():
    """Negative control: two beats, two jobs side by side."""
    job = Job()

    answers = from_two_beats(job)

    assert (job.began, job.most, answers) == (2, 2, ["done", "done"])


def test_next_start_runs_again_also_after_an_error():
    def fail():
        raise LookupError("broken")

    job = periodic.one_at_a_time(fail)

    for _start in range(2):
        with pytest.raises(LookupError):
            job()


def test_jobs_of_different_names_do_not_wait_for_each_other():
    with periodic.held("one") as first, periodic.held("two") as second:
        assert (first, second, _is_free("one"), _is_free("two")) == (True, True, False, False)


def test_job_that_loses_its_own_connection_keeps_the_lock():
    """Letters are sent with locks of their own on the usual connection, and let go of all."""
    with periodic.held("send") as is_ours:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        connection.close()
        assert (is_ours, _is_free("send")) == (True, False)


def test_lock_ends_with_a_worker_that_is_killed():
    """The server ends what a connection held as soon as the connection is gone."""
    dead = connection.copy()
    try:
        dead.set_autocommit(False)
        with dead.cursor() as cursor:
            cursor.execute(periodic.LOCK, [periodic.PERIODIC, "killed"])
            assert cursor.fetchone()[-1] is True
            cursor.execute("SELECT pg_backend_pid()")
            [number] = cursor.fetchone()
        assert not _is_free("killed")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [number])
    finally:
        dead.close()

    assert wait_for(lambda: _is_free("killed"), seconds=10)


@pytest.fixture
def lent(monkeypatch):
    """A connection as a pooler lends it: whoever leaves it undoes a transaction, and no more."""
    session = connection.copy()
    end = session.close
    monkeypatch.setattr(session, "close", session.rollback)
    session.connect()
    yield session
    end()


def test_lock_does_not_stay_with_a_connection_that_was_lent(lent, monkeypatch):
    """Else the job would never run again, and nobody would be told."""
    with monkeypatch.context() as pooled:
        pooled.setattr(periodic, "connection", SimpleNamespace(copy=lambda: lent))
        with periodic.held("lent") as is_ours:
            pooled.undo()
            assert (is_ours, _is_free("lent")) == (True, False)

    assert _is_free("lent")


def test_long_job_keeps_its_lock_past_the_time_for_idle_transactions(lent, monkeypatch):
    """The house ends transactions that idle for half a minute, and not this one."""

    def limit() -> str:
        with lent.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            return cursor.fetchone()[0]

    before = limit()
    monkeypatch.setattr(periodic, "connection", SimpleNamespace(copy=lambda: lent))
    with periodic.held("long"):
        during = limit()

    assert (before, during, limit()) == ("30s", "0", "30s")


def _is_free(name: str) -> bool:
    with periodic.held(name) as is_ours:
        return is_ours
