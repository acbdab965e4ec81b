"""The promises of the relay: numbers in order of commitment, each fact on Kafka once, history never rewritten."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaProducer

from events.errors import BadSetting, Conflict, Corrupt, Unavailable
from infra.event_store import PostgresFactStore, open_recorder
from infra.events_topic import EventsTopic
from infra.kafka_client import KafkaAccess
from infra.local.kafka import LocalKafka
from infra.numbering import Numbering
from services.relay import Lag, Relay
from tests.facts import HOUSE_OIN
from tests.relaying import commit, drain, fill, in_order, numbered, stored, told, unfinished

PARTITIONS, FACTS_IN_A_ROW = 4, 60


@pytest.fixture
def access(kafka: LocalKafka) -> KafkaAccess:
    """The way to Kafka as its administrator: these tests use topics of their own, where the relay has no rights."""
    return kafka.access()


@pytest.fixture
def topic(access: KafkaAccess) -> Iterator[str]:
    """An empty topic of its own."""
    name = f"relay-{uuid4()}"
    admin = KafkaAdminClient(**access.options())
    admin.create_topics({name: {"num_partitions": PARTITIONS, "replication_factor": 1}}, wait_for_metadata=True)
    yield name
    admin.delete_topics([name])
    admin.close()


@pytest.fixture
def start(database: str, access: KafkaAccess, topic: str) -> Iterator[Callable[..., Relay]]:
    """Start a relay as a new process would: nothing known, and whoever was the relay before is gone."""
    opened: list[tuple[Numbering, EventsTopic]] = []

    def new(batch: int = 50) -> Relay:
        for numbering, events_topic in opened:
            numbering.close()
            events_topic.close()
        opened.append((Numbering(database), EventsTopic(access, HOUSE_OIN, topic)))
        return Relay(*opened[-1], batch=batch)

    yield new
    for numbering, events_topic in opened:
        numbering.close()
        events_topic.close()


def test_numbers_are_dense_and_in_order_of_commitment_although_ids_have_holes(database: str) -> None:
    """A refused commit burns an id of the store; it leaves no hole in the index."""
    case = uuid4()
    with PostgresFactStore(database, HOUSE_OIN) as facts, Numbering(database) as numbering:
        for sequence in (1, 3, 5):
            commit(facts, case, sequence, count=2)
            with pytest.raises(Conflict):
                commit(facts, case, sequence)
        assert numbering.lock() is None
        assert [numbering.number(4), numbering.number(4), numbering.number(4)] == [4, 2, 0]
    assert numbered(database) == stored(database)
    with psycopg.connect(database) as session:
        row = session.execute("SELECT max(notification_id) > count(*) FROM facts.stored_events").fetchone()
    assert row == (True,)


def test_a_reader_that_follows_six_writers_misses_nothing(database: str) -> None:
    """The table lock of the library makes ids rise in the order of commitment, so numbering while writing is safe."""

    def write(case: UUID) -> None:
        for sequence in range(1, 181, 3):
            commit(facts, case, sequence, count=3)

    with (
        PostgresFactStore(database, HOUSE_OIN) as facts,
        Numbering(database) as numbering,
        ThreadPoolExecutor(6) as writers,
    ):
        assert numbering.lock() is None
        writing = [writers.submit(write, uuid4()) for _ in range(6)]
        busy = 0
        while any(not one.done() for one in writing):
            busy += numbering.number(7)
        for one in writing:
            one.result()
        while numbering.number(1000):
            pass
    assert busy > 0
    assert len(stored(database)) == 6 * 180
    assert numbered(database) == stored(database)


def test_the_library_never_inserts_without_its_table_lock(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its database functions take no lock: a follower then misses facts. The environment cannot turn them on either."""
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    with open_recorder(database) as recorder:
        assert recorder.datastore.enable_db_functions is False
        assert any("IN EXCLUSIVE MODE" in str(statement) for statement in recorder.lock_table_statements)


