"""How far somebody followed the numbered log, and the lock of the one process that follows it. One base, many names."""

import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import psycopg
from psycopg import sql

from events.errors import Unavailable
from infra.database_faults import SILENT
from infra.numbering import NUMBERED

# A worker that vanished without a word would hold the lock until the server's system notices, two hours by default.
_SESSION = """
SET synchronous_commit = on;
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
"""


class LogPosition(ABC):
    """Fits ``services.telling.Position``. One database session, which also holds the lock."""

    def __init__(self, dsn: str, name: str) -> None:
        self._dsn = dsn
        self._name = f"zvh-{name} {socket.gethostname()} {os.getpid()}"
        self._session: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the session, and with it the lock."""
        if self._session is not None:
            with suppress(psycopg.Error):
                # The server may take a while to see that a session ended; whoever comes next need not wait for that.
                self._session.execute("SELECT pg_advisory_unlock_all()")
        self._drop()

    def _drop(self) -> None:
        """Let go of a session that may not answer any more."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def lock(self) -> bool:
        """See ``services.telling.Position``."""
        if self._session is not None:
            return True
        session: psycopg.Connection | None = None
        try:
            session = psycopg.connect(self._dsn, autocommit=True, application_name=self._name, connect_timeout=5)
            session.execute(_SESSION)
            if self._try_lock(session):
                session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(NUMBERED)))
                self._session, session = session, None
                return True
            return False
        except SILENT as error:
            raise _unavailable(error) from None
        finally:
            if session is not None:
                session.close()

    def next_index(self) -> int:
        """See ``services.telling.Position``."""
        with self._own_session() as session:
            return self._next_index(session)

    def look(self) -> int:
        """See ``services.telling.Position``."""
        try:
            with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as session:
                return self._next_index(session)
        except SILENT as error:
            raise _unavailable(error) from None

    def move(self, next_index: int) -> None:
        """See ``services.telling.Position``."""
        with self._own_session() as session:
            self._move(session, next_index)

    def wait(self, seconds: float) -> None:
        """See ``services.telling.Position``."""
        with self._own_session() as session:
            for _ in session.notifies(timeout=seconds, stop_after=1):
                pass

    @abstractmethod
    def _try_lock(self, session: psycopg.Connection) -> bool: ...

    @abstractmethod
    def _next_index(self, session: psycopg.Connection) -> int: ...

    @abstractmethod
    def _move(self, session: psycopg.Connection, next_index: int) -> None: ...

    @contextmanager
    def _own_session(self) -> Iterator[psycopg.Connection]:
        if self._session is None:
            raise Unavailable("Dit proces volgt het logboek van deze database niet (meer).")
        try:
            yield self._session
        except SILENT as error:
            self._drop()
            raise _unavailable(error) from None


def _unavailable(error: psycopg.Error) -> Unavailable:
    return Unavailable(f"De database antwoordt niet ({type(error).__name__}). Controleer of PostgreSQL draait.")
