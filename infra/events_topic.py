"""The topic of facts, ``zvh.events``, for its only producer: whole batches or nothing, and where it stands."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import (
    AuthorizationError,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFencedError,
    SaslAuthenticationFailedError,
)
from kafka.partitioner import DefaultPartitioner

from events.canonical import CONTENT_TYPE
from events.errors import BadSetting, Corrupt, Unavailable
from infra.kafka_client import KafkaAccess

TOPIC = "zvh.events"
INDEX_HEADER = "zvh_index"
ANSWER_SECONDS = 20.0
"""How long Kafka may take over one batch; longer, and the batch is looked up and done again."""
FIRST_WINDOW = 64
"""Offsets to read back for the last record of a partition; doubles while only markers and aborted records are found."""

PRODUCER = {
    "acks": "all",
    "enable_idempotence": True,
    "allow_auto_create_topics": False,
    "batch_size": 256 * 1024,
    "linger_ms": 20,
    "max_request_size": 8 * 1024 * 1024,
    # The client sleeps this long before it asks again to begin a transaction while the markers of the one before are
    # still being written, which is nearly always; its default of 100 ms would be the pace of the whole relay.
    "retry_backoff_ms": 5,
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
