"""Two windows of one browser write one session: neither takes anything from the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from core.sessions import SessionStore

WINDOWS = 4


def kept(key: str) -> dict:
    return dict(SessionStore(key).items())


def session_with(**values) -> str:
    store = SessionStore()
    store.update(values)
    store.save()
    return store.session_key


def two_windows(key: str) -> tuple[SessionStore, SessionStore]:
    """Both have read the session before either writes it."""
    windows = SessionStore(key), SessionStore(key)
    for window in windows:
        window.load()
        window.get("anything")
    return windows


@pytest.mark.django_db
def test_what_two_windows_write_is_kept_together():
    """FT-18: added, changed and dropped by one, added by the other."""
    one, other = two_windows(session_with(stays=1, changes=1, goes=1))

    one["changes"] = 2
    del one["goes"]
    one["one"] = "a"
    one.save()
    other["other"] = "b"
    other.save()

    assert kept(one.session_key) == {"stays": 1, "changes": 2, "one": "a", "other": "b"}
    assert dict(other.items()) == kept(one.session_key)


@pytest.mark.django_db
def test_dropping_does_not_undo_what_the_other_window_wrote():
    one, other = two_windows(session_with(stays=1, goes=1))

    one["one"] = "a"
    one.save()
    del other["goes"]
    other.save()

    assert kept(one.session_key) == {"stays": 1, "one": "a"}


@pytest.mark.django_db
def test_window_may_write_twice():
    one, other = two_windows(session_with(stays=1))

    one["one"] = "a"
    one.save()
    other["other"] = "b"
    other.save()
    other["other"] = "c"
    other.save()
    one["last"] = "d"
    one.save()

    assert kept(one.session_key) == {"stays": 1, "one": "a", "other": "c", "last": "d"}


@pytest.mark.django_db
def test_session_that_was_ended_does_not_come_back():
    """V7.4.1: signed out in one window; the other one, which was slower, revives nothing."""
    one, other = two_windows(session_with(stays=1))

    one.flush()
    other["other"] = "b"
    with pytest.raises(UpdateError):
        other.save()

    assert Session.objects.count() == 0


@pytest.mark.django_db
def test_new_key_keeps_the_values_and_is_no_mixture():
    """After signing in the key is another; the one before is gone."""
    store = SessionStore(session_with(stays=1))
    before = store.session_key
    store["one"] = "a"

    store.cycle_key()
    del store["stays"]
    store.save()

    assert kept(store.session_key) == {"one": "a"}
    assert [each.pk for each in Session.objects.all()] == [store.session_key]
    assert store.session_key != before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "survive"), [(SessionStore, WINDOWS), (DatabaseSessionStore, 1)], ids=["ours", "other"]
)
def test_windows_that_write_at_the_same_moment(kind, survive):
    """FT-18: in real threads; Django's own way, for comparison, keeps the last one."""
    key = session_with(stays=1)
    have_read = Barrier(WINDOWS)

    def write(number: int) -> None:
        try:
            store = kind(key)
            store[f"window {number}"] = number
            have_read.wait(timeout=60)
            store.save()
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as pool:
        list(pool.map(write, range(WINDOWS)))

    values = kept(key)
    assert values.pop("stays") == 1
    assert len(values) == survive
