"""Partner events over a real Kafka into the intake: nothing lost, nothing twice, nothing out of order."""

import asyncio
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from events.errors import Unavailable
from infra.clock import SystemClock
from infra.event_store import PostgresFactStore
from infra.intake_consumer import intake_broker, subscribe_intake
from infra.kafka_client import KafkaAccess
from infra.keys import KeyRing
from infra.local.kafka import LocalKafka
from infra.outbox import KafkaOutbox
from infra.pseudonyms import KeyedPseudonyms
from infra.sealing import AesSealer
from infra.wrapping import LocalWrapping
from policies.engine import Policies
from policies.reference import Reference
from services.channels import REJECTED, feed_topic, intake_topic
from services.handling import Handling
from services.intake import Delivery, Intake
from services.simulate import Plan, Sent, traffic
from services.workflow.engine import Workflow
from tests.facts import HOUSE_OIN
from tests.partner_events import as_bytes, offered, supplement

REFERENCE = Reference.load()
PATIENCE = 120
"""Seconds after which a test gives up; every test waits for a state, never for a time."""


@dataclass
class Line:
    """Intake topics of this test alone, with an intake behind them."""

    access: KafkaAccess
    """Of the administrator, to look at what the test may see."""
    worker: KafkaAccess
    """Of the intake itself, with no more rights than it has in production."""
    intake: Intake
    producer: KafkaProducer
    topics: dict[str, str]
    """Topic -> participant."""
    group: str = field(default_factory=lambda: f"zvh-intake-{uuid4().hex}")
    outcomes: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    away: threading.Event = field(default_factory=threading.Event)

    def take(self, origin: str, org: str, raw: bytes) -> None:
        if self.away.is_set():
            raise Unavailable("weg")
        taken = self.intake.take(Delivery(origin, org, raw))
        self.origins.append(origin)
        self.outcomes.append(taken.outcome)

    def send(
        self, org: str, value: bytes | None, key: str = "k", headers: list[tuple[str, bytes]] | None = None
    ) -> None:
        topic = next(topic for topic, owner in self.topics.items() if owner == org)
        self.producer.send(topic, key=key.encode(), value=value, headers=headers or []).get(timeout=30)

    @contextmanager
    def consumer(self) -> Iterator[None]:
        """Run the consumer in a thread of its own, as a worker process would."""
        stop = threading.Event()

        async def run() -> None:
            broker = intake_broker(self.worker)
            subscribe_intake(broker, self.topics, self.take, pause_seconds=0.05, group=self.group)
            async with broker:
                await broker.start()
                while not stop.is_set():
                    await asyncio.sleep(0.05)

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def line(kafka: LocalKafka, database: str) -> Iterator[Line]:
    """An intake on a fresh database, with topics that no other test uses."""
    access = KafkaAccess.of(kafka)
    worker = KafkaAccess.of(kafka, "zvh-intake", kafka.passwords["zvh-intake"])
    orgs = [participant.code for participant in REFERENCE.participants(datetime.now(UTC))]
    run = uuid4().hex[:8]
    topics = {f"{intake_topic(org)}.{run}": org for org in orgs}
    admin = KafkaAdminClient(**access.options())
    shape: Mapping[str, object] = {"num_partitions": 1, "replication_factor": 1}
    admin.create_topics({topic: dict(shape) for topic in topics}, wait_for_metadata=True)
    master = os.urandom(32)
    ring, outbox = KeyRing(database, [LocalWrapping(master)]), KafkaOutbox(worker)
    producer = KafkaProducer(**access.options())
    with PostgresFactStore(database, HOUSE_OIN) as store:
        intake = Intake(
            store,
            SystemClock(),
            KeyedPseudonyms(ring),
            AesSealer(ring),
            outbox,
            REFERENCE,
            HOUSE_OIN,
            Workflow(Handling(store, SystemClock()), AesSealer(ring), Policies.load(REFERENCE), REFERENCE),
        )
        yield Line(access, worker, intake, producer, topics)
    producer.close()
    outbox.close()
    ring.close()
    admin.delete_topics(list(topics))
    admin.close()


