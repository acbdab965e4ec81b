"""How far the numbered log was written out under a name, and the lock of the one process that does so."""

import psycopg

from infra.log_position import LogPosition

LOCK_CLASS = 0x7A7668_05  # first half of a lock in two halves; the second half is the name


class ExportPosition(LogPosition):
    """The position of one export. A name that was never used starts at the beginning of the log."""

    def __init__(self, dsn: str, export: str) -> None:
        super().__init__(dsn, f"export-{export}")
        self._export = export

    def _try_lock(self, session: psycopg.Connection) -> bool:
        statement = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
        row = session.execute(statement, (LOCK_CLASS, self._export)).fetchone()
        return bool(row and row[0])

    def _next_index(self, session: psycopg.Connection) -> int:
        row = session.execute("SELECT next_index FROM log.exports WHERE name = %s", (self._export,)).fetchone()
        return int(row[0]) if row else 0

    def _move(self, session: psycopg.Connection, next_index: int) -> None:
        session.execute(
            "INSERT INTO log.exports (name, next_index) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET next_index = greatest(log.exports.next_index, excluded.next_index)",
            (self._export, next_index),
        )
