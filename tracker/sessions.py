"""Sessions in the database, as Django keeps them; read with one prepared question, since every page asks for one."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from core.clock import now
from core.prepared import prepared


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> Session | None:
        for session in _sessions(self.session_key, now()):
            return session
        self._session_key = None
        return None


@prepared
def _sessions(key: Any, at: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at).order_by()