def test_one_relay_works_and_the_other_hears_who_it_is(database: str) -> None:
    """Two relays on one database: the second gets no lock but a name, until the first is gone."""
    fill(database, 3)
    with Numbering(database) as first, Numbering(database) as second:
        assert first.lock() is None
        holder = second.lock()
        assert holder is not None
        assert "zvh-relay" in holder
        with pytest.raises(Unavailable, match="Een ander proces is nu de doorgever: zvh-relay"):
            Relay(second).step()
        with pytest.raises(Unavailable, match="niet \\(meer\\) de doorgever"):
            second.number(1)
        first.close()
        assert Relay(second).step() == 3


def test_without_kafka_the_relay_only_numbers(database: str) -> None:
    """The embedded instance reads the numbered log itself."""
    fill(database, 5)
    with Numbering(database) as numbering:
        relay = Relay(numbering, batch=2)
        assert relay.lag() == Lag(unnumbered=5, untold=0)
        assert [relay.step() for _ in range(4)] == [2, 2, 1, 0]
        assert relay.lag() == Lag(unnumbered=0, untold=0)
    assert numbered(database) == stored(database)


def test_a_lost_session_gives_up_the_lock_and_takes_it_again(database: str) -> None:
    """The database may drop the relay's session: that is one failed step, not a lost relay."""
    fill(database, 2)
    with Numbering(database) as numbering:
        relay = Relay(numbering)
        assert relay.step() == 2
        fill(database, 2)
        with psycopg.connect(database, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name LIKE 'zvh-relay%' AND datname = current_database()"
            )
        with pytest.raises(Unavailable):
            relay.step()
        assert relay.step() == 2


class Counted(Numbering):
    """The numbering, counting its batches."""

    batches = 0

    def number(self, limit: int) -> int:
        """See the numbering."""
        found = super().number(limit)
        self.batches += found > 0
        return found


def test_facts_that_come_close_together_are_moved_together(database: str) -> None:
    """One writer commits one fact after the other, and the relay moves them in far fewer batches."""
    stop = threading.Event()
    with Counted(database) as numbering:
        running = threading.Thread(target=Relay(numbering).run, args=(stop,))
        running.start()
        try:
            fill(database, FACTS_IN_A_ROW)
            until = time.monotonic() + 60
            while numbered(database) != stored(database) and time.monotonic() < until:
                time.sleep(0.05)
        finally:
            stop.set()
            running.join()
        assert numbered(database) == stored(database)
        assert numbering.batches <= FACTS_IN_A_ROW // 2


def test_a_waiting_relay_wakes_for_a_new_fact(database: str) -> None:
    """The library announces each commit; the relay hears it well before its own time to look."""
    with Numbering(database) as numbering:
        assert numbering.lock() is None
        writer = threading.Timer(0.1, fill, (database, 1))
        writer.start()
        numbering.wait(60)
        writer.join()
        assert numbering.number(10) == 1


