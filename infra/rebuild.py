"""Builds all answers anew, beside the live ones, and says whether both are the same row by row.

The same folds as live. Facts are folded in memory and written with COPY to shadow tables; indexes come last. When more
cases are under way than memory is meant for, they are put down in the shadow table and picked up again when needed.
"""

import hashlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from events.errors import Unavailable
from events.receipt import Numbered
from infra.ledger_tables import write_rows, write_totals
from infra.view_table import Index, ViewTable, copy_in
from infra.view_tables import (
    CASE_STATE,
    PROJECTIONS,
    TABLES,
    WAITS,
    WORK,
    WORK_COLUMNS,
    case_line,
    cases_of_work,
    waits_line,
    work_line,
)
from infra.views import Position, positions
from projections import case_state, ledger_batch, work
from projections.case_state import CaseRow
from projections.ledger_batch import LedgerBatch
from projections.reading import Outline, outline
from projections.work import CaseWork, WorkRow

MOST_CASES = 10_000
"""Cases held in memory at once, a batch more or less."""
BATCH = 5_000
"""Facts folded at once."""
SHADOW = "shadow"


@dataclass(frozen=True)
class Compared:
    """One projection, built anew and compared with the live one at the same positions."""

    name: str
    rows: int
    """Rows of the answers, what is remembered beside them left out."""
    digest: str
    """SHA-256 over the rows built anew, in order of their key; of more tables than one, over their digests."""
    first_difference: str | None
    """Key of the first row that differs; None when all are the same."""


@dataclass(frozen=True)
class Rebuilt:
    """Outcome of a rebuild."""

    facts: int
    seconds: float
    """Time to build, comparison left out."""
    projections: tuple[Compared, ...]

    @property
    def equal(self) -> bool:
        """Whether every row is the same as the live one."""
        return all(one.first_difference is None for one in self.projections)


Read = Callable[[Sequence[Position], Sequence[Position]], Iterable[Numbered]]
"""Reads the log from the one set of positions (none: from the start) up to the other; facts of a case in order."""


class Rebuild:
    """Rebuilds the answers of one database. One at a time; live workers go on meanwhile.

    Args:
        most_cases: how many cases may be held in memory at once.
    """

    def __init__(self, dsn: str, most_cases: int = MOST_CASES) -> None:
        self._dsn, self._most_cases = dsn, most_cases

    def run(self, read: Read, *, swap: bool = False) -> Rebuilt:
        """Build from zero, catch up with the live workers, and compare while they stand still for a moment.

        Args:
            swap: put the new rows in the place of the live ones, in the same transaction as the comparison.
        Raises: Unavailable; Corrupt when a value is no fact.
        """
        with self._session() as session:
            started = time.perf_counter()
            _prepare(session)
            known = positions(session)
            cases = _Cases(session)
            count = self._fold(session, cases, read([], known))
            _finish(session)
            cases.findable = True
            seconds = time.perf_counter() - started
            with session.transaction():
                session.execute("LOCK TABLE views.positions IN EXCLUSIVE MODE")
                count += self._fold(session, cases, read(known, positions(session)))
                compared = tuple(_compare(session, name, tables) for name, tables in PROJECTIONS.items())
                if swap:
                    _swap(session)
            session.execute(f"DROP SCHEMA {SHADOW} CASCADE".encode())
        return Rebuilt(count, seconds, compared)

    def _fold(self, session: psycopg.Connection, cases: "_Cases", facts: Iterable[Numbered]) -> int:
        count, seen, stream = 0, LedgerBatch(), iter(facts)
        while batch := [(outline(fact.value), fact.index) for fact in itertools.islice(stream, BATCH)]:
            count += len(batch)
            cases.bring(batch)
            for fact, index in batch:
                case_state.fold(cases.rows, fact, index)
                work.fold(cases.work, fact, index)
                if fact.type in ledger_batch.TYPES:
                    seen.take(fact, index)
            write_rows(session, seen, SHADOW)
            seen.let_go()
            if max(len(cases.rows), len(cases.work)) > self._most_cases:
                cases.put_down()
        cases.put_down()
        write_totals(session, seen, SHADOW)
        return count

    @contextmanager
    def _session(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(self._dsn, autocommit=True) as session:
                yield session
        except psycopg.Error as error:
            kind = type(error).__name__
            raise Unavailable(f"De herbouw is gestopt: de database antwoordt niet ({kind}).") from None


class _Cases:
    """The cases under way: those in memory, and behind them those that were put down in the shadow tables."""

    def __init__(self, session: psycopg.Connection) -> None:
        self._session, self._put_down = session, False
        self.findable = False
        """Whether cases that were put down are indexed; only when some are to be picked up again."""
        self.rows: dict[str, CaseRow] = {}
        self.work: dict[str, CaseWork] = {}

    def bring(self, batch: Sequence[tuple[Outline, int]]) -> None:
        """Pick up those cases of *batch* that were put down."""
        wanted = list({fact.subject for fact, _ in batch} - self.rows.keys() - self.work.keys())
        if not self._put_down or not wanted:
            return
        if not self.findable:
            for table in (CASE_STATE, WORK, WAITS):
                name = sql.Identifier(f"put_down_{table.name}")
                self._session.execute(sql.SQL("CREATE INDEX {} ON {} (case_id)").format(name, _shadow(table)))
            self.findable = True
        with self._session.cursor(row_factory=class_row(CaseRow)) as cursor:
            self.rows.update((row.case_id, row) for row in cursor.execute(_PICK_UP_CASES, (wanted,)))
        waits = self._session.execute(_PICK_UP_WAITS, (wanted,)).fetchall()
        with self._session.cursor(row_factory=class_row(WorkRow)) as cursor:
            self.work.update(cases_of_work(waits, cursor.execute(_PICK_UP_WORK, (wanted,))))

    def put_down(self) -> None:
        """Write the cases in memory to the shadow tables and let go of them."""
        rows = (row for case in self.work.values() for row in case.rows.values())
        waits = (waits_line(case_id, case.waits) for case_id, case in self.work.items())
        for table, lines in (
            (CASE_STATE, map(case_line, self.rows.values())),
            (WORK, map(work_line, rows)),
            (WAITS, waits),
        ):
            copy_in(self._session, _shadow(table), table.columns, lines)
        self._put_down = True
        self.rows.clear()
        self.work.clear()


def _pick_up(table: ViewTable, columns: LiteralString) -> sql.Composed:
    return sql.SQL("DELETE FROM {} WHERE case_id = ANY(%s::uuid[]) RETURNING {}").format(
        sql.Identifier(SHADOW, table.name), sql.SQL(columns)
    )


_PICK_UP_CASES = _pick_up(
    CASE_STATE,
    "case_id::text, stage, room, channel, regime, referrer, referred_at, subject_id::text, sequence, last_index, "
    "parties, fits_in, persons, had_place",
)
_PICK_UP_WORK = _pick_up(WORK, WORK_COLUMNS)
_PICK_UP_WAITS = _pick_up(WAITS, "case_id::text, waits")


def _shadow(table: ViewTable) -> sql.Identifier:
    return sql.Identifier(SHADOW, table.name)


def _prepare(session: psycopg.Connection) -> None:
    session.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE".encode())
    session.execute(f"CREATE SCHEMA {SHADOW}".encode())
    for table in TABLES:
        live = sql.Identifier("views", table.name)
        # Unlogged: a rebuild that is broken off is begun again, so it needs no protection against a crash.
        session.execute(sql.SQL("CREATE UNLOGGED TABLE {} (LIKE {})").format(_shadow(table), live))
        if table.totals:  # added to from the start, so its keys are found from the start
            _index(session, table, 0, Index(table.key))


def _finish(session: psycopg.Connection) -> None:
    for table in (CASE_STATE, WORK, WAITS):
        session.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(SHADOW, f"put_down_{table.name}")))
    for table in TABLES:
        if table.totals:
            continue
        for number, index in enumerate((Index(table.key), *table.indexes)):
            _index(session, table, number, index)


