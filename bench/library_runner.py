"""The baseline of the replay bench: the library's own ProjectionRunner, keeping the same tables row by row."""

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

from infra.ledger_tables import DAYS, ITEMS, LEDGER, NUMBERS, PERIODS
from infra.view_table import ViewTable
from infra.view_tables import CASE_STATE, WAITS, WORK, WORK_COLUMNS, cases_of_work
from projections import case_state, ledger_batch, work
from projections.case_state import CaseRow
from projections.ledger_batch import LedgerBatch, runs
from projections.reading import Outline, outline
from projections.waits import waits_text
from projections.work import WorkRow


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
                self._upsert(cursor, CASE_STATE, [getattr(row, name) for name in CASE_STATE.columns])
            if fact.type in ledger_batch.TYPES:
                self._ledger(cursor, fact, index)
            if fact.type in work.TYPES:
                self._work(cursor, fact, index)

    def _ledger(self, cursor: Any, fact: Outline, index: int) -> None:
        batch = LedgerBatch()
        batch.take(fact, index)
        for table, rows in ((LEDGER, batch.rows), (ITEMS, batch.items)):
            for row in rows:
                values = [getattr(row, name) for name in table.columns]
                marks = ", ".join(["%s"] * len(values))
                cursor.execute(
                    f"INSERT INTO baseline.{table.name} VALUES ({marks})".encode(),
                    [list(value) if isinstance(value, tuple) else value for value in values],
                )
        for key, count in batch.days.items():
            self._add(cursor, DAYS, [*key, count])
        for month, count in batch.purposes.items():
            self._add(cursor, PERIODS, [*month, count, batch.persons[month]])
        for series, numbers in batch.numbers.items():
            seen = ",".join(f"[{first},{after})" for first, after in runs(numbers))
            self._add(cursor, NUMBERS, [*series, f"{{{seen}}}"])

    def _work(self, cursor: Any, fact: Outline, index: int) -> None:
        place = (fact.subject,)
        cursor.execute("SELECT case_id::text, waits FROM baseline.work_waits WHERE case_id = %s", place)
        waits = [(one["case_id"], one["waits"]) for one in cursor.fetchall()]
        cursor.execute(f"SELECT {WORK_COLUMNS} FROM baseline.work WHERE case_id = %s".encode(), place)
        cases = cases_of_work(waits, [WorkRow(**one) for one in cursor.fetchall()])
        for row in work.fold(cases, fact, index):
            self._upsert(cursor, WORK, [getattr(row, name) for name in WORK.columns])
        self._upsert(cursor, WAITS, [fact.subject, waits_text(cases[fact.subject].waits)])

    def _upsert(self, cursor: Any, table: ViewTable, values: list[Any]) -> None:
        names, marks = ", ".join(table.columns), ", ".join(["%s"] * len(table.columns))
        updates = ", ".join(f"{name} = excluded.{name}" for name in table.columns)
        cursor.execute(
            f"INSERT INTO baseline.{table.name} ({names}) VALUES ({marks}) "
            f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {updates}".encode(),
            values,
        )

    def _add(self, cursor: Any, table: ViewTable, values: list[Any]) -> None:
        names, marks = ", ".join(table.columns), ", ".join(["%s"] * len(table.columns))
        more = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in table.columns if name not in table.key)
        cursor.execute(
            f"INSERT INTO baseline.{table.name} AS kept ({names}) VALUES ({marks}) "
            f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {more}".encode(),
            values,
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
