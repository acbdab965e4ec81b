"""The topic of facts, ``zvh.events``, for its only producer: whole batches or nothing, and where it stands."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import (
    AuthorizationError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    ProducerFencedError,
    SaslAuthenticationFailedError,
)
from kafka.partitioner import murmur2

from events.canonical import CONTENT_TYPE
from events.errors import BadSetting, Corrupt, Unavailable
from infra.kafka_client import KafkaAccess

TOPIC = "zvh.events"
INDEX_HEADER = "zvh_index"
ANSWER_SECONDS = 20.0
"""How long Kafka may take over one batch; longer, and the batch is looked up and done again."""
FIRST_WINDOW = 64
"""Offsets to read back for the last record of a partition; doubles while only markers and aborted records are found."""
CASES_TO_REMEMBER = 100_000

PRODUCER: Mapping[str, object] = {
    "acks": "all",
    "enable_idempotence": True,
    "allow_auto_create_topics": False,
    "batch_size": 256 * 1024,
    "linger_ms": 5,
    "max_request_size": 8 * 1024 * 1024,
    # The client sleeps this long before it asks again to begin a transaction while the markers of the one before are
    # still being written, which is nearly always; its default of 100 ms would be the pace of the whole relay.
    "retry_backoff_ms": 5,
    "reconnect_backoff_max_ms": 1_000,
    "request_timeout_ms": 10_000,
    "delivery_timeout_ms": 15_000,
    "max_block_ms": 10_000,
    "bootstrap_timeout_ms": 10_000,
    "metrics_enabled": False,
}
"""Settings of the producer; the benchmark gives its bare producer the same ones."""


class Entry(Protocol):
    """The fact to tell; see ``services.relay.Entry``."""

    @property
    def index(self) -> int: ...
    @property
    def case_id(self) -> str: ...
    @property
    def type_name(self) -> str: ...
    @property
    def fact_id(self) -> str: ...
    @property
    def value(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A record of the topic."""

    index: int
    value: bytes


def headers_of(fact: Entry) -> list[tuple[str, bytes]]:
    """Return what travels beside the value (design 5.1)."""
    return [
        (INDEX_HEADER, b"%d" % fact.index),
        ("ce_type", fact.type_name.encode()),
        ("ce_id", fact.fact_id.encode()),
        ("content-type", CONTENT_TYPE.encode()),
    ]


