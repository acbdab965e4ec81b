"""The outbox on Kafka, and its embedded twin in PostgreSQL. Both fit ``services.ports.Outbox``."""

import psycopg
from kafka import KafkaProducer
from kafka.errors import KafkaError
from psycopg_pool import ConnectionPool, PoolTimeout

from events.errors import Unavailable
from infra.kafka_client import KafkaAccess

ANSWER_SECONDS = 30
"""Seconds after which Kafka, or a connection to the database, is called unavailable."""


class KafkaOutbox:
    """Publishes on Kafka; durable on return, because all in-sync replicas have it. Safe from several threads.

    Raises: Unavailable when Kafka does not answer.
    """

    def __init__(self, access: KafkaAccess, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._answer_seconds = answer_seconds
        try:
            self._producer = KafkaProducer(
                **access.options(),
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_block_ms=int(answer_seconds * 1000),
                metrics_enabled=False,
            )
        except KafkaError as error:
            raise _unavailable("Kafka", error) from None

    def publish(self, topic: str, key: str, value: bytes) -> None:
        """See the port."""
        try:
            self._producer.send(topic, key=key.encode(), value=value).get(timeout=self._answer_seconds)
        except KafkaError as error:
            raise _unavailable("Kafka", error) from None

    def close(self) -> None:
        """Send what is under way, and let go of the connections."""
        self._producer.close()


class EmbeddedOutbox:
    """Keeps what is published in a table; the same (topic, key) stands there once."""

    def __init__(self, dsn: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._pool = ConnectionPool(
            dsn, min_size=1, max_size=4, open=True, timeout=answer_seconds, kwargs={"autocommit": True}
        )

    def publish(self, topic: str, key: str, value: bytes) -> None:
        """See the port."""
        try:
            with self._pool.connection() as connection:
                connection.execute(
                    "INSERT INTO views.outgoing (topic, key, value) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                    (topic, key, value),
                )
        except (psycopg.Error, PoolTimeout) as error:
            raise _unavailable("De database", error) from None

    def read(self, after: int) -> list[tuple[int, str, bytes]]:
        """Return what was published after a place, in order: (place, topic, value). Raises: Unavailable."""
        try:
            with self._pool.connection() as connection:
                return connection.execute(
                    "SELECT id, topic, value FROM views.outgoing WHERE id > %s ORDER BY id", (after,)
                ).fetchall()
        except (psycopg.Error, PoolTimeout) as error:
            raise _unavailable("De database", error) from None

    def close(self) -> None:
        """Give back the connections."""
        self._pool.close()


def _unavailable(part: str, error: Exception) -> Unavailable:
    return Unavailable(f"{part} neemt geen antwoorden aan ({type(error).__name__}). Probeer het later opnieuw.")
