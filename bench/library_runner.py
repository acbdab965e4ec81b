"""The baseline of the replay bench: the library's own ProjectionRunner, keeping the same two tables row by row."""

import time
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic
from psycopg.conninfo import conninfo_to_dict

from infra.view_tables import CASE_STATE, LEDGER
from projections import case_state, ledger
from projections.case_state import CaseRow
from projections.reading import Outline, outline


class Read:
    """A fact in outline, under the names that the library asks of a domain event."""

    def __init__(self, stored: StoredEvent) -> None:
        self.originator_id, self.originator_version = stored.originator_id, stored.originator_version
        self.fact: Outline = outline(stored.state)


class OutlineMapper(Mapper[UUID]):
    """Reads our bytes as quickly as our own replay does, so that the comparison is of the way of writing."""

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """Return the fact in outline."""
        read: Any = Read(stored_event)
        return read  # type: ignore[no-any-return]


class Stored(Application[UUID]):
    """Our table of facts as the library's application; the library makes the table's name of this class's."""


class RowByRow(PostgresTrackingRecorder):
    """The view: one upsert, and one position, per fact."""

    def take(self, fact: Outline, tracking: Tracking) -> None:
        """Write what one fact changes, with its position, in one transaction."""
        index = tracking.notification_id - 1  # the made log has no holes, so the number is the id less one
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(f"SELECT * FROM baseline.{CASE_STATE.name} WHERE case_id = %s", (fact.subject,))
            found = cursor.fetchone()
            rows: dict[str, CaseRow] = {}
            if found is not None:
                values: dict[str, Any] = {
                    name: str(one) if isinstance(one, UUID) else one for name, one in found.items()
                }
                rows[fact.subject] = CaseRow(**values)
            row = case_state.fold(rows, fact, index)
            if row is not None:
                names, marks = ", ".join(CASE_STATE.columns), ", ".join(["%s"] * len(CASE_STATE.columns))
                updates = ", ".join(f"{name} = excluded.{name}" for name in CASE_STATE.columns)
                cursor.execute(
                    f"INSERT INTO baseline.{CASE_STATE.name} ({names}) VALUES ({marks}) "
                    f"ON CONFLICT (case_id) DO UPDATE SET {updates}".encode(),
                    [getattr(row, name) for name in CASE_STATE.columns],
                )
            for one in ledger.rows_of(fact, index):
                marks = ", ".join(["%s"] * len(LEDGER.columns))
                values_of = [getattr(one, name) for name in LEDGER.columns]
                cursor.execute(
                    f"INSERT INTO baseline.{LEDGER.name} VALUES ({marks})".encode(),
                    [list(value) if isinstance(value, tuple) else value for value in values_of],
                )


class Answers(Projection[RowByRow]):
    """Hands each fact to the view."""

    name = "answers"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take one fact."""
        self.view.take(domain_event.fact, tracking)


def run(dsn: str, facts: int) -> float:
    """Let the library's runner take the first *facts* facts; return facts per second."""
    parts = conninfo_to_dict(dsn)
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts["port"]),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": "facts",
        "MAPPER_TOPIC": get_topic(OutlineMapper),
    }
    with ProjectionRunner(
        application_class=Stored, projection_class=Answers, view_class=RowByRow, env=environment
    ) as runner:
        started = time.perf_counter()
        runner.wait(facts, timeout=600)
        return facts / (time.perf_counter() - started)
