"""What an operator wants to know of the running parts, asked of PostgreSQL and Kafka themselves."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from events.errors import Corrupt, Unavailable
from infra.events_topic import TOPIC, last_records
from infra.kafka_client import KafkaAccess
from infra.numbering import LOCK

ANSWER_MS = 5_000
"""How long Kafka may take to answer at all: an operator waits for it."""
_STATE = """
SELECT current_setting('server_version'), clock_timestamp(), pg_database_size(current_database()),
    (SELECT count(*) FROM facts.stored_events),
    (SELECT count(*) FROM log.numbered),
    (SELECT max(signed_at) FROM log.checkpoints),
    (SELECT max(size) FROM log.checkpoints),
    (SELECT next_index FROM log.feeds),
    EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


@dataclass(frozen=True)
class DatabaseState:
    """The database at this moment."""

    version: str
    now: datetime
    bytes: int
    stored: int
    numbered: int
    signed_at: datetime | None
    """When the newest checkpoint was signed; None when there is none."""
    signed: int | None
    """Size of the newest checkpoint."""
    told: int | None
    """Facts of which participants were told."""
    relayed: bool
    """Some process is the relay now."""


def database_state(dsn: str) -> DatabaseState:
    """Return how the database stands. Raises: Unavailable."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5, application_name="zvh-doctor") as session:
            row = session.execute(_STATE, (LOCK,)).fetchone()
    except psycopg.Error as error:
        raise Unavailable(f"De database antwoordt niet ({type(error).__name__}).") from None
    if row is None:
        raise Unavailable("De database gaf geen antwoord.")
    return DatabaseState(*row)


def last_told(access: KafkaAccess) -> Mapping[int, int]:
    """Return the index of the last fact on each partition that has one. Raises: Unavailable; Corrupt."""
    try:
        consumer = KafkaConsumer(
            **access.options(),
            isolation_level="read_committed",
            enable_auto_commit=False,
            metrics_enabled=False,
            bootstrap_timeout_ms=ANSWER_MS,
        )
        try:
            places = [TopicPartition(TOPIC, one) for one in sorted(consumer.partitions_for_topic(TOPIC) or ())]
            return {partition: told.index for partition, told in last_records(consumer, places).items()}
        finally:
            with suppress(KafkaError):
                consumer.close()
    except Corrupt:
        raise
    except KafkaError as error:
        raise Unavailable(f"Kafka antwoordt niet ({type(error).__name__}).") from None
