"""What exactly once costs: the relay end to end beside a bare producer of the same records, on the real parts.

Run: ``python -m bench.relay [--facts N] [--json]``. Rates are facts per second, measured in turn in one run, so that
they share the weather of the machine; the ratios are the result.
"""

import argparse
import logging
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from uuid import uuid4

import psycopg
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaAdminClient, KafkaProducer

from bench.report import Line, report
from events.canonical import encode
from infra.clock import SystemClock
from infra.events_topic import PRODUCER, EventsTopic, headers_of
from infra.kafka_client import KafkaAccess
from infra.local.kafka import LocalKafka
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.numbering import NumberedFact, Numbering
from infra.transparency.note import NoteSigner
from infra.transparency.store import LogWriter
from services.relay import BATCH, Relay
from tests.facts import ACCEPTED, HOUSE_OIN, recorded

PARTITIONS = 12
CASES = 500
FLUSHED = 500
"""Messages in the sample with a flush after each; more would only take longer."""
BARE = "bare producer, idempotent, batched, one flush"
RELAY = "relay: number, sign the log, read, tell in transactions"
FLUSHED_EACH = f"bare producer, a flush per message ({FLUSHED} messages)"


def fill(dsn: str, facts: int) -> None:
    """Put *facts* real facts in the store, in one transaction."""
    cases = [uuid4() for _ in range(CASES)]
    with (
        psycopg.connect(dsn) as session,
        session.cursor() as cursor,
        cursor.copy(
            "COPY facts.stored_events (originator_id, originator_version, topic, state) FROM STDIN (FORMAT binary)"
        ) as copy,
    ):
        copy.set_types(["uuid", "int8", "text", "bytea"])
        for number in range(facts):
            case, sequence = cases[number % CASES], number // CASES + 1
            value = encode(recorded(ACCEPTED, sequence, uuid4(), case), HOUSE_OIN)
            copy.write_row((case, sequence, ACCEPTED.type_name, value))


def numbered(dsn: str, facts: int) -> list[NumberedFact]:
    """Return the facts with their numbers, for the bare producer."""
    with Numbering(dsn) as numbering:
        numbering.lock()
        while numbering.number(BATCH):
            pass
        return list(numbering.read(0, facts))


def rate(count: int, work: Callable[[], None]) -> float:
    """Return facts per second of *work*."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def bare(options: Mapping[str, object], topic: str, facts: list[NumberedFact], *, flush_each: bool) -> float:
    """Rate of the client alone: the same records, made beforehand; no transaction, nothing read, nothing numbered."""
    records = [(fact.value, fact.case_id.encode(), headers_of(fact)) for fact in facts]
    producer = KafkaProducer(**options, **PRODUCER)
    producer.partitions_for(topic)

    def produce() -> None:
        for value, key, headers in records:
            producer.send(topic, value=value, key=key, headers=headers)
            if flush_each:
                producer.flush()
        producer.flush()

    try:
        return rate(len(records), produce)
    finally:
        producer.close(timeout=5)


def relayed(access: KafkaAccess, topic: str, dsn: str, facts: int) -> float:
    """Rate of the relay from an unnumbered store to committed records: number, let the log grow, read, tell."""
    with psycopg.connect(dsn) as session:
        session.execute("SET session_replication_role = replica")  # what is signed is otherwise never emptied
        session.execute("TRUNCATE log.numbered, log.leaves, log.identity, log.tiles, log.checkpoints CASCADE")
    events_topic = EventsTopic(access, HOUSE_OIN, topic)
    signer = NoteSigner("bench.example/log", Ed25519PrivateKey.generate())
    with Numbering(dsn, LogWriter(lambda: signer, SystemClock().now)) as numbering:
        relay = Relay(numbering, events_topic)

        def drain() -> None:
            while relay.step():
                pass

        try:
            return rate(facts, drain)
        finally:
            events_topic.close()


def measure(access: KafkaAccess, dsn: str, facts: int, rounds: int) -> dict[str, list[float]]:
    """Measure the three in turn, *rounds* times, each on an empty topic."""
    admin = KafkaAdminClient(**access.options())
    found: dict[str, list[float]] = {"bare": [], "relay": [], "flush_each": []}
    migrate(dsn)
    fill(dsn, facts)
    ready = numbered(dsn, facts)

    def empty_topic() -> str:
        name = f"bench-{uuid4()}"
        admin.create_topics({name: {"num_partitions": PARTITIONS, "replication_factor": 1}}, wait_for_metadata=True)
        return name

    for _ in range(rounds):
        found["bare"].append(bare(access.options(), empty_topic(), ready, flush_each=False))
        found["relay"].append(relayed(access, empty_topic(), dsn, facts))
        found["flush_each"].append(bare(access.options(), empty_topic(), ready[:FLUSHED], flush_each=True))
    admin.close()
    return found


def main() -> None:
    """Start Kafka and PostgreSQL, measure, and print medians, ratios and the machine."""
    words = argparse.ArgumentParser(prog="python -m bench.relay", description=__doc__)
    words.add_argument("--facts", type=int, default=20_000)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with LocalPostgres() as postgres, LocalKafka() as kafka:
        found = measure(kafka.access(), postgres.dsn, asked.facts, asked.rounds)
    lines = [
        Line(BARE, "facts/s", tuple(found["bare"])),
        Line(RELAY, "facts/s", tuple(found["relay"]), BARE, ">= 0.5"),
        Line(FLUSHED_EACH, "facts/s", tuple(found["flush_each"])),
        Line("relay beside a flush per message", "facts/s", tuple(found["relay"]), FLUSHED_EACH),
    ]
    notes: dict[str, object] = {"facts": asked.facts, "native_checksums": find_spec("crc32c") is not None}
    report("relay", lines, notes, as_json=asked.json)


if __name__ == "__main__":
    main()
