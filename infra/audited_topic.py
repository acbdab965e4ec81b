"""The topic of facts as it stands, for a check of the whole house; takes part in no consumer group."""

import time
from collections.abc import Iterator

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError
from kafka.partitioner import murmur2

from events.errors import Unavailable
from events.stored import TopicRecord
from infra.kafka_client import KafkaAccess

TOPIC = "zvh.events"
POLL_MS = 200
SILENT_SECONDS = 30
"""How long a partition may give nothing before Kafka is called unavailable."""


class ReadTopic:
    """Fits ``services.audit.fsck.AuditedTopic``. Reads up to the ends that it found when it was made.

    Args:
        topic: name of the topic, for tests that need one of their own.
    Raises: Unavailable.
    """

    def __init__(self, access: KafkaAccess, topic: str = TOPIC) -> None:
        self._access = access
        try:
            consumer = self._consumer()
            try:
                places = [TopicPartition(topic, one) for one in sorted(consumer.partitions_for_topic(topic) or ())]
                self._ends = dict(consumer.end_offsets(places)) if places else {}
            finally:
                consumer.close()
        except KafkaError as error:
            raise _unavailable(error) from None
        if not self._ends:
            raise Unavailable(f"Topic {topic} bestaat niet op deze Kafka. Voer eerst uit: zvh infra apply.")

    def partition_of(self, case_id: str) -> int:
        """See the port."""
        return int((murmur2(case_id.encode()) & 0x7FFFFFFF) % len(self._ends))

    def expected(self) -> int:
        """See the port. Markers of transactions are counted too."""
        return sum(self._ends.values())

    def records(self) -> Iterator[TopicRecord]:
        """See the port."""
        try:
            consumer = self._consumer()
            try:
                for place, end in sorted(self._ends.items()):
                    yield from self._partition(consumer, place, end)
            finally:
                consumer.close()
        except KafkaError as error:
            raise _unavailable(error) from None

    def _partition(self, consumer: KafkaConsumer, place: TopicPartition, end: int) -> Iterator[TopicRecord]:
        consumer.assign([place])
        consumer.seek(place, consumer.beginning_offsets([place])[place])
        moved = time.monotonic()
        while (before := consumer.position(place)) < end:
            found = consumer.poll(timeout_ms=POLL_MS, max_records=2000).get(place, [])
            if consumer.position(place) > before:
                moved = time.monotonic()
            elif time.monotonic() - moved > SILENT_SECONDS:
                raise Unavailable(f"Kafka geeft geen feiten meer na plaats {before} van partitie {place.partition}.")
            for record in found:
                if record.offset < end:
                    yield self._read(record)

    def _read(self, record: ConsumerRecord) -> TopicRecord:
        headers = {name: value or b"" for name, value in record.headers}
        index, key = headers.get("zvh_index", b""), (record.key or b"").decode("utf-8", "replace")
        return TopicRecord(
            record.partition,
            record.offset,
            int(index) if index.isdigit() else None,
            key,
            headers.get("ce_type", b"").decode("utf-8", "replace"),
            headers.get("ce_id", b"").decode("utf-8", "replace"),
            bytes(record.value or b""),
            self.partition_of(key),
        )

    def _consumer(self) -> KafkaConsumer:
        return KafkaConsumer(
            **self._access.options(), group_id=None, isolation_level="read_committed", enable_auto_commit=False
        )


def _unavailable(error: KafkaError) -> Unavailable:
    return Unavailable(f"Kafka geeft de feiten niet ({type(error).__name__}). Probeer het later opnieuw.")
