"""The numbering of the log: a dense index from 0 for every stored fact, in the order of commitment.

With a transparency log, a fact becomes a leaf in the transaction that numbers it, under a signed root per batch.
"""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import msgspec
import psycopg
from psycopg import sql

from events.errors import Corrupt, Unavailable
from infra.database_faults import SILENT
from infra.transparency.store import LogWriter

LOCK = 0x7A7668_02  # the migrations hold 0x7A7668_01; both spell "zvh"
CATCH_UP = 5000
"""Leaves per transaction when facts were numbered before there was a log of leaves."""
CHANNEL = "stored_events"  # the library announces each commit here, under the name of its table
NUMBERED = "numbered_facts"
"""Where it is announced that facts got their number."""

# A relay that vanished without a word would hold the lock until the server's system notices, two hours by default.
_SESSION = """
SET synchronous_commit = on;
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
"""

# A fact's number is its rank by notification_id: rows are never removed and ids rise in the order of commitment, so
# a later fact never gets an earlier place, and holes in the ids leave no hole in the index.
_NUMBER = """
WITH place AS (
    SELECT coalesce(max(index) + 1, 0) AS next_index, coalesce(max(notification_id), 0) AS last_id FROM log.numbered
)
INSERT INTO log.numbered (index, notification_id)
SELECT place.next_index - 1 + row_number() OVER (ORDER BY fresh.notification_id), fresh.notification_id
FROM place CROSS JOIN LATERAL (
    SELECT notification_id FROM facts.stored_events
    WHERE notification_id > place.last_id ORDER BY notification_id LIMIT %s
) AS fresh
"""
_READ = """
SELECT n.index, e.originator_id::text, e.topic, e.state
FROM log.numbered AS n JOIN facts.stored_events AS e USING (notification_id)
WHERE n.index >= %s ORDER BY n.index LIMIT %s
"""
_UNNUMBERED = """
SELECT count(*) FROM facts.stored_events
WHERE notification_id > (SELECT coalesce(max(notification_id), 0) FROM log.numbered)
"""
_SIZE = "SELECT coalesce(max(index) + 1, 0) FROM log.numbered"
_HOLDER = """
SELECT a.application_name, a.pid, to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = %s
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class _Identity(msgspec.Struct):
    id: str


_IDENTITY = msgspec.json.Decoder(_Identity)


@dataclass(frozen=True, slots=True)
class NumberedFact:
    """One fact with its place in the whole log; ``value`` is the stored bytes, untouched."""

    index: int
    case_id: str
    type_name: str
    fact_id: str
    value: bytes


class Numbering:
    """Fits ``services.relay.Numbering``. One database session at a time, which also holds the lock of the relay.

    Not for use by several threads, except ``size`` and ``unnumbered``, which look through a session of their own.

    Args:
        tree: lets the transparency log grow along; without one, facts get a number and no leaf.
    """

    def __init__(self, dsn: str, tree: LogWriter | None = None) -> None:
        self._dsn, self._tree = dsn, tree
        self._name = f"zvh-relay {socket.gethostname()} {os.getpid()}"
        self._session: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the session, and with it the lock."""
        if self._session is not None:
            self._session.close()
            self._session = None
        if self._tree is not None:
            self._tree.forget()  # what was under way when a session went may be committed, or not

    def lock(self) -> str | None:
        """See ``services.relay.Numbering``."""
        if self._session is not None:
            return None
        try:
            session = psycopg.connect(self._dsn, autocommit=True, application_name=self._name, connect_timeout=5)
            holder = _take_lock(session)
        except SILENT as error:
            raise _unavailable(error) from None
        if holder is None:
            self._session = session
        else:
            session.close()
        return holder

    def number(self, limit: int) -> int:
        """See ``services.relay.Numbering``."""
        with self._own_session() as session:
            if self._tree is not None:
                self._open(session, self._tree)
            with session.transaction():
                count = session.execute(_NUMBER, (limit,)).rowcount
                if not count:
                    return 0
                grown = self._tree.grow(session, _facts(session, self._tree.size, count)) if self._tree else None
                session.execute("SELECT pg_notify(%s, '')", (NUMBERED,))
            if self._tree is not None and grown is not None:
                self._tree.settle(grown)
            return count

    def read(self, first: int, limit: int) -> Sequence[NumberedFact]:
        """See ``services.relay.Numbering``."""
        with self._own_session() as session:
            return _facts(session, first, limit)

    def wait(self, seconds: float) -> None:
        """See ``services.relay.Numbering``."""
        with self._own_session() as session:
            for _ in session.notifies(timeout=seconds, stop_after=1):
                pass

    def size(self) -> int:
        """See ``services.relay.Numbering``."""
        return self._look(_SIZE)

    def unnumbered(self) -> int:
        """See ``services.relay.Numbering``."""
        return self._look(_UNNUMBERED)

    @staticmethod
    def _open(session: psycopg.Connection, tree: LogWriter) -> None:
        """Have the log checked once per session, and give the facts that were numbered without it their leaves."""
        if tree.is_open:
            return
        tree.open(session)
        while facts := _facts(session, tree.size, CATCH_UP):
            with session.transaction():
                grown = tree.grow(session, facts)
            tree.settle(grown)

    def _look(self, query: str) -> int:
        try:
            with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as session:
                return _one(session.execute(query))
        except SILENT as error:
            raise _unavailable(error) from None

    @contextmanager
    def _own_session(self) -> Iterator[psycopg.Connection]:
        if self._session is None:
            raise Unavailable("Dit proces is niet (meer) de doorgever van deze database.")
        try:
            yield self._session
        except SILENT as error:
            self.close()
            raise _unavailable(error) from None


def _take_lock(session: psycopg.Connection) -> str | None:
    """Make *session* the one that relays, and listen for new facts; or tell who does it already."""
    session.execute(_SESSION)
    if _one(session.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))):
        session.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        return None
    holder = session.execute(_HOLDER, (LOCK,)).fetchone()
    # The holder may have gone between the two questions.
    return f"{holder[0]} (sessie {holder[1]}, sinds {holder[2]})" if holder else "een proces dat net stopt"


def _one(cursor: psycopg.Cursor) -> int:
    row = cursor.fetchone()
    if row is None:
        raise Corrupt("De database gaf geen rij terug waar er altijd een is.")
    return int(row[0])


def _facts(session: psycopg.Connection, first: int, limit: int) -> list[NumberedFact]:
    with session.cursor(binary=True) as cursor:
        rows = cursor.execute(_READ, (first, limit)).fetchall()
    return [NumberedFact(index, case, name, _fact_id(index, state), state) for index, case, name, state in rows]


def _fact_id(index: int, state: bytes) -> str:
    try:
        return _IDENTITY.decode(state).id
    except msgspec.MsgspecError:
        raise Corrupt(f"Het opgeslagen feit met nummer {index} is geen CloudEvent met een id.") from None


def _unavailable(error: psycopg.Error) -> Unavailable:
    return Unavailable(f"De database antwoordt niet ({type(error).__name__}). Controleer of PostgreSQL draait.")
