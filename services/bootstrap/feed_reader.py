"""Reads one feed as its participant does, from the beginning on."""

from kafka import KafkaConsumer, TopicPartition

from infra.kafka_client import KafkaAccess

POLL_MS = 500


class FeedReader:
    """Follows the feed of one participant. Not for use by several threads."""

    def __init__(self, access: KafkaAccess, topic: str) -> None:
        self._consumer = KafkaConsumer(**access.options(), group_id=None, metrics_enabled=False)
        self._place = TopicPartition(topic, 0)
        self._consumer.assign([self._place])
        self._consumer.seek_to_beginning(self._place)

    def read(self) -> list[bytes]:
        """Return what came since the last time, in order, up to the present end."""
        end = self._consumer.end_offsets([self._place])[self._place]
        found: list[bytes] = []
        while self._consumer.position(self._place) < end:
            for records in self._consumer.poll(timeout_ms=POLL_MS).values():
                found += [record.value for record in records]
        return found

    def close(self) -> None:
        """Give back the connection."""
        self._consumer.close()
