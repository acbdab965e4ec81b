"""The outbox, on Kafka and in its embedded twin: what is handed over is there, under its key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition

from events.errors import Unavailable
from infra.kafka_client import KafkaAccess
from infra.local.kafka import LocalKafka
from infra.outbox import EmbeddedOutbox, KafkaOutbox
from services.ports import Outbox

TOPIC = "zvh.feed.police"


@dataclass
class Carried:
    """An outbox, and what a reader of TOPIC finds: (key, value) in order."""

    outbox: Outbox
    found: Callable[[], list[tuple[str, bytes]]]


@pytest.fixture(params=["embedded", "kafka"])
def carried(request: pytest.FixtureRequest) -> Iterator[Carried]:
    """Each of the two outboxes in turn."""
    if request.param == "embedded":
        dsn: str = request.getfixturevalue("database")
        embedded = EmbeddedOutbox(dsn)
        yield Carried(embedded, lambda: in_table(dsn))
        embedded.close()
    else:
        access = KafkaAccess.of(request.getfixturevalue("kafka"))
        on_kafka = KafkaOutbox(access)
        yield Carried(on_kafka, lambda: on_topic(access))
        on_kafka.close()


def in_table(dsn: str) -> list[tuple[str, bytes]]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT key, value FROM views.outgoing WHERE topic = %s ORDER BY id", (TOPIC,))
        return [(key, bytes(value)) for key, value in rows]


def on_topic(access: KafkaAccess) -> list[tuple[str, bytes]]:
    reader = KafkaConsumer(**access.options(), auto_offset_reset="earliest", enable_auto_commit=False)
    places = [TopicPartition(TOPIC, number) for number in sorted(reader.partitions_for_topic(TOPIC) or ())]
    reader.assign(places)
    ends = reader.end_offsets(places)
    found = []
    while any(reader.position(place) < ends[place] for place in places):
        for records in reader.poll(timeout_ms=500).values():
            found += [((record.key or b"").decode(), record.value or b"") for record in records]
    reader.close()
    return found


def test_what_is_published_is_there_on_return(carried: Carried) -> None:
    """A reader that comes after the call finds it, byte for byte."""
    key, value = str(uuid4()), b'{"\xc3\xa9": "\x00"}'
    carried.outbox.publish(TOPIC, key, value)
    assert (key, value) in carried.found()


def test_the_same_answer_again_is_known_by_its_key(carried: Carried) -> None:
    """Publishing again after a crash gives a receiver nothing that it cannot recognise."""
    key = str(uuid4())
    for _ in range(2):
        carried.outbox.publish(TOPIC, key, b"answer")
    assert {value for found, value in carried.found() if found == key} == {b"answer"}


def test_answers_keep_their_order(carried: Carried) -> None:
    """As long as they go to one feed."""
    keys = [f"{uuid4()}/{number}" for number in range(20)]
    for key in keys:
        carried.outbox.publish(TOPIC, key, b"answer")
    assert [key for key, _ in carried.found() if key in keys] == keys


def test_a_database_that_is_away_is_unavailable() -> None:
    """So that the intake waits, and does not take the answer for given."""
    outbox = EmbeddedOutbox("host=127.0.0.1 port=1 dbname=none", answer_seconds=0.5)
    with pytest.raises(Unavailable, match="Probeer het later opnieuw"):
        outbox.publish(TOPIC, "key", b"answer")
    outbox.close()


def test_a_topic_that_is_away_is_unavailable(kafka: LocalKafka) -> None:
    """A feed that was never made swallows no answer."""
    outbox = KafkaOutbox(KafkaAccess.of(kafka), answer_seconds=2)
    with pytest.raises(Unavailable):
        outbox.publish("zvh.feed.nobody", "key", b"answer")
    outbox.close()
