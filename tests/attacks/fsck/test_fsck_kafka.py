"""Attacks on the topic of facts, on a real Kafka, by somebody who may write anything there. Each is named."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.partitioner import murmur2

from events.errors import Unavailable
from infra.audited_store import AuditedStore
from infra.audited_topic import ReadTopic
from infra.event_store import PostgresFactStore
from infra.events_topic import EventsTopic
from infra.kafka_client import KafkaAccess
from infra.local.kafka import LocalKafka
from infra.numbering import Numbering
from services.audit.fsck import Checked, fsck, nothing_shown
from services.bootstrap.auditing import trust
from services.relay import Relay
from tests.attacks.fsck.house import LONG, kinds, places, project, settings_of
from tests.facts import HOUSE_OIN
from tests.relaying import commit, drain, numbered
from tests.transparency.keeping import number, tampered

PARTITIONS = 3


@dataclass(frozen=True)
class Record:
    """A record as somebody puts it on the topic."""

    headers: tuple[tuple[str, bytes], ...]
    key: bytes
    value: bytes
    partition: int


@pytest.fixture
def access(kafka: LocalKafka) -> KafkaAccess:
    """The way to Kafka as its administrator."""
    return kafka.access()


@pytest.fixture
def topic(access: KafkaAccess) -> Iterator[str]:
    """An empty topic of its own."""
    name = f"fsck-{uuid4()}"
    admin = KafkaAdminClient(**access.options())
    admin.create_topics({name: {"num_partitions": PARTITIONS, "replication_factor": 1}}, wait_for_metadata=True)
    yield name
    admin.delete_topics([name])
    admin.close()


def checked(dsn: str, access: KafkaAccess, topic: str) -> Checked:
    """Check the house on a database against a topic."""
    with AuditedStore(dsn) as store:
        return fsck(store, ReadTopic(access, topic), trust(settings_of(dsn)), nothing_shown)


def told(dsn: str, access: KafkaAccess, topic: str, change: Callable[[list[Record]], Sequence[Record]]) -> None:
    """Put the log on the topic as it would be, changed by somebody."""
    records = []
    for row in numbered(dsn):
        key = row.case_id.encode()
        fact_id = row.value.partition(b'"id":"')[2][:36]
        headers = (("zvh_index", b"%d" % row.index), ("ce_type", row.type_name.encode()), ("ce_id", fact_id))
        records.append(Record(headers, key, row.value, (murmur2(key) & 0x7FFFFFFF) % PARTITIONS))
    producer = KafkaProducer(**access.options(), enable_idempotence=True)
    for one in change(records):
        producer.send(topic, value=one.value, key=one.key, headers=list(one.headers), partition=one.partition)
    producer.flush()
    producer.close()


def test_a_log_that_the_relay_told_is_sound_and_complete(long: str, access: KafkaAccess, topic: str) -> None:
    """In several transactions, whose markers are no records; and a fact that is not told yet is only waited for."""
    with Numbering(long) as numbering:
        relay = Relay(numbering, EventsTopic(access, HOUSE_OIN, topic), batch=90)
        assert relay.lock() is None
        assert drain(relay) == LONG
    found = checked(long, access, topic)
    assert (kinds(found), found.complete) == ({}, True)
    with PostgresFactStore(long, HOUSE_OIN) as store:
        commit(store, uuid4(), 1, 3)
    number(long)
    project(long)
    behind = checked(long, access, topic)
    assert kinds(behind).keys() <= {"row_disputed"}, "these facts belong to a case that nobody brought in"
    assert (behind.waiting["untold"], behind.complete) == (3, False)


def test_a_topic_that_somebody_else_filled_in_the_same_way_is_sound(long: str, access: KafkaAccess, topic: str) -> None:
    """So what follows is about the change alone."""
    told(long, access, topic, lambda records: records)
    assert kinds(checked(long, access, topic)) == {}


def test_an_altered_value_is_named(long: str, access: KafkaAccess, topic: str) -> None:
    """One byte of one fact on Kafka; the store is as it was."""

    def change(records: list[Record]) -> list[Record]:
        value = records[300].value
        records[300] = replace(records[300], value=value[:-60] + bytes([value[-60] ^ 1]) + value[-59:])
        return records

    told(long, access, topic, change)
    found = checked(long, access, topic)
    assert kinds(found) == {"topic_altered": 1}
    assert places(found, "topic_altered") == ["feit 300"]


def test_a_missing_record_is_named(long: str, access: KafkaAccess, topic: str) -> None:
    """In the middle: a hole. At the end, it would not have been told yet."""
    told(long, access, topic, lambda records: records[:300] + records[301:-2])
    found = checked(long, access, topic)
    assert places(found, "topic_missing") == ["feit 300"]
    assert found.waiting["untold"] == 2


def test_a_record_too_many_is_named(long: str, access: KafkaAccess, topic: str) -> None:
    """A fact that stands twice, and a record that carries no number."""
    told(
        long,
        access,
        topic,
        lambda records: [*records, records[-1], replace(records[-1], headers=records[-1].headers[1:])],
    )
    assert kinds(checked(long, access, topic)) == {"topic_extra": 2}


def test_records_that_changed_places_are_named(long: str, access: KafkaAccess, topic: str) -> None:
    """Two facts of one partition in the wrong order, and one where its case does not belong."""

    def change(records: list[Record]) -> list[Record]:
        first = 300
        second = next(at for at in range(301, LONG) if records[at].partition == records[first].partition)
        records[first], records[second] = records[second], records[first]
        records[600] = replace(records[600], partition=(records[600].partition + 1) % PARTITIONS)
        return records

    told(long, access, topic, change)
    assert kinds(checked(long, access, topic)).keys() == {"topic_order"}


def test_a_false_header_or_key_is_named(long: str, access: KafkaAccess, topic: str) -> None:
    """Another type, another id, and another case around the right bytes."""

    def change(records: list[Record]) -> list[Record]:
        for at, name in ((10, "ce_type"), (20, "ce_id")):
            other = [(key, b"other" if key == name else value) for key, value in records[at].headers]
            records[at] = replace(records[at], headers=tuple(other))
        records[30] = replace(records[30], key=str(uuid4()).encode())
        return records

    told(long, access, topic, change)
    found = checked(long, access, topic)
    assert {"feit 10", "feit 20", "feit 30"} == set(places(found, "topic_relabelled"))


def test_a_topic_that_knows_more_than_the_database_is_named(long: str, access: KafkaAccess, topic: str) -> None:
    """After an old backup was put back: the last hundred facts are on Kafka alone."""
    told(long, access, topic, lambda records: records)
    tampered(
        long,
        "DELETE FROM facts.stored_events WHERE notification_id > (SELECT notification_id FROM log.numbered "
        f"WHERE index = {LONG - 101});"
        "DELETE FROM facts.commands WHERE NOT EXISTS (SELECT FROM facts.stored_events AS e WHERE e.originator_id = "
        "case_id AND e.originator_version = first_sequence);"
        f"DELETE FROM log.numbered WHERE index >= {LONG - 100}; DELETE FROM log.leaves WHERE index >= {LONG - 100};"
        f"DELETE FROM log.checkpoints WHERE size > {LONG - 100};"
        "DELETE FROM log.tiles; TRUNCATE views.case_state, views.work, views.work_waits, views.ledger, views.positions",
    )
    found = checked(long, access, topic)
    assert places(found, "topic_ahead") == [f"feit {LONG - 100}"]
    assert not kinds(found).keys() & {"topic_extra", "topic_altered", "log_truncated"}


def test_kafka_that_does_not_answer_or_lacks_the_topic_is_told_in_one_sentence(long: str, access: KafkaAccess) -> None:
    """No half answer: without Kafka the check of a house with Kafka does not end well."""
    with pytest.raises(Unavailable, match="zvh infra apply"):
        checked(long, access, f"fsck-{uuid4()}")