def wait_until(state: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < until, "the state was not reached"
        time.sleep(0.05)


def read_all(access: KafkaAccess, topic: str) -> list[tuple[str, bytes]]:
    reader = KafkaConsumer(**access.options(), auto_offset_reset="earliest", enable_auto_commit=False)
    places = [TopicPartition(topic, number) for number in sorted(reader.partitions_for_topic(topic) or ())]
    reader.assign(places)
    ends = reader.end_offsets(places)
    found = []
    while any(reader.position(place) < ends[place] for place in places):
        for records in reader.poll(timeout_ms=500).values():
            found += [((record.key or b"").decode(), record.value or b"") for record in records]
    reader.close()
    return found


def test_a_simulated_week_over_kafka_gives_the_outcomes_that_it_foretells(line: Line) -> None:
    """Each participant on its own topic; every answer on its sender's feed, every refused original kept."""
    week: list[Sent] = list(traffic(Plan(7, datetime(2026, 3, 2, tzinfo=UTC), 7, 8, faulty=0.3), REFERENCE))
    for sent in week:
        line.send(sent.org, sent.value, sent.key)
    with line.consumer():
        wait_until(lambda: len(line.outcomes) >= len(week))

    assert Counter(line.outcomes) == Counter(sent.outcome for sent in week)
    assert len(set(line.origins)) == len(week)
    answers = {key for org in {sent.org for sent in week} for key, _ in read_all(line.access, feed_topic(org))}
    kept = {key.split("/")[0] for key, _ in read_all(line.access, REJECTED)}
    ids = {line.intake.submission_id(*name) for name in (named(sent) for sent in week) if name is not None}
    assert {str(one) for one in ids} <= answers
    refused = [sent for sent in week if sent.outcome == "bad_bsn"]
    assert refused
    assert {str(line.intake.submission_id(*(named(sent) or ("", "", "")))) for sent in refused} <= kept


def named(sent: Sent) -> tuple[str, str, str] | None:
    if sent.outcome not in ("received", "bad_bsn", "withdrawn"):
        return None
    event = json.loads(sent.value)
    return event["source"].split(":")[3], event["source"], event["id"]


def test_an_intake_that_cannot_store_waits_and_keeps_the_order(line: Line) -> None:
    """The database is away: the same event is offered again and again, and those behind it wait."""
    line.away.set()
    line.send("POLICE", as_bytes(offered("a-1")))
    line.send("POLICE", as_bytes(supplement("a-2", "a-1")))
    with line.consumer():
        line.send("POLICE", as_bytes(supplement("a-3", "a-1")))
        time.sleep(0.5)  # some rounds of trying in vain
        assert line.outcomes == []
        line.away.clear()
        wait_until(lambda: len(line.outcomes) >= 3)
    assert line.outcomes == ["received", "supplemented", "supplemented"]


def test_a_worker_that_stops_is_followed_by_one_that_goes_on(line: Line) -> None:
    """The position is that of the last event that was taken."""
    for number in range(5):
        line.send("POLICE", as_bytes(offered(f"a-{number}")))
    with line.consumer():
        wait_until(lambda: len(line.outcomes) >= 5)
    line.send("POLICE", as_bytes(offered("a-5")))
    with line.consumer():
        wait_until(lambda: len(line.outcomes) >= 6)
    assert line.outcomes == ["received"] * 6
    assert len(set(line.origins)) == 6


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (None, []),
        (b"", []),
        (b"\xff\xfe", []),
        (b"[" * 60_000, [("content-type", b"application/json")]),
        (b"x" * 900_000, []),
        (b"{}", [("reply_to", b"zvh.feed.mayor"), ("correlation_id", b"\xff")]),
    ],
    ids=["no value", "nothing", "no text", "bomb", "huge", "headers"],
)
def test_a_record_that_could_break_a_reader_is_refused_and_the_next_is_taken(
    line: Line, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    """Neither its value nor its headers stop the topic, and a header cannot make us answer elsewhere."""
    before = len(read_all(line.access, "zvh.feed.mayor"))
    with line.consumer():
        line.send("POLICE", value, headers=headers)
        line.send("POLICE", as_bytes(offered("a-1")))
        wait_until(lambda: len(line.outcomes) >= 2)
    assert line.outcomes[0] in {"broken_json", "missing_field", "oversized"}
    assert line.outcomes[1] == "received"
    assert len(read_all(line.access, "zvh.feed.mayor")) == before
