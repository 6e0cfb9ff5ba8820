"""Sessions in the database, found by a query that is written once a process (W1)."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

from core.prepared import Prepared


def _found(session_key: str, now: datetime):
    return SessionStore.get_model_class().objects.filter(
        session_key=session_key, expire_date__gt=now
    )


_LIVE = Prepared(_found, session_key=str, now=datetime)


class SessionStore(DatabaseSessionStore):
    """As Django keeps sessions; only the look-up is its own."""

    def _get_session_from_db(self):
        session = _LIVE.first(session_key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None
        return session
