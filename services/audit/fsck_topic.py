"""Kafka against the store: each record of the topic byte for byte, each fact once, in order, where its case belongs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from events.stored import StoredFact, TopicRecord
from services.audit.findings import Findings, fact

BATCH = 500


class Topic(Protocol):
    """The topic of facts. All raise Unavailable."""

    def records(self) -> Iterator[TopicRecord]:
        """Yield every committed record up to the present end, partition by partition, in order of offset."""
        ...


class IndexedRows(Protocol):
    """Facts by their number, in the snapshot of the check. All raise Unavailable."""

    def at(self, indexes: Sequence[int]) -> Mapping[int, StoredFact]:
        """Return the facts with these numbers."""
        ...


class TopicCheck:
    """One pass over the topic.

    Args:
        size: how many facts were numbered in the snapshot; what Kafka has beyond that was told since, or is too much.
    """

    def __init__(self, topic: Topic, store: IndexedRows, findings: Findings, size: int) -> None:
        self._topic, self._store, self._findings, self._size = topic, store, findings, size
        self._seen = bytearray(-(-size // 8))
        self.told = 0
        """One more than the highest number on Kafka."""

    def run(self, step: Callable[[], None]) -> None:
        """Compare everything."""
        batch: list[TopicRecord] = []
        last: dict[int, int] = {}
        for record in self._topic.records():
            step()
            where = f"Kafka {record.partition}:{record.offset}"
            if record.index is None:
                self._findings.add("topic_extra", where, "Het draagt geen nummer.")
                continue
            if record.index < last.get(record.partition, -1) or record.partition != record.belongs_in:
                self._findings.add("topic_order", where, f"Het is feit {record.index}.")
            last[record.partition] = max(record.index, last.get(record.partition, -1))
            self.told = max(self.told, record.index + 1)
            if record.index >= self._size:
                continue
            if self._mark(record.index):
                self._findings.add("topic_extra", where, f"Feit {record.index} staat er al.")
            batch.append(record)
            if len(batch) == BATCH:
                self._compare(batch)
                batch = []
        self._compare(batch)
        for index in self._unseen(min(self.told, self._size)):
            self._findings.add("topic_missing", fact(index))

    def end(self, numbered: int) -> None:
        """Compare with how many facts are numbered by now."""
        if self.told > numbered:
            self._findings.add("topic_ahead", f"feit {numbered}", f"Kafka kent er {self.told}.")

    @property
    def untold(self) -> int:
        """How many facts at the end of the snapshot were not told yet."""
        return max(self._size - self.told, 0)

    def _compare(self, batch: Sequence[TopicRecord]) -> None:
        stored = self._store.at([one.index for one in batch if one.index is not None])
        for record in batch:
            found = stored.get(record.index) if record.index is not None else None
            where = fact(record.index or 0)
            if found is None:
                continue  # told as missing from the store by the pass over the facts
            if found.value != record.value:
                self._findings.add("topic_altered", where)
            if (record.key, record.type_name) != (found.case_id, found.type_name) or (
                f'"id":"{record.fact_id}"'.encode() not in found.value
            ):
                self._findings.add("topic_relabelled", where)

    def _mark(self, index: int) -> bool:
        """Note that an index was seen; returns whether it was before."""
        byte, bit = divmod(index, 8)
        before = bool(self._seen[byte] >> bit & 1)
        self._seen[byte] |= 1 << bit
        return before

    def _unseen(self, size: int) -> Iterator[int]:
        for byte, bits in enumerate(self._seen):
            if bits != 0xFF:
                yield from (
                    index for index in range(byte * 8, min(byte * 8 + 8, size)) if not bits >> (index - byte * 8) & 1
                )
