"""Reads the intake topics of all participants with FastStream and hands each event to the intake, in order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import structlog
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import DefaultSubscriber
from faststream.message import StreamMessage

from events.errors import Unavailable
from events.vocabulary import OrgCode
from infra.kafka_client import KafkaAccess

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

GROUP = "zvh-intake"
PAUSE_SECONDS = 1.0
"""How long a partition rests before the same event is tried again; far below Kafka's limit of 300 s between polls."""

Raw = TypeVar("Raw", bound="DataclassInstance")
"""A record as the client library hands it over; a dataclass with its headers."""

Take = Callable[[str, OrgCode, bytes], object]
"""Takes (origin, participant whose topic it is, bytes); returns only after the outcome is committed and answered."""

log = structlog.get_logger(__name__)


def intake_broker(access: KafkaAccess) -> KafkaBroker:
    """Return a FastStream broker that makes no topics and writes no log lines of its own (they would quote events)."""
    security = access.faststream_security()
    return KafkaBroker(access.bootstrap.split(","), security=security, allow_auto_create_topics=False, logger=None)


def subscribe_intake(
    broker: KafkaBroker,
    topics: Mapping[str, OrgCode],
    take: Take,
    pause_seconds: float = PAUSE_SECONDS,
    group: str = GROUP,
) -> DefaultSubscriber:
    """Let *broker* hand every event on *topics* to *take*: at least once, in order per partition, none skipped.

    The position moves only after *take* returned. When *take* raises, the partition goes back to that event and
    tries again after a pause: with the database or Kafka away the intake waits, and loses nothing.

    Args:
        topics: topic name -> the participant that alone writes there.
    """

    # FastStream goes on to the next event when a handler raises, and its ``ack`` commits the position of the whole
    # partition. So this handler never raises, handles one event at a time, and steps back itself.
    async def hand_over(body: bytes, message: KafkaMessage) -> None:
        record = message.raw_message
        if isinstance(record, tuple):
            raise TypeError("The intake reads events one by one.")
        origin = f"{record.topic}:{record.partition}:{record.offset}"
        try:
            await asyncio.to_thread(take, origin, topics[record.topic], body)
        except Exception as error:  # noqa: BLE001 - stepping back is the only answer that loses nothing
            tell = log.warning if isinstance(error, Unavailable) else log.error
            tell("intake pauses before one event", origin=origin, error=type(error).__name__)
            await asyncio.sleep(pause_seconds)
            await message.nack()
        else:
            await message.ack()

    subscriber = broker.subscriber(
        *topics,
        group_id=group,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        no_reply=True,
        parser=_without_headers,
        decoder=_undecoded,
        title="intake",
        description="Referrals, supplements and withdrawals of participants: CloudEvents in structured mode.",
    )
    subscriber(hand_over)
    return subscriber


async def _without_headers(record: Raw, parse: Callable[[Raw], Awaitable[StreamMessage[Raw]]]) -> StreamMessage[Raw]:
    # A sender's headers could name a topic to reply to, or break the parser; the intake needs none of them.
    return await parse(replace(record, headers=()))


async def _undecoded(message: StreamMessage[Raw]) -> bytes:
    # The intake reads the bytes itself, strictly; a decoder that guesses would hide what was really sent.
    body = message.body
    return body if isinstance(body, bytes) else b""
