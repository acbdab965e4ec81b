"""The numbered log in PostgreSQL: the embedded twin of the topic of facts."""

import struct
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from uuid import UUID

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from events.errors import Unavailable
from events.receipt import Numbered

_HEADER = 19  # signature of 11 bytes, flags and length of the extension, 4 bytes each
_ROW = struct.Struct("!hiqi")  # number of columns; length and value of the index; length of the fact
# Numbers follow notification ids, so both orders are one; in this one two sorted indexes are merged without sorting.
_COPY = """
COPY (
    SELECT n.index, e.state FROM log.numbered AS n JOIN facts.stored_events AS e USING (notification_id)
    WHERE n.notification_id >= (SELECT notification_id FROM log.numbered WHERE index >= {first} ORDER BY index LIMIT 1)
      AND e.notification_id >= (SELECT notification_id FROM log.numbered WHERE index >= {first} ORDER BY index LIMIT 1)
      AND n.index < {stop} ORDER BY n.notification_id
) TO STDOUT (FORMAT BINARY)
"""


class NumberedLog:
    """Fits ``services.ports.FactLog``. Holds no connection between calls."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def read(self, first: int, stop: int | None = None) -> Iterator[Numbered]:
        """See the port. A stream: memory does not grow with the length of the log. Raises: Unavailable."""
        end = self.size() if stop is None else stop
        if first >= end:
            return
        with _asking(), closing(psycopg.connect(self._dsn, autocommit=True)) as session:
            # In order without sorting or hashing, so that neither side holds more than a row at a time.
            for setting in ("enable_sort", "enable_hashjoin", "enable_seqscan"):
                session.execute(f"SET {setting} = off".encode())
            yield from _copied(session.pgconn, _COPY.format(first=int(first), stop=int(end)))

    def size(self) -> int:
        """Return how many facts are numbered. Raises: Unavailable."""
        with _asking(), psycopg.connect(self._dsn) as session:
            row = session.execute("SELECT coalesce(max(index) + 1, 0) FROM log.numbered").fetchone()
            return int(row[0]) if row else 0

    def at(self, indexes: Collection[int]) -> list[Numbered]:
        """Return the facts that stand at these places, in order of index. Raises: Unavailable."""
        with _asking(), psycopg.connect(self._dsn) as session:
            rows = session.execute(
                "SELECT n.index, e.state FROM log.numbered AS n JOIN facts.stored_events AS e USING (notification_id) "
                "WHERE n.index = ANY(%s) ORDER BY n.index",
                (sorted(indexes),),
            )
            return [Numbered(int(index), bytes(value)) for index, value in rows]

    def indexes(self, case_id: UUID) -> dict[int, int]:
        """Return sequence -> log index of the numbered facts of one case. Raises: Unavailable."""
        with _asking(), psycopg.connect(self._dsn) as session:
            rows = session.execute(
                "SELECT e.originator_version, n.index FROM facts.stored_events AS e "
                "JOIN log.numbered AS n USING (notification_id) WHERE e.originator_id = %s",
                (case_id,),
            )
            return {int(sequence): int(index) for sequence, index in rows}


def _copied(connection: PGconn, statement: str) -> Iterator[Numbered]:
    """Yield the rows of a COPY. Asks libpq itself: the driver's own loop costs more than all the work on a fact."""
    result = connection.exec_(statement.encode())
    if result.status != ExecStatus.COPY_OUT:
        raise psycopg.OperationalError("COPY was refused")
    place = _HEADER
    while True:
        size, data = connection.get_copy_data(0)
        if size == -1:
            break
        # The header stands before the first row, in a block of its own or in that row's.
        if size - place > _ROW.size:
            columns, _, index, length = _ROW.unpack_from(data, place)
            if columns == 2:
                first = place + _ROW.size
                yield Numbered(index, bytes(data[first : first + length]))
        place = 0
    ended = connection.get_result()
    if ended is None or ended.status != ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError("COPY was broken off")


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise Unavailable(f"Het logboek antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.") from None
