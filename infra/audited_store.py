"""The database as it stands, for a check of the whole house: read only, in one snapshot, and read by plain SQL.

None of the readers that the house works with: a check must not be led by what it checks.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import IsolationLevel, sql

from events.errors import Unavailable
from events.stored import StoredCheckpoint, StoredCommand, StoredFact, StoredTile

AT_ONCE = 1_000
"""Rows per round trip."""
_BEGIN: LiteralString = """
SELECT CASE WHEN %s = 0 THEN 0 ELSE coalesce((SELECT min(notification_id) FROM log.numbered WHERE index >= %s), 0) END
"""
_FACTS: LiteralString = """
SELECT notification_id, originator_id::text, originator_version, coalesce(topic, ''), coalesce(state, '')
FROM facts.stored_events WHERE notification_id >= %s ORDER BY notification_id
"""
_NUMBERS: LiteralString = """
SELECT notification_id, index FROM log.numbered WHERE notification_id >= %s ORDER BY notification_id
"""
_PLACES: LiteralString = "SELECT index, fact_id::text FROM log.leaves WHERE index >= %s ORDER BY index, fact_id"
_WITH_INDEX: LiteralString = (
    "SELECT e.notification_id, e.originator_id::text, e.originator_version, coalesce(e.topic, ''), "
    "coalesce(e.state, ''), n.index FROM facts.stored_events AS e "
)
_BY_CASE: LiteralString = (
    _WITH_INDEX + "LEFT JOIN log.numbered AS n USING (notification_id) ORDER BY e.originator_id, e.originator_version"
)
_AT: LiteralString = _WITH_INDEX + "JOIN log.numbered AS n USING (notification_id) WHERE n.index = ANY(%s)"
_COUNTERS: LiteralString = (
    'SELECT org, number, fact_id::text FROM facts.recipient_numbers ORDER BY org COLLATE "C", number'
)
_RECEIPTS: LiteralString = "SELECT org, task, number, access_id::text FROM facts.receipt_numbers"
_TILES: LiteralString = "SELECT level::int, number, octet_length(hashes) FROM log.tiles ORDER BY level, number"
_CHECKPOINTS = """
SELECT c.size, c.root, c.note,
    array(SELECT line FROM log.cosignatures AS s WHERE s.size = c.size ORDER BY name, key_id)
