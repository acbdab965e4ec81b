"""Exact reading of the topic of facts with kafka-python: from an offset to an offset, committed facts only."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from events.errors import Corrupt, Unavailable
from events.receipt import Numbered
from infra.events_topic import INDEX_HEADER, TOPIC
from infra.kafka_client import KafkaAccess
from infra.views import Position

POLL_MS = 100
POLL_SECONDS = 30
"""How long a partition may give nothing before Kafka is called unavailable."""


def source_of(partition: int) -> str:
    """Return the name of one partition in the table of positions."""
    return f"{TOPIC}:{partition}"


def index_of(headers: Sequence[tuple[str, bytes | None]]) -> int:
    """Return the log index that a record carries. Raises: Corrupt."""
    found = dict(headers).get(INDEX_HEADER)
    if found is None or not found.isdigit():
        raise Corrupt(f"Op {TOPIC} staat een bericht zonder nummer. Alleen de doorgever mag daar schrijven.")
    return int(found)


class KafkaLog:
    """Reads ``zvh.events`` for a rebuild or an audit; takes part in no consumer group. Safe from several threads.

    What is asked again and again, where the topic ends, is asked through connections that stay open until ``close``.
    """

    def __init__(self, access: KafkaAccess) -> None:
        self._access = access
        self._lock = threading.Lock()
        self._asking: dict[str, KafkaConsumer] = {}

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            self._drop()

    def read(self, known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        """Yield the facts between two sets of positions, partition by partition. Raises: Unavailable; Corrupt."""
        begin = {one.source: one.next_place for one in known}
        try:
            consumer = KafkaConsumer(
                **self._access.options(), group_id=None, isolation_level="read_committed", enable_auto_commit=False
            )
            try:
                for one in wanted:
                    if one.next_place > begin.get(one.source, 0):
                        yield from self._read_partition(consumer, one, begin.get(one.source, 0))
            finally:
                consumer.close()
        except KafkaError as error:
            raise _unavailable(error) from None

    def holds_more(self, known: Sequence[Position], wanted: Sequence[Position]) -> bool:
        """Say whether there is any fact between two sets of positions. Raises: Unavailable.

        Behind the last fact of a partition stand the markers of its transactions: places without a fact.
        """
        begin = {one.source: one.next_place for one in known}
        ends = {_place(one.source): one.next_place for one in wanted if one.next_place > begin.get(one.source, 0)}
        if not ends:
            return False
        with self._asked("read_committed") as consumer:
            consumer.assign(list(ends))
            for place in ends:
                consumer.seek(place, begin.get(source_of(place.partition), 0))
            return _brings(consumer, ends)

    def ends(self) -> Mapping[int, int] | None:
        """Return the end of each partition; None while a transaction is under way, when nobody can say yet.

        Raises: Unavailable.
        """
        committed, written = self._ends("read_committed"), self._ends("read_uncommitted")
        return committed if committed == written else None

    def _ends(self, isolation: str) -> dict[int, int]:
        with self._asked(isolation) as consumer:
            places = [TopicPartition(TOPIC, one) for one in sorted(consumer.partitions_for_topic(TOPIC) or ())]
            return {place.partition: end for place, end in consumer.end_offsets(places).items()}

    @contextmanager
    def _asked(self, isolation: str) -> Iterator[KafkaConsumer]:
        """Lend the open connection; one that failed is not used again."""
        with self._lock:
            try:
                if isolation not in self._asking:
                    self._asking[isolation] = KafkaConsumer(
                        **self._access.options(), group_id=None, isolation_level=isolation, enable_auto_commit=False
                    )
                yield self._asking[isolation]
            except KafkaError as error:
                self._drop()
                raise _unavailable(error) from None

    def _drop(self) -> None:
        for consumer in self._asking.values():
            consumer.close()
        self._asking.clear()

    def _read_partition(self, consumer: KafkaConsumer, wanted: Position, first: int) -> Iterator[Numbered]:
        place = _place(wanted.source)
        consumer.assign([place])
        consumer.seek(place, first)
        last_progress = time.monotonic()
        while (before := consumer.position(place)) < wanted.next_place:
            # A short wait: where only the markers of transactions are left, a poll moves on and brings nothing.
            records = consumer.poll(timeout_ms=POLL_MS, max_records=5000).get(place, [])
            if consumer.position(place) > before:
                last_progress = time.monotonic()
            elif time.monotonic() - last_progress > POLL_SECONDS:
                raise Unavailable(f"Kafka geeft geen feiten meer na plaats {before} van partitie {place.partition}.")
            for record in records:
                if record.offset >= wanted.next_place:
                    return
                yield Numbered(index_of(record.headers), record.value)


def _place(source: str) -> TopicPartition:
    return TopicPartition(TOPIC, int(source.rpartition(":")[2]))


def _brings(consumer: KafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    until = time.monotonic() + POLL_SECONDS
    while any(consumer.position(place) < end for place, end in ends.items()):
        for place, records in consumer.poll(timeout_ms=POLL_MS).items():
            if any(record.offset < ends[place] for record in records):
                return True
        if time.monotonic() > until:
            raise Unavailable("Kafka geeft geen feiten meer. Probeer het later opnieuw.")
    return False


def _unavailable(error: KafkaError) -> Unavailable:
    return Unavailable(f"Kafka geeft de feiten niet ({type(error).__name__}). Probeer het later opnieuw.")
