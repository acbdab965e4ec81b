"""The event store: the eventsourcing library on PostgreSQL, with a mapper of ours that writes the canonical bytes."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import psycopg
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    EventStore,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow

from events.canonical import decode, encode
from events.correction import DataAccessed
from events.disclosure import Asked
from events.errors import Conflict, Unavailable
from events.fact import Recorded
from events.receipt import Effect, Receipt

SCHEMA = "facts"
START_SECONDS = 30.0
"""How long the first connection may take: a busy machine is no reason not to start."""
CONNECTION_SECONDS = 2.0
"""How long one attempt waits for a connection. The library makes up to ten attempts, so a server that is gone is
told after some twenty seconds, and where it is asked without attempts (``effect_of``) after two."""
_ACCESS = """
INSERT INTO facts.receipt_numbers AS known (org, task, number, access_id) VALUES (%s, %s, %s, %s)
ON CONFLICT (org, task, number) DO UPDATE SET same_access = known.access_id = EXCLUDED.access_id
"""


@dataclass(frozen=True)
class FactEvent:
    """A recorded fact under the names that the library asks of a domain event."""

    recorded: Recorded

    @property
    def originator_id(self) -> UUID:
        """The case."""
        return self.recorded.envelope.case_id

    @property
    def originator_version(self) -> int:
        """The fact's number in the case."""
        return self.recorded.envelope.sequence


class CanonicalMapper(Mapper[UUID]):
    """Turns a fact into its canonical bytes, once, and reads them back."""

    def __init__(self, house_oin: str) -> None:
        super().__init__(JSONTranscoder())  # required by the base class; never used, our bytes are our own
        self._house_oin = house_oin

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Return the row of one fact."""
        if not isinstance(domain_event, FactEvent):
            raise TypeError("The event store of the house takes facts only.")
        recorded = domain_event.recorded
        return StoredEvent(
            originator_id=recorded.envelope.case_id,
            originator_version=recorded.envelope.sequence,
            topic=recorded.fact.type_name,
            state=encode(recorded, self._house_oin),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Return the fact of one row. Raises: Corrupt."""
        return FactEvent(decode(stored_event.state))


class FactRecorder(PostgresApplicationRecorder):
    """Writes the receipt of a command, and the numbers in its facts, in their transaction."""

    def _insert_stored_events(self, curs: Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        # The facts come first: they take the lock under which all else is decided. What follows is never prepared on
        # the server, because a pipeline that is broken off by a conflict would leave the client believing that it was.
        # The library reads the answers of its own cursor afterwards, so ours go through another.
        super()._insert_stored_events(curs, stored_events, **kwargs)
        try:
            self._insert_beside(
                curs.connection, stored_events, kwargs["receipt"], kwargs["numbers"], kwargs["accesses"]
            )
        except psycopg.Error:
            # Here the answer to the facts came in early, and it is a conflict. The pipeline must end before the library
            # goes on: else its COMMIT fails, which it takes for a lost connection and tries again, up to ten times.
            with suppress(psycopg.Error), curs.connection.pipeline() as broken:
                broken.sync()
            raise

    def _insert_beside(
        self,
        connection: Connection[DictRow],
        stored_events: Sequence[StoredEvent],
        receipt: Receipt,
        numbers: Sequence[tuple[str, int, UUID]],
        accesses: Sequence[tuple[str, str, int, UUID]],
    ) -> None:
        connection.execute(
            "INSERT INTO facts.commands VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                receipt.command_id,
                stored_events[0].originator_id,
                stored_events[0].originator_version,
                stored_events[-1].originator_version,
                receipt.outcome,
                receipt.origin,
                receipt.content_digest,
            ),
            prepare=False,
        )
        if numbers:
            connection.execute(
                "INSERT INTO facts.recipient_numbers SELECT * FROM unnest(%s::text[], %s::bigint[], %s::uuid[])",
                tuple(map(list, zip(*numbers, strict=True))),
                prepare=False,
            )
        for access in accesses:
            connection.execute(_ACCESS, access, prepare=False)


@contextmanager
def open_recorder(dsn: str, pool_size: int = 1, max_overflow: int = 8) -> Iterator[FactRecorder]:
    """Open the library's recorder on *dsn*, a libpq connection string.

    The library's database functions stay off: with them inserts take no table lock, numbers are given out of the
    order of commitment, and a reader that follows the log misses facts.
    """
    parts = conninfo_to_dict(dsn)
    datastore = PostgresDatastore(
        dbname=str(parts.get("dbname", "postgres")),
        host=str(parts.get("host", "")),
        port=str(parts.get("port", "5432")),
        user=str(parts.get("user", "")),
        password=str(parts.get("password", "")),
        pool_size=pool_size,
        max_overflow=max_overflow,
        connect_timeout=CONNECTION_SECONDS,
        schema=SCHEMA,
        enable_db_functions=False,
    )
    with datastore:
        try:
            datastore.pool.wait(START_SECONDS)
        except psycopg.OperationalError as error:
            raise _unavailable(error) from None
        yield FactRecorder(datastore, events_table_name="stored_events")