class EventsTopic:
    """Fits ``services.relay.Topic``. For one thread.

    Args:
        access: how to reach Kafka, as the user of the relay.
        house_oin: OIN of the house; all relays of one house share one transactional id, so that the newest shuts out
            the others.
        topic: name of the topic, for tests that need one of their own.
    """

    def __init__(self, access: KafkaAccess, house_oin: str, topic: str = TOPIC) -> None:
        self._access, self._transactional_id, self._topic = access, f"zvh-relay-{house_oin}", topic
        self._producer: KafkaProducer | None = None
        self._partitions: tuple[int, ...] = ()
        self._partition_by_case: dict[str, int] = {}

    def open(self) -> Mapping[int, ToldFact]:
        """See ``services.relay.Topic``."""
        self.close()
        with self._asking():
            self._producer = KafkaProducer(
                **self._access.options(),
                **PRODUCER,
                transactional_id=self._transactional_id,
                transaction_timeout_ms=30_000,
            )
            self._producer.init_transactions()
            consumer = KafkaConsumer(
                **self._access.options(),
                isolation_level="read_committed",
                enable_auto_commit=False,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
            try:
                self._partitions = tuple(sorted(consumer.partitions_for_topic(self._topic) or ()))
                self._partition_by_case.clear()
                if not self._partitions:
                    raise BadSetting(
                        f"Topic {self._topic} bestaat niet op deze Kafka. Voer eerst uit: zvh infra apply."
                    )
                return last_records(consumer, [TopicPartition(self._topic, number) for number in self._partitions])
            finally:
                consumer.close()

    def partition_of(self, case_id: str) -> int:
        """See ``services.relay.Topic``. As every Kafka client does it: murmur2 of the key."""
        known = self._partition_by_case.get(case_id)
        if known is None:
            known = self._partitions[(murmur2(case_id.encode()) & 0x7FFFFFFF) % len(self._partitions)]
            if len(self._partition_by_case) >= CASES_TO_REMEMBER:
                self._partition_by_case.clear()
            self._partition_by_case[case_id] = known
        return known

    def tell(self, facts: Sequence[Entry]) -> None:
        """See ``services.relay.Topic``."""
        with self._asking():
            producer = self._producer
            if producer is None:
                raise Unavailable("De verbinding met Kafka is niet open.")
            producer.begin_transaction()
            sent = [
                producer.send(
                    self._topic,
                    value=fact.value,
                    key=fact.case_id.encode(),
                    headers=headers_of(fact),
                    partition=self.partition_of(fact.case_id),
                )
                for fact in facts
            ]
            producer.flush(ANSWER_SECONDS)
            # The client lets a transaction commit although a batch of it ran out of time, so each fact is asked after.
            for future in sent:
                if not future.succeeded():
                    raise future.exception or KafkaTimeoutError("a fact of the batch was not acknowledged in time")
            _commit(producer)

    def close(self) -> None:
        """See ``services.relay.Topic``."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=1)
        except KafkaTimeoutError:
            # With records still on their way the client gives up closing halfway and goes on in the background, where
            # it would one day shut out its own successor.
            producer._sender.force_close()
            producer._sender.join(1)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except (KafkaError, OSError) as error:
            self.close()
            raise _explained(error) from None
        except BaseException:
            self.close()
            raise


def last_records(consumer: KafkaConsumer, partitions: Sequence[TopicPartition]) -> dict[int, ToldFact]:
    """Return the last committed record of each partition that has one, by number of the partition.

    The end of a partition may hold nothing but markers and aborted records, so it is read back in growing windows.

    Args:
        consumer: reads committed records only.
    Raises: Corrupt when a last record carries no index; KafkaTimeoutError.
    """
    begin, end = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    found: dict[int, ToldFact] = {}
    window = FIRST_WINDOW
    unread = [place for place in partitions if end[place] > begin[place]]
    while unread:
        starts = {place: max(begin[place], end[place] - window) for place in unread}
        found |= _read_last(consumer, starts, end)
        unread = [place for place in unread if place.partition not in found and starts[place] > begin[place]]
        window *= 4
    return found


def _read_last(
    consumer: KafkaConsumer, starts: Mapping[TopicPartition, int], end: Mapping[TopicPartition, int]
) -> dict[int, ToldFact]:
    last = {}
    consumer.assign(list(starts))
    for place, offset in starts.items():
        consumer.seek(place, offset)
    deadline = time.monotonic() + ANSWER_SECONDS
    while any(consumer.position(place) < end[place] for place in starts):
        if time.monotonic() > deadline:
            raise KafkaTimeoutError("the end of the topic could not be read in time")
        for place, records in consumer.poll(timeout_ms=200).items():
            last[place] = records[-1]
    return {place.partition: _told(place, record) for place, record in last.items()}


def _told(place: TopicPartition, record: ConsumerRecord) -> ToldFact:
    index = dict(record.headers).get(INDEX_HEADER, b"")
    if not index.isdigit() or record.value is None:
        raise Corrupt(f"Record {record.offset} van {place.topic}:{place.partition} is niet door de doorgever gemaakt.")
    return ToldFact(int(index), bytes(record.value))


def _commit(producer: KafkaProducer) -> None:
    """Commit the transaction of *producer*. Raises: KafkaError, KafkaTimeoutError when the outcome is unknown.

    The client itself waits without end, so it waits on a thread of its own, which may be left behind.
    """
    answered = threading.Event()
    failures: list[KafkaError] = []

    def commit() -> None:
        try:
            producer.commit_transaction()
        except KafkaError as error:
            failures.append(error)
        answered.set()

    threading.Thread(target=commit, name="zvh-relay-commit", daemon=True).start()
    if not answered.wait(ANSWER_SECONDS):
        raise KafkaTimeoutError("the commit was not acknowledged in time")
    if failures:
        raise failures[0]


def _explained(error: KafkaError | OSError) -> Unavailable | BadSetting:
    """Return the error of ours; the client's own text may quote a record, so only its kind is told."""
    kind = type(error).__name__
    if isinstance(error, MessageSizeTooLargeError):
        return BadSetting(f"Een feit is groter dan {TOPIC} aanneemt ({kind}). Verhoog max.message.bytes van het topic.")
    if isinstance(error, (AuthorizationError, SaslAuthenticationFailedError)):
        return Unavailable(f"Kafka laat de doorgever niet toe ({kind}). Voer zvh infra diff uit.")
    if isinstance(error, ProducerFencedError):
        return Unavailable(f"Een andere doorgever van dit huis heeft het overgenomen ({kind}).")
    return Unavailable(f"Kafka antwoordt niet ({kind}). Feiten blijven veilig in de database wachten.")