def test_each_fact_is_told_once_with_the_stored_bytes(
    database: str, access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """Value, key, headers and place are those of the contract; a later relay goes on where the last one stood."""
    fill(database, 120)
    relay = start()
    assert relay.lag() == Lag(unnumbered=120, untold=None)
    assert relay.step() == 50
    assert relay.lag() == Lag(unnumbered=70, untold=0)
    assert drain(start()) == 70
    assert drain(start()) == 0
    fill(database, 30)
    assert drain(start(batch=7)) == 30
    partitions = told(access.options(), topic)
    assert list(in_order(partitions)) == stored(database)
    assert len([partition for partition in partitions if partition]) > 1
    for partition in partitions:
        assert [row.index for row in partition] == sorted(row.index for row in partition)


def test_the_place_of_a_case_is_the_one_that_every_kafka_client_computes(
    access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """Our remembered partitions agree with the client's default partitioner."""
    events_topic = EventsTopic(access, HOUSE_OIN, topic)
    events_topic.open()
    producer = KafkaProducer(**access.options())
    for case in [str(uuid4()) for _ in range(50)]:
        assert producer.send(topic, value=b"x", key=case.encode()).get(10).partition == events_topic.partition_of(case)
    producer.close()
    events_topic.close()


def test_an_unfinished_transaction_leaves_no_trace(
    database: str, access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """More aborted records and markers than the first look back takes in do not hide the last committed record."""
    fill(database, 40)
    unfinished(access, topic, records=300)
    assert drain(start()) == 40
    for _ in range(3):
        unfinished(access, topic, records=600)
    fill(database, 10)
    assert drain(start()) == 10
    assert list(in_order(told(access.options(), topic))) == stored(database)


def test_an_older_relay_is_shut_out(
    database: str, access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """A relay that slept through its own succession can tell nothing any more."""
    fill(database, 10)
    with Numbering(database) as numbering:
        numbering.lock()
        numbering.number(10)
        facts = numbering.read(0, 10)
    sleeper = EventsTopic(access, HOUSE_OIN, topic)
    sleeper.open()
    assert drain(start()) == 10
    with pytest.raises(Unavailable):
        sleeper.tell(facts)
    sleeper.close()
    assert list(in_order(told(access.options(), topic))) == stored(database)


def test_an_old_backup_is_refused_and_nothing_is_written(
    database: str, access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """The topic knows more facts than the database: new facts may not take the numbers of the lost ones."""
    fill(database, 20)
    assert drain(start()) == 20
    with psycopg.connect(database) as session:
        session.execute("DELETE FROM log.numbered WHERE index >= 15")
        session.execute("DELETE FROM facts.stored_events WHERE notification_id > 15")
    fill(database, 30)
    with pytest.raises(Corrupt, match="Kafka kent 20 feiten, de database nummerde er maar 15"):
        start().step()
    assert len(numbered(database)) == 15
    assert sum(map(len, told(access.options(), topic))) == 20


def test_a_fact_that_differs_from_kafka_is_refused(database: str, start: Callable[..., Relay]) -> None:
    """Bytes that were told are never told otherwise."""
    fill(database, 20)
    assert drain(start()) == 20
    with psycopg.connect(database) as session:
        session.execute(
            "UPDATE facts.stored_events SET state = convert_to(replace(convert_from(state, 'UTF8'), 'CaseAccepted', "
            "'CaseRejected') || ' ', 'UTF8') WHERE notification_id = (SELECT max(notification_id) FROM log.numbered)"
        )
    fill(database, 1)
    with pytest.raises(Corrupt, match="Feit 19 is op Kafka een ander dan in de database"):
        start().step()


def test_a_fact_that_kafka_lost_is_noticed(
    database: str, access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """A partition that lost its end, while others went on, is not passed over in silence."""
    fill(database, 20)
    with Numbering(database) as numbering:
        numbering.lock()
        numbering.number(20)
        facts = numbering.read(0, 20)
    events_topic = EventsTopic(access, HOUSE_OIN, topic)
    events_topic.open()
    lost = events_topic.partition_of(facts[0].case_id)
    events_topic.tell([fact for fact in facts if events_topic.partition_of(fact.case_id) != lost])
    events_topic.close()
    with pytest.raises(Corrupt, match="staat niet op Kafka op de plaats van zijn zaak"):
        start().step()


def test_a_record_that_the_relay_did_not_make_is_refused(
    access: KafkaAccess, topic: str, start: Callable[..., Relay]
) -> None:
    """Whoever else could write to the topic, the relay does not go on over it."""
    producer = KafkaProducer(**access.options())
    producer.send(topic, value=json.dumps({"id": "x"}).encode(), key=b"x").get(10)
    producer.close()
    with pytest.raises(Corrupt, match="is niet door de doorgever gemaakt"):
        start().step()


def test_a_missing_topic_says_what_to_do(database: str, access: KafkaAccess) -> None:
    """The relay does not make topics."""
    with Numbering(database) as numbering, pytest.raises(BadSetting, match="zvh infra apply"):
        Relay(numbering, EventsTopic(access, HOUSE_OIN, "relay-nowhere")).step()
