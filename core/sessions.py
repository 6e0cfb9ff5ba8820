"""Sessions in the database, found by a query that is written once a process (W1).

Two windows of one browser share a session, and each request writes the whole of it. So a session
that has changed since this request read it is not written over: what this request changed is put
over what the other one wrote, each key by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db import DatabaseError, router, transaction
from django.utils import timezone

from core.prepared import Prepared

MISSING = object()


def _found(session_key: str, now: datetime):
    return SessionStore.get_model_class().objects.filter(
        session_key=session_key, expire_date__gt=now
    )


_LIVE = Prepared(_found, session_key=str, now=datetime)


class SessionStore(DatabaseSessionStore):
    """As Django keeps sessions; the look-up is its own, and nothing is lost between windows."""

    _read = ""  # the row as this request read it; empty for a session that is new

    def _get_session_from_db(self):
        session = _LIVE.first(session_key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None
        else:
            self._read = session.session_data
        return session

    def save(self, must_create: bool = False) -> None:
        """Write what changed. Raises `UpdateError` when the session was ended meanwhile."""
        if must_create or self.session_key is None or not self._read:
            self._read = ""  # of the key before this one, if there was any
            super().save(must_create=must_create)
            return
        written = self.create_model_instance(self._get_session())
        try:
            if not self._put(written, over=self._read):
                self._put_together(written)
        except DatabaseError as error:
            raise UpdateError from error

    def _put_together(self, written: Any) -> None:
        """Another request wrote the row since this one read it: hold it, and keep both."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            stored = self.model.objects.select_for_update().filter(pk=self.session_key).first()
            if stored is None:
                raise UpdateError
            self._session_cache = _merged(
                base=self.decode(self._read),
                mine=self.decode(written.session_data),
                theirs=self.decode(stored.session_data),
            )
            merged = self.create_model_instance(self._session_cache)
            self._put(merged, over=stored.session_data)

    def _put(self, session: Any, *, over: str) -> bool:
        """Write the row if it still is `over`."""
        using = router.db_for_write(self.model, instance=session)
        with transaction.atomic(using=using):
            same = self.model.objects.using(using).filter(pk=session.pk, session_data=over)
            is_put = same.update(session_data=session.session_data, expire_date=session.expire_date)
        if is_put:
            self._read = session.session_data
        return bool(is_put)


def _merged(
    *, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """`theirs` with every key that `mine` has changed, added or dropped since `base`."""
    together = dict(theirs)
    for key in base.keys() | mine.keys():
        value = mine.get(key, MISSING)
        if value is MISSING:
            together.pop(key, None)
        elif value != base.get(key, MISSING):
            together[key] = value
    return together
