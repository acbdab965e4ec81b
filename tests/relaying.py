"""What the tests of the relay share: facts to write, and the store and the topic read back by other means than ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from events.errors import Unavailable
from events.receipt import Receipt
from infra.event_store import PostgresFactStore
from infra.kafka_client import KafkaAccess
from services.relay import Relay
from tests.facts import ACCEPTED, HOUSE_OIN, recorded


@dataclass(frozen=True)
class Row:
    """A fact as the store has it, or a record as the topic has it."""

    index: int
    case_id: str
    type_name: str
    value: bytes


def commit(store: PostgresFactStore, case_id: UUID, first_sequence: int, count: int = 1) -> None:
    """Commit *count* facts of one case in one transaction, as a command does; a slow database is asked again."""
    facts = [recorded(ACCEPTED, first_sequence + step, uuid4(), case_id) for step in range(count)]
    receipt = Receipt(uuid4(), "done", "test", bytes(32))
    for _ in range(4):
        try:
            store.commit(facts, receipt)
            return
        except Unavailable:
            continue
    store.commit(facts, receipt)


def fill(dsn: str, facts: int, cases: int = 20) -> None:
    """Write *facts* facts, spread over *cases* new cases, one transaction each."""
    names = [uuid4() for _ in range(cases)]
    with PostgresFactStore(dsn, HOUSE_OIN) as store:
        for number in range(facts):
            commit(store, names[number % cases], number // cases + 1)


def stored(dsn: str) -> list[Row]:
    """Return all facts of the store in the order of commitment, numbered by counting."""
    with psycopg.connect(dsn) as session:
        rows = session.execute(
            "SELECT originator_id::text, topic, state FROM facts.stored_events ORDER BY notification_id"
        ).fetchall()
    return [Row(number, *row) for number, row in enumerate(rows)]


def numbered(dsn: str) -> list[Row]:
    """Return the numbered log, in order of index."""
    with psycopg.connect(dsn) as session:
        rows = session.execute(
            "SELECT index, originator_id::text, topic, state FROM log.numbered JOIN facts.stored_events "
            "USING (notification_id) ORDER BY index"
        ).fetchall()
    return [Row(*row) for row in rows]


def told(options: Mapping[str, object], topic: str, isolation: str = "read_committed") -> list[list[Row]]:
    """Return the records of each partition of *topic*, in order of offset; the committed ones unless told otherwise."""
    consumer = KafkaConsumer(**options, isolation_level=isolation, enable_auto_commit=False)
    try:
        places = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        # Up to the very end, also where the marker of the last transaction is still on its way.
        end = _ends(options, places)
        found: dict[int, list[Row]] = {place.partition: [] for place in places}
        while any(consumer.position(place) < end[place] for place in places):
            for place, records in consumer.poll(timeout_ms=200).items():
                found[place.partition] += [_row(dict(record.headers), record.key, record.value) for record in records]
        return [found[place.partition] for place in places]
    finally:
        consumer.close()


def _ends(options: Mapping[str, object], places: list[TopicPartition]) -> dict[TopicPartition, int]:
    consumer = KafkaConsumer(**options, isolation_level="read_uncommitted")
    try:
        return dict(consumer.end_offsets(places))
    finally:
        consumer.close()


def _row(headers: dict[str, bytes], key: bytes, value: bytes) -> Row:
    return Row(int(headers["zvh_index"]), key.decode(), headers["ce_type"].decode(), value)


def in_order(partitions: list[list[Row]]) -> Iterator[Row]:
    """Yield the rows of all partitions in order of index, doubles included."""
    yield from sorted((row for partition in partitions for row in partition), key=lambda row: row.index)


def drain(relay: Relay) -> int:
    """Step until nothing is left; returns the number of facts moved."""
    moved = 0
    while step := relay.step():
        moved += step
    return moved


def unfinished(access: KafkaAccess, topic: str, records: int) -> None:
    """Leave behind what a relay leaves that is killed in the middle of a transaction."""
    producer = KafkaProducer(**access.options(), transactional_id=f"zvh-relay-{HOUSE_OIN}")
    producer.init_transactions()
    producer.begin_transaction()
    for number in range(records):
        producer.send(topic, value=b"never committed", key=b"%d" % number, headers=[("zvh_index", b"%d" % number)])
    producer.flush()
    producer._sender.force_close()
