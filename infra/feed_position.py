"""How far participants were told of the numbered log, and the lock of the one process that tells them."""

import psycopg

from events.errors import Corrupt
from infra.log_position import LogPosition

LOCK = 0x7A7668_03  # the migrations hold 0x7A7668_01, the relay 0x7A7668_02; all spell "zvh"


class FeedPosition(LogPosition):
    """The one position of the feeds."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, "feeds")

    def _try_lock(self, session: psycopg.Connection) -> bool:
        row = session.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        return bool(row and row[0])

    def _next_index(self, session: psycopg.Connection) -> int:
        row = session.execute("SELECT next_index FROM log.feeds").fetchone()
        if row is None:
            raise Corrupt("De plaats van de berichten aan deelnemers ontbreekt in de database (log.feeds).")
        return int(row[0])

    def _move(self, session: psycopg.Connection, next_index: int) -> None:
        session.execute("UPDATE log.feeds SET next_index = greatest(next_index, %s)", (next_index,))