FROM log.checkpoints AS c WHERE c.size >= %s ORDER BY c.size
"""
_COMMANDS = """
SELECT command_id::text, case_id::text, first_sequence, last_sequence FROM facts.commands
ORDER BY case_id, first_sequence
"""


class AuditedStore:
    """Fits ``services.audit.fsck.Audited``. Use it as a context manager; for one thread."""

    def __init__(self, dsn: str) -> None:
        self._dsn, self._names = dsn, itertools.count()
        with _asking():
            self._session = psycopg.connect(dsn, connect_timeout=5, application_name="zvh-fsck")
            self._session.isolation_level = IsolationLevel.REPEATABLE_READ
            self._session.read_only = True

    def __enter__(self) -> "AuditedStore":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def facts(self, first: int) -> Iterator[StoredFact]:
        """See the port."""
        for row in self._stream(_FACTS, (self._begin(first),)):
            yield StoredFact(*row)

    def numbers(self, first: int) -> Iterator[tuple[int, int]]:
        """See the port."""
        for row in self._stream(_NUMBERS, (self._begin(first),)):
            yield row[0], row[1]

    def places(self, first: int) -> Iterator[tuple[int, str]]:
        """See the port."""
        for row in self._stream(_PLACES, (first,)):
            yield row[0], row[1]

    def facts_by_case(self) -> Iterator[StoredFact]:
        """See the port."""
        for row in self._stream(_BY_CASE):
            yield StoredFact(*row)

    def commands_by_case(self) -> Iterator[StoredCommand]:
        """See the port."""
        for row in self._stream(_COMMANDS):
            yield StoredCommand(*row)

    def rows_by_case(self, table: str) -> Iterator[Mapping[str, object]]:
        """See the port."""
        name = sql.Identifier("views", table)
        for (row,) in self._stream(sql.SQL("SELECT to_jsonb(t) FROM {} AS t ORDER BY case_id").format(name)):
            yield row

    def rows_by_index(self, table: str, first: int) -> Iterator[Mapping[str, object]]:
        """See the port."""
        query = sql.SQL("SELECT to_jsonb(t) FROM {} AS t WHERE index >= %s ORDER BY index")
        for (row,) in self._stream(query.format(sql.Identifier("views", table)), (first,)):
            yield row

    def rows_of(self, table: str) -> Iterator[Mapping[str, object]]:
        """See the port."""
        for (row,) in self._stream(sql.SQL("SELECT to_jsonb(t) FROM {} AS t").format(sql.Identifier("views", table))):
            yield row

    def at(self, indexes: Sequence[int]) -> Mapping[int, StoredFact]:
        """See the port."""
        return {row[-1]: StoredFact(*row) for row in self._rows(_AT, (list(indexes),))}

    def identity(self) -> tuple[str, str] | None:
        """See the port."""
        rows = self._rows("SELECT origin, verifier_key FROM log.identity")
        return (rows[0][0], rows[0][1]) if rows else None

    def checkpoints(self, first: int) -> Iterator[StoredCheckpoint]:
        """See the port."""
        for size, root, note, lines in self._stream(_CHECKPOINTS, (first,)):
            yield StoredCheckpoint(size, root, note, tuple(lines))

    def newest_size(self) -> int:
        """See the port."""
        return self._number("SELECT coalesce(max(size), 0) FROM log.checkpoints")

    def tile(self, level: int, number: int) -> StoredTile | None:
        """See the port."""
        query: LiteralString = "SELECT level, number, hashes, above FROM log.tiles WHERE level = %s AND number = %s"
        rows = self._rows(query, (level, number))
        return StoredTile(*rows[0]) if rows else None

    def tile_widths(self) -> Iterator[tuple[int, int, int]]:
        """See the port."""
        for row in self._stream(_TILES):
            yield row[0], row[1], row[2]

    def live_keys(self) -> Iterator[tuple[str, str]]:
        """See the port."""
        for row in self._stream("SELECT key_id::text, case_id::text FROM keys.data_keys"):
            yield row[0], row[1]

    def destroyed_cases(self) -> Iterator[str]:
        """See the port."""
        for (case_id,) in self._stream("SELECT case_id::text FROM keys.destroyed"):
            yield case_id

    def recipient_numbers(self) -> Iterator[tuple[str, int, str]]:
        """See the port."""
        for row in self._stream(_COUNTERS):
            yield row[0], row[1], row[2]

    def receipt_numbers(self) -> Iterator[tuple[str, str, int, str]]:
        """See the port."""
        for row in self._stream(_RECEIPTS):
            yield row[0], row[1], row[2], row[3]

    def positions(self) -> Sequence[tuple[str, int]]:
        """See the port."""
        return [
            (row[0], row[1]) for row in self._rows("SELECT source, last_index FROM views.positions ORDER BY source")
        ]

    def feeds(self) -> int | None:
        """See the port."""
        rows = self._rows("SELECT next_index FROM log.feeds")
        return int(rows[0][0]) if rows else None

    def size(self) -> int:
        """See the port."""
        return self._number("SELECT count(*) FROM log.numbered")

    def stored(self) -> int:
        """See the port."""
        return self._number("SELECT count(*) FROM facts.stored_events")

    def size_now(self) -> int:
        """See the port."""
        with _asking(), psycopg.connect(self._dsn, connect_timeout=5) as session:
            row = session.execute("SELECT coalesce(max(index) + 1, 0) FROM log.numbered").fetchone()
            return int(row[0]) if row else 0

    def _stream(
        self, query: LiteralString | sql.Composed, values: tuple[object, ...] = ()
    ) -> Iterator[tuple[Any, ...]]:
        with _asking(), self._session.cursor(f"fsck_{next(self._names)}", binary=True) as cursor:
            cursor.itersize = AT_ONCE
            yield from cursor.execute(query, values)

    def _rows(self, query: LiteralString, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with _asking():
            return self._session.execute(query, values, binary=True).fetchall()

    def _begin(self, first: int) -> int:
        """Return the notification id of the fact with number *first*; of the very first row when that is 0."""
        return int(self._rows(_BEGIN, (first, first))[0][0])

    def _number(self, query: LiteralString) -> int:
        return int(self._rows(query)[0][0])


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.UndefinedTable:
        raise Unavailable(
            "De database heeft een andere vorm dan dit programma. Start het programma eerst één keer."
        ) from None
    except psycopg.Error as error:
        # The driver's own text may quote a row; only the kind of the error is told.
        raise Unavailable(f"De database antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.") from None
