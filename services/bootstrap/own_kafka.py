"""A Kafka of our own for the demo: started, furnished, and gone afterwards."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition
from pydantic import SecretStr

from infra.kafka_client import KafkaAccess
from infra.local.kafka import LocalKafka
from infra.outbox import KafkaOutbox
from infra.settings import Settings
from infra.topics import new_passwords
from services.bootstrap import kafka_admin


@dataclass(frozen=True)
class OwnKafka:
    """A running broker with topics, users and rights."""

    bootstrap: str
    admin: KafkaAccess
    passwords: dict[str, str]
    erasure_ledger: Path
    """Where the instances on it remember what they destroyed."""
    log_key: str = field(default_factory=lambda: secrets.token_hex(32))
    """Key of the log that its relay keeps."""

    def access(self, user: str) -> KafkaAccess:
        """Return how *user* reaches the broker."""
        return KafkaAccess(self.bootstrap, user, SecretStr(self.passwords[user]), "SASL_PLAINTEXT")

    def settings(self, user: str, dsn: str, key_hex: str) -> Settings:
        """Return the settings of an instance on *dsn* that meets Kafka as *user*."""
        return Settings(
            database=dsn,
            key=SecretStr(key_hex),
            log_key=SecretStr(self.log_key),
            kafka_bootstrap=self.bootstrap,
            kafka_username=user,
            kafka_password=SecretStr(self.passwords[user]),
            kafka_security="SASL_PLAINTEXT",
            erasure_ledger=self.erasure_ledger,
        )

    def sender(self, user: str) -> KafkaOutbox:
        """Return a producer of partner *user*. Raises: Unavailable."""
        return KafkaOutbox(self.access(user))

    def counts(self) -> dict[str, int]:
        """Return for each topic with records how many it holds; markers of transactions included."""
        consumer = KafkaConsumer(**self.access("zvh-auditor").options(), group_id=None)
        try:
            places = [TopicPartition("zvh.events", one) for one in sorted(consumer.partitions_for_topic("zvh.events"))]
            return {"zvh.events": sum(consumer.end_offsets(places).values())}
        finally:
            consumer.close()


@contextmanager
def own_kafka() -> Iterator[OwnKafka]:
    """Start a broker with everything on it. Raises: Unavailable when Java or Maven is missing."""
    with LocalKafka() as broker, tempfile.TemporaryDirectory(prefix="zvh-") as folder:
        wanted = kafka_admin.wanted()
        passwords = new_passwords(wanted)
        admin = Settings(
            kafka_bootstrap=broker.bootstrap,
            kafka_username=broker.admin_username,
            kafka_password=SecretStr(broker.admin_password),
            kafka_security="SASL_PLAINTEXT",
        )
        kafka_admin.apply(admin, passwords)
        yield OwnKafka(broker.bootstrap, broker.access(), passwords, Path(folder) / "vernietigingsregister")
