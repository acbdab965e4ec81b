"""The tables of answers, live: rows and position move together, in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool, PoolTimeout

from events.errors import Corrupt, Unavailable
from events.receipt import Numbered
from infra.view_tables import CASE_STATE, LEDGER, case_line, copy_in, ledger_line
from projections import case_state, ledger
from projections.case_state import CaseRow
from projections.ledger import LedgerRow
from projections.reading import outline

PROJECTION = "answers"
"""Name under which the position is kept; permanent, because it keys what was already taken."""

_UPSERT = sql.SQL(
    "INSERT INTO views.case_state SELECT * FROM case_state_fresh ON CONFLICT (case_id) DO UPDATE SET {}"
).format(
    sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column))
        for column in CASE_STATE.columns
        if column != "case_id"
    )
)
_STAGING = "CREATE TEMP TABLE IF NOT EXISTS case_state_fresh (LIKE views.case_state) ON COMMIT DELETE ROWS"
_CASES = sql.SQL(
    "SELECT case_id::text, stage, room, channel, regime, referrer, referred_at, subject_id::text, sequence, last_index "
    "FROM views.case_state"
)
_LEDGER = sql.SQL(
    "SELECT index, subject_id::text, disclosure_id::text, case_id::text, decision, reason_code, kind, recipient_org, "
    "recipient_task, recipient_person, purpose, categories, provider_orgs, legal_basis, occurred_at, policy_digest "
    "FROM views.ledger"
)


@dataclass(frozen=True)
class Position:
    """How far one source was taken."""

    source: str
    next_place: int
    """Kafka offset, or log index, of the next fact to take."""
    last_index: int
    """Log index of the last fact taken; -1 when none was."""


class Views:
    """Writes and reads the answers. Safe from several threads; each source is followed by one worker at a time."""

    def __init__(self, dsn: str) -> None:
        self._pool = ConnectionPool(dsn, min_size=1, max_size=8, open=True, timeout=30)

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

    def cases(self, stage: str | None = None, room: str | None = None) -> list[CaseRow]:
        """Return the cases, in order of referral; those in one stage or room when asked."""
        where = sql.SQL(" WHERE (%s::text IS NULL OR stage = %s) AND (%s::text IS NULL OR room = %s)")
        order = sql.SQL(" ORDER BY referred_at, case_id")
        with self._session() as session, session.cursor(row_factory=class_row(CaseRow)) as cursor:
            return cursor.execute(_CASES + where + order, (stage, stage, room, room)).fetchall()

    def case(self, case_id: UUID) -> CaseRow | None:
        """Return one case."""
        with self._session() as session, session.cursor(row_factory=class_row(CaseRow)) as cursor:
            return cursor.execute(_CASES + sql.SQL(" WHERE case_id = %s"), (case_id,)).fetchone()

    def ledger_by_subject(self, subject_id: UUID) -> list[LedgerRow]:
        """Return who saw, or was refused, what of one person, in order of the log."""
        return self._ledger(sql.SQL(" WHERE subject_id = %s ORDER BY index"), subject_id)

    def ledger_by_recipient(self, org: str) -> list[LedgerRow]:
        """Return what one organisation saw, or was refused, in order of the log."""
        return self._ledger(sql.SQL(" WHERE recipient_org = %s ORDER BY index, subject_id"), org)

    def _ledger(self, where: sql.SQL, value: object) -> list[LedgerRow]:
        with self._session() as session, session.cursor(row_factory=class_row(LedgerRow)) as cursor:
            return cursor.execute(_LEDGER + where, (value,)).fetchall()

    def _write(self, session: psycopg.Connection, facts: Sequence[Numbered]) -> None:
        outlines = [(outline(fact.value), fact.index) for fact in facts]
        touched = list({fact.subject for fact, _ in outlines})
        with session.cursor(row_factory=class_row(CaseRow)) as cursor:
            found = cursor.execute(_CASES + sql.SQL(" WHERE case_id = ANY(%s::uuid[])"), (touched,))
            rows = {row.case_id: row for row in found}
        changed: dict[str, CaseRow] = {}
        seen: list[LedgerRow] = []
        for fact, index in outlines:
            row = case_state.fold(rows, fact, index)
            if row is not None:
                changed[row.case_id] = row
            seen += ledger.rows_of(fact, index)
        if changed:
            session.execute(
                "CREATE TEMP TABLE IF NOT EXISTS case_state_fresh (LIKE views.case_state) ON COMMIT DELETE ROWS"
            )
            copy_in(session, sql.Identifier("case_state_fresh"), CASE_STATE.columns, map(case_line, changed.values()))
            session.execute(_UPSERT)
        if seen:
            copy_in(session, sql.Identifier("views", "ledger"), LEDGER.columns, map(ledger_line, seen))

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
