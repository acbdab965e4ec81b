"""The tables of answers, live: rows and position move together, in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool, PoolTimeout

from events.errors import Corrupt, Unavailable
from events.fact import rfc3339
from events.receipt import Numbered
from infra.ledger_tables import write_rows, write_totals
from infra.ledger_views import LedgerViews
from infra.view_table import put
from infra.view_tables import (
    CASE_STATE,
    WAITS,
    WORK,
    WORK_COLUMNS,
    case_line,
    cases_of_work,
    waits_line,
    work_line,
)
from projections import case_state, ledger_batch, work
from projections.case_state import CaseRow
from projections.ledger_batch import LedgerBatch
from projections.ledger_shapes import LedgerRow
from projections.reading import Outline, outline
from projections.work import CaseWork, WorkRow

LIVE = ("STARTING", "IN_CONSULTATION", "PLAN_AGREED", "MONITORING", "AFTERCARE")
"""Stages of a case that was accepted and has not ended."""
PROJECTION = "answers"
"""Name under which the position is kept; permanent, because it keys what was already taken."""

_CASES = sql.SQL(
    "SELECT case_id::text, stage, room, channel, regime, referrer, referred_at, subject_id::text, sequence, "
    "last_index, parties, fits_in, persons, had_place FROM views.case_state"
)
_WORK = sql.SQL("SELECT {} FROM views.work").format(sql.SQL(WORK_COLUMNS))
_LOAD = sql.SQL(
    "SELECT role, org, kind, count(*) AS open, count(*) FILTER (WHERE due <= %s) AS late, min(due) AS first_due "
    "FROM views.work"
)
_WAITS = "SELECT case_id::text, waits FROM views.work_waits WHERE case_id = ANY(%s::uuid[])"


@dataclass(frozen=True)
class Position:
    """How far one source was taken."""

    source: str
    next_place: int
    """Kafka offset, or log index, of the next fact to take."""
    last_index: int
    """Log index of the last fact taken; -1 when none was."""


@dataclass(frozen=True)
class WorkLoad:
    """How much of one kind one role of one organisation has to do."""

    role: str
    org: str
    kind: str
    open: int
    late: int
    first_due: str | None
    """RFC 3339; the earliest moment from which one of them is late."""


class Views:
    """Writes and reads the answers. Safe from several threads; each source is followed by one worker at a time."""

    def __init__(self, dsn: str) -> None:
        # After a restart of the server the first reader finds a live connection, and is not refused for a dead one.
        self._pool = ConnectionPool(
            dsn, min_size=1, max_size=8, open=True, timeout=30, check=ConnectionPool.check_connection
        )
        self.ledger = LedgerViews(self._session)

    def close(self) -> None:
        """Give back the connections."""
        self._pool.close()

    def apply(self, facts: Sequence[Numbered], source: str, next_place: int) -> bool:
        """Take *facts*, in order of index, and move the position of *source* to *next_place*; durable on return.

        Facts that this source already gave change nothing. Returns False, and writes nothing, when there is nothing
        new. Raises: Unavailable; Corrupt when a value is no fact.
        """
        with self._session() as session, session.transaction():
            _one_kind_of_source(session, source)
            # The first of two workers on one source takes the row; the other waits here and then finds nothing new.
            session.execute(
                "INSERT INTO views.positions VALUES (%s, %s, 0, -1) ON CONFLICT DO NOTHING", (PROJECTION, source)
            )
            place = session.execute(
                "SELECT next_place, last_index FROM views.positions WHERE projection = %s AND source = %s FOR UPDATE",
                (PROJECTION, source),
            ).fetchone()
            known_place, last_index = place if place else (0, -1)
            fresh = _rising(facts, last_index)
            if not fresh and next_place <= known_place:
                return False
            self._write(session, fresh)
            session.execute(
                "UPDATE views.positions SET next_place = %s, last_index = %s WHERE projection = %s AND source = %s",
                (max(next_place, known_place), fresh[-1].index if fresh else last_index, PROJECTION, source),
            )
        return True

    def positions(self) -> list[Position]:
        """Return how far each source was taken."""
        with self._session() as session:
            return positions(session)

    def cases(
        self, stage: str | None = None, room: str | None = None, party: str | None = None, *, misplaced: bool = False
    ) -> list[CaseRow]:
        """Return the cases, in order of referral; those in one stage or room, or of one organisation, when asked.

        Args:
            misplaced: only live cases in another room than they belong in by their newest weighing or proposal.
        """
        where = sql.SQL(
            " WHERE (%s::text IS NULL OR stage = %s) AND (%s::text IS NULL OR room = %s) "
            "AND (%s::text IS NULL OR parties @> ARRAY[%s::text]) "
            "AND (NOT %s OR (room IS NOT NULL AND stage = ANY(%s) AND fits_in IS DISTINCT FROM room))"
        )
        order = sql.SQL(" ORDER BY referred_at, case_id")
        values = (stage, stage, room, room, party, party, misplaced, list(LIVE))
        with self._session() as session, session.cursor(row_factory=class_row(CaseRow)) as cursor:
            return cursor.execute(_CASES + where + order, values).fetchall()

    def with_place(self, org: str) -> list[CaseRow]:
        """Return the cases in which one organisation ever had a place, in order of referral."""
        where = sql.SQL(" WHERE had_place @> ARRAY[%s::text] ORDER BY referred_at, case_id")
        with self._session() as session, session.cursor(row_factory=class_row(CaseRow)) as cursor:
            return cursor.execute(_CASES + where, (org,)).fetchall()

    def of(self, subject_id: UUID, but: UUID) -> list[tuple[str, str | None]]:
        """Return stage and room of every other case of a person than *but*, in no order that tells anything."""
        with self._session() as session:
            return session.execute(
                "SELECT stage, room FROM views.case_state WHERE subject_id = %s AND case_id <> %s ORDER BY stage, room",
                (subject_id, but),
            ).fetchall()

    def case(self, case_id: UUID) -> CaseRow | None:
        """Return one case."""
        with self._session() as session, session.cursor(row_factory=class_row(CaseRow)) as cursor:
            return cursor.execute(_CASES + sql.SQL(" WHERE case_id = %s"), (case_id,)).fetchone()

    def cases_of(self, subject_id: UUID) -> list[UUID]:
        """Return the cases with facts about one person, in whatever role, in order of referral."""
        with self._session() as session:
            rows = session.execute(
                "SELECT case_id FROM views.case_state WHERE persons @> ARRAY[%s::text] ORDER BY referred_at, case_id",
                (str(subject_id),),
            ).fetchall()
        return [one for (one,) in rows]

    def ledger_by_subject(self, subject_id: UUID) -> list[LedgerRow]:
        """Return who saw, or was refused, what of one person, in order of the log."""
        return self.ledger.of_subject(subject_id)

    def ledger_by_recipient(self, org: str) -> list[LedgerRow]:
        """Return what one organisation saw, or was refused, in order of the log."""
        return self.ledger.of_recipient(org)

    def work(
        self,
        role: str | None = None,
        org: str | None = None,
        overdue_at: datetime | None = None,
        *,
        open_only: bool = True,
    ) -> list[WorkRow]:
        """Return what is waited for, the first due first; of one role or organisation, or late at a moment, when asked.

        Args:
            open_only: leave out what is done.
        """
        late = rfc3339(overdue_at) if overdue_at is not None else None
        where = sql.SQL(
            " WHERE (%s::text IS NULL OR role = %s) AND (%s::text IS NULL OR org = %s) "
            "AND (%s::text IS NULL OR due <= %s) AND (closed_index IS NULL OR NOT %s)"
        )
        return self._work(where, (role, role, org, org, late, late, open_only))

    def load(self, at: datetime, org: str | None = None) -> list[WorkLoad]:
        """Return how much is waited for, per role, organisation and kind; of one organisation when asked."""
        where = sql.SQL(" WHERE closed_index IS NULL AND (%s::text IS NULL OR org = %s)")
        group = sql.SQL(" GROUP BY role, org, kind ORDER BY role, org, kind")
        with self._session() as session, session.cursor(row_factory=class_row(WorkLoad)) as cursor:
            return cursor.execute(_LOAD + where + group, (rfc3339(at), org, org)).fetchall()

    def due(self, kinds: Sequence[str], now: datetime, before: datetime) -> list[WorkRow]:
        """Return the open work of these kinds that is due at or before *before* and of which not all was told by *now*.

        Left out is what was marked late, and what was reminded of and is not due yet. The first due comes first.
        """
        where = sql.SQL(
            " WHERE closed_index IS NULL AND due <= %s AND kind = ANY(%s) AND missed_index IS NULL "
            "AND (reminded_index IS NULL OR due <= %s)"
        )
        return self._work(where, (rfc3339(before), list(kinds), rfc3339(now)))

    def _work(self, where: sql.SQL, values: Sequence[object]) -> list[WorkRow]:
        order = sql.SQL(" ORDER BY due NULLS LAST, kind, case_id, about, org")
        with self._session() as session, session.cursor(row_factory=class_row(WorkRow)) as cursor:
            return cursor.execute(_WORK + where + order, values).fetchall()

    def _write(self, session: psycopg.Connection, facts: Sequence[Numbered]) -> None:
        outlines = [(outline(fact.value), fact.index) for fact in facts]
        touched = list({fact.subject for fact, _ in outlines})
        with session.cursor(row_factory=class_row(CaseRow)) as cursor:
            found = cursor.execute(_CASES + sql.SQL(" WHERE case_id = ANY(%s::uuid[])"), (touched,))
            rows = {row.case_id: row for row in found}
        changed: dict[str, CaseRow] = {}
        seen = LedgerBatch()
        for fact, index in outlines:
            row = case_state.fold(rows, fact, index)
            if row is not None:
                changed[row.case_id] = row
            if fact.type in ledger_batch.TYPES:
                seen.take(fact, index)
        if changed:
            put(session, CASE_STATE, map(case_line, changed.values()))
        write_rows(session, seen)
        write_totals(session, seen)
        _write_work(session, [one for one in outlines if one[0].type in work.TYPES])

    @contextmanager
    def _session(self) -> Iterator[psycopg.Connection]:
        try:
            with self._pool.connection() as session:
                yield session
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            kind = type(error).__name__
            raise Corrupt(
                f"Een rij past niet in de overzichten ({kind}). Herbouw ze met `zvh replay --swap`."
            ) from None
        except (psycopg.Error, PoolTimeout) as error:
            # The driver's own text may quote a row; only the kind of the error is told.
            raise Unavailable(
                f"De overzichten antwoorden niet ({type(error).__name__}). Probeer het later opnieuw."
            ) from None


def _write_work(session: psycopg.Connection, facts: Sequence[tuple[Outline, int]]) -> None:
    if not facts:
        return
    touched = list({fact.subject for fact, _ in facts})
    waits = session.execute(_WAITS, (touched,)).fetchall()
    with session.cursor(row_factory=class_row(WorkRow)) as cursor:
        rows = cursor.execute(_WORK + sql.SQL(" WHERE case_id = ANY(%s::uuid[])"), (touched,)).fetchall()
    cases: dict[str, CaseWork] = cases_of_work(waits, rows)
    changed: dict[tuple[str, str, str, str], WorkRow] = {}
    for fact, index in facts:
        for row in work.fold(cases, fact, index):
            changed[row.case_id, row.kind, row.about, row.org] = row
    put(session, WAITS, (waits_line(case_id, case.waits) for case_id, case in cases.items()))
    if changed:
        put(session, WORK, map(work_line, changed.values()))


def _one_kind_of_source(session: psycopg.Connection, source: str) -> None:
    """Refuse to mix the numbered log and the topic: each would bring the facts of the other once more."""
    kind = source.partition(":")[0]
    other = session.execute(
        "SELECT source FROM views.positions WHERE projection = %s AND split_part(source, ':', 1) <> %s LIMIT 1",
        (PROJECTION, kind),
    ).fetchone()
    if other is not None:
        raise Corrupt(
            f"De overzichten volgen al {other[0]} en kunnen niet ook {source} volgen. Maak de tabellen in schema views "
            "leeg voordat u van bron wisselt."
        )


def _rising(facts: Sequence[Numbered], last_index: int) -> list[Numbered]:
    """Return the facts whose index rises: what comes twice, in one batch or over two, is taken once."""
    fresh = []
    for fact in facts:
        if fact.index > last_index:
            fresh.append(fact)
            last_index = fact.index
    return fresh


def positions(session: psycopg.Connection) -> list[Position]:
    """Return how far each source was taken, as *session* sees it."""
    with session.cursor(row_factory=class_row(Position)) as cursor:
        return cursor.execute(
            "SELECT source, next_place, last_index FROM views.positions WHERE projection = %s ORDER BY source",
            (PROJECTION,),
        ).fetchall()