def _index(session: psycopg.Connection, table: ViewTable, number: int, index: Index) -> None:
    session.execute(
        sql.SQL("CREATE {} INDEX {} ON {} USING {} ({}) WHERE {}").format(
            sql.SQL("UNIQUE" if number == 0 else ""),
            sql.Identifier(f"{table.name}_{number}"),
            _shadow(table),
            sql.SQL(index.method),
            sql.SQL(", ").join(map(sql.Identifier, index.columns)),
            sql.SQL(index.where),
        )
    )


def _swap(session: psycopg.Connection) -> None:
    for table in TABLES:
        live = sql.Identifier("views", table.name)
        session.execute(sql.SQL("TRUNCATE {}").format(live))
        session.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(live, _shadow(table)))


def _compare(session: psycopg.Connection, name: str, tables: Sequence[ViewTable]) -> Compared:
    made = [digest_of(session, _shadow(table), table) for table in tables]
    digests = [digest for _, digest in made]
    differing = (
        table
        for table, digest in zip(tables, digests, strict=True)
        if digest != digest_of(session, sql.Identifier("views", table.name), table)[1]
    )
    difference = next((_first_difference(session, table) for table in differing), None)
    together = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return Compared(name, made[0][0], together, difference)


def digest_of(session: psycopg.Connection, name: sql.Identifier, table: ViewTable) -> tuple[int, str]:
    """Return the number of rows of a table and the SHA-256 over its rows in order of their key."""
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, table.columns)), name, sql.SQL(", ").join(map(sql.Identifier, table.key))
    )
    digest, rows = hashlib.sha256(), 0
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        for line in copy:
            digest.update(line)
            rows += 1
    return rows, digest.hexdigest()


def _first_difference(session: psycopg.Connection, table: ViewTable) -> str:
    key = sql.SQL(", ").join(map(sql.Identifier, table.key))
    live = sql.Identifier("views", table.name)
    both = ((_shadow(table), live), (live, _shadow(table)))
    found = [
        session.execute(
            sql.SQL("SELECT {0} FROM (SELECT * FROM {1} EXCEPT SELECT * FROM {2}) AS d ORDER BY {0} LIMIT 1").format(
                key, one, other
            )
        ).fetchall()
        for one, other in both
    ]
    first = min(itertools.chain(*found))
    return ", ".join(f"{column} {value}" for column, value in zip(table.key, first, strict=True))
