"""Follows the topic of facts with FastStream and keeps the answers up to date.

The position in PostgreSQL is the truth; what the consumer group remembers only spares work.
"""

import asyncio
import itertools

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from events.receipt import Numbered
from infra.events_topic import TOPIC
from infra.kafka_log import index_of, source_of
from infra.views import Views

GROUP = "zvh-projections"
MOST_FACTS = 5_000
PAUSE_SECONDS = 1.0
"""How long to rest before the same facts are tried again."""

log = structlog.get_logger(__name__)


class _FromPosition(ConsumerRebalanceListener):
    """Starts each assigned partition where the answers stand, whatever the group remembers."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.subscriber: BatchSubscriber | None = None

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Nothing to do: a position moves only with its rows."""

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Seek to the stored positions."""
        stored = {one.source: one.next_place for one in await asyncio.to_thread(self._views.positions)}
        consumer = self.subscriber.consumer if self.subscriber else None
        if consumer is not None:
            for place in assigned:
                consumer.seek(place, stored.get(source_of(place.partition), 0))


def subscribe_projections(broker: KafkaBroker, views: Views, group: str = GROUP) -> BatchSubscriber:
    """Let *broker* bring every fact to *views*: in order per partition, rows and position in one transaction.

    A fact that comes again changes nothing, because the stored position is past it.
    """
    listener = _FromPosition(views)

    async def take(facts: list[bytes], message: KafkaMessage) -> None:
        records = message.raw_message if isinstance(message.raw_message, tuple) else (message.raw_message,)
        try:
            # One batch may hold records of several partitions, each in order.
            for partition, own in itertools.groupby(records, key=lambda record: record.partition):
                batch = list(own)
                numbered = [Numbered(index_of(record.headers), record.value or b"") for record in batch]
                await asyncio.to_thread(views.apply, numbered, source_of(partition), batch[-1].offset + 1)
        except Exception as error:  # noqa: BLE001 - stepping back is the only answer that loses nothing
            log.error("projections pause", error=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            await message.nack()
        else:
            await message.ack()

    subscriber = broker.subscriber(
        TOPIC,
        group_id=group,
        batch=True,
        max_records=MOST_FACTS,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        listener=listener,
        no_reply=True,
        title="answers",
        description="Every fact of the house, as canonical CloudEvents, keyed by case.",
    )
    subscriber(take)
    listener.subscriber = subscriber
    return subscriber