class PostgresFactStore:
    """Fits ``services.ports.FactStore``. Close it, or use it as a context manager."""

    def __init__(self, dsn: str, house_oin: str) -> None:
        self._opened = open_recorder(dsn)
        self._recorder = self._opened.__enter__()
        self._store = EventStore(CanonicalMapper(house_oin), self._recorder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self._opened.__exit__(None, None, None)

    def history(self, case_id: UUID, after: int = 0, until: int | None = None) -> list[Recorded]:
        """See ``services.ports.FactStore``."""
        return self._facts(case_id, gt=after, lte=until)

    def commit(self, facts: Sequence[Recorded], receipt: Receipt) -> None:
        """See ``services.ports.FactStore``."""
        if len({recorded.envelope.case_id for recorded in facts}) != 1:
            raise ValueError("A command that has an effect makes at least one fact, all of one case.")
        numbers = [
            (one.fact.recipient_org, one.fact.recipient_number, one.envelope.id)
            for one in facts
            if isinstance(one.fact, Asked) and one.fact.recipient_number is not None
        ]
        accesses = [
            (one.fact.recipient_org, one.fact.recipient_task, one.fact.stream_seq, one.fact.access_id)
            for one in facts
            if isinstance(one.fact, DataAccessed)
        ]
        events = [FactEvent(recorded) for recorded in facts]
        try:
            self._store.put(events, receipt=receipt, numbers=numbers, accesses=accesses)
        except IntegrityError:
            # After a lost answer the library tries again and then meets its own rows: that is no conflict.
            effect = self.effect_of(receipt.command_id)
            if effect is not None and effect.facts == tuple(facts):
                return
            raise Conflict("Deze zaak is intussen gewijzigd. Lees de zaak opnieuw en beslis dan opnieuw.") from None
        except (PersistenceError, psycopg.Error) as error:
            raise _unavailable(error) from None

    def last_numbers(self, orgs: Collection[str]) -> dict[str, int]:
        """See ``services.ports.FactStore``."""
        try:
            with self._recorder.datastore.cursor() as cursor:
                rows = cursor.execute(
                    "SELECT o.org, n.number FROM unnest(%s::text[]) AS o (org) CROSS JOIN LATERAL (SELECT number "
                    "FROM facts.recipient_numbers WHERE org = o.org ORDER BY number DESC LIMIT 1) AS n",
                    (sorted(orgs),),
                ).fetchall()
        except (PersistenceError, psycopg.Error) as error:
            raise _unavailable(error) from None
        return {row["org"]: row["number"] for row in rows}

    def access_numbered(self, org: str, task: str, number: int) -> UUID | None:
        """See ``services.ports.FactStore``."""
        try:
            with self._recorder.datastore.cursor() as cursor:
                row = cursor.execute(
                    "SELECT access_id FROM facts.receipt_numbers WHERE org = %s AND task = %s AND number = %s",
                    (org, task, number),
                ).fetchone()
        except (PersistenceError, psycopg.Error) as error:
            raise _unavailable(error) from None
        return row["access_id"] if row else None

    def last_sequence(self, case_id: UUID) -> int:
        """See ``services.ports.FactStore``."""
        try:
            newest = self._recorder.select_events(case_id, desc=True, limit=1)
        except (PersistenceError, psycopg.Error) as error:
            raise _unavailable(error) from None
        return newest[0].originator_version if newest else 0

    def effect_of(self, command_id: UUID) -> Effect | None:
        """See ``services.ports.FactStore``."""
        try:
            with self._recorder.datastore.cursor() as cursor:
                row = cursor.execute("SELECT * FROM facts.commands WHERE command_id = %s", (command_id,)).fetchone()
        except (PersistenceError, psycopg.Error) as error:
            raise _unavailable(error) from None
        if row is None:
            return None
        facts = self._facts(row["case_id"], gt=row["first_sequence"] - 1, lte=row["last_sequence"])
        return Effect(Receipt(command_id, row["outcome"], row["origin"], bytes(row["content_digest"])), tuple(facts))

    def _facts(self, case_id: UUID, gt: int | None = None, lte: int | None = None) -> list[Recorded]:
        try:
            found = list(self._store.get(case_id, gt=gt, lte=lte))
        except (PersistenceError, psycopg.Error) as error:
            raise _unavailable(error) from None
        return [event.recorded for event in found if isinstance(event, FactEvent)]


def _unavailable(error: Exception) -> Unavailable:
    # The driver's own text may quote a row; only the kind of the error is told.
    return Unavailable(f"De opslag van feiten antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.")
