"""The numbered log in PostgreSQL: the embedded twin of the topic of facts."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from events.errors import Unavailable
from events.receipt import Numbered

SOURCE = "log"
"""Name of this source in the table of positions."""
_HEADER = 19  # signature of 11 bytes, flags and length of the extension, 4 bytes each
_ROW = struct.Struct("!hiqi")  # number of columns; length and value of the index; length of the fact
_COPY = """
COPY (
    SELECT n.index, e.state FROM log.numbered AS n JOIN facts.stored_events AS e USING (notification_id)
    WHERE n.index >= {first} AND n.index < {stop} ORDER BY n.index
) TO STDOUT (FORMAT BINARY)
"""


class NumberedLog:
    """Fits ``services.ports.FactLog``. Holds no connection between calls."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def read(self, first: int, stop: int | None = None) -> Iterator[Numbered]:
        """See the port. A stream: memory does not grow with the length of the log. Raises: Unavailable."""
        with _asking(), psycopg.connect(self._dsn) as session:
            # The planner may pick a nested loop over the index, or a merge; both keep the order without sorting.
            session.execute("SET enable_sort = off")
            end = self.size() if stop is None else stop
            with (
                session.cursor() as cursor,
                cursor.copy(_COPY.format(first=int(first), stop=int(end)).encode()) as copy,
            ):
                place = _HEADER
                for block in copy:
                    # The header stands before the first row, in a block of its own or in that row's.
                    data, place = block[place:], 0
                    if len(data) >= _ROW.size:
                        columns, _, index, length = _ROW.unpack_from(data)
                        if columns == 2:
                            yield Numbered(index, bytes(data[_ROW.size : _ROW.size + length]))

    def size(self) -> int:
        """Return how many facts are numbered. Raises: Unavailable."""
        with _asking(), psycopg.connect(self._dsn) as session:
            row = session.execute("SELECT coalesce(max(index) + 1, 0) FROM log.numbered").fetchone()
            return int(row[0]) if row else 0

    def indexes(self, case_id: UUID) -> dict[int, int]:
        """Return sequence -> log index of the numbered facts of one case. Raises: Unavailable."""
        with _asking(), psycopg.connect(self._dsn) as session:
            rows = session.execute(
                "SELECT e.originator_version, n.index FROM facts.stored_events AS e "
                "JOIN log.numbered AS n USING (notification_id) WHERE e.originator_id = %s",
                (case_id,),
            )
            return {int(sequence): int(index) for sequence, index in rows}


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise Unavailable(f"Het logboek antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.") from None
