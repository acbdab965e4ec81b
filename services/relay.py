"""The relay: numbers every stored fact, makes it a leaf of the log, and tells it to Kafka exactly once and in order.

Two steps, each of which can be repeated without harm. *Number*: give the stored facts their dense index, in the
database, in the order in which they were committed, and append them in the same transaction to the transparency log,
with a signed root per batch. *Tell*: produce the stored bytes to ``zvh.events``, a batch per
Kafka transaction. How far it got is read from the topic itself, never from notes of its own that could be lost or
restored apart from it (design 5.2, 5.5 and 6).
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from events.errors import Corrupt, Unavailable

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BATCH = 2000
"""Facts per Kafka transaction."""
LOOK_SECONDS = 0.5
"""How long to wait for word of a new fact before looking anyway."""
GATHER_SECONDS = 0.1
"""How long to let facts gather after a batch: a transaction, a signature and markers for each would cost more."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Back-off while a part does not answer, seconds; doubles in between."""


class Entry(Protocol):
    """One fact with its place in the whole log."""

    @property
    def index(self) -> int:
        """Dense number over the whole log, from 0."""
        ...

    @property
    def case_id(self) -> str:
        """The case, in the usual text form of a UUID; the key on Kafka."""
        ...

    @property
    def type_name(self) -> str:
        """The permanent type name of the fact."""
        ...

    @property
    def fact_id(self) -> str:
        """The id of the fact."""
        ...

    @property
    def value(self) -> bytes:
        """The stored bytes, untouched."""
        ...


class Told(Protocol):
    """What stands on the topic."""

    @property
    def index(self) -> int:
        """The index that the record carries."""
        ...

    @property
    def value(self) -> bytes:
        """The record's value."""
        ...


class Numbering(Protocol):
    """The numbered log in the database, for the one process that may append to it. All raise Unavailable."""

    def lock(self) -> str | None:
        """Become the one relay of this database; again when already so. Returns None, or who it is instead."""
        ...

    def number(self, limit: int) -> int:
        """Give the next *limit* facts at most their index and leaf, in order of commitment; durable. Returns how many.

        Raises: Corrupt when the log contradicts what it signed before; then no fact gets a number.
        """
        ...

    def read(self, first: int, limit: int) -> Sequence[Entry]:
        """Return at most *limit* numbered facts from index *first* on, in order of index."""
        ...

    def size(self) -> int:
        """Return how many facts are numbered. Safe from any thread."""
        ...

    def unnumbered(self) -> int:
        """Return how many facts wait for their number. Safe from any thread."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when a new fact was announced, at the latest after *seconds*."""
        ...


class Topic(Protocol):
    """The topic of facts, for the one process that may append to it."""

    def open(self) -> Mapping[int, Told]:
        """Shut out every earlier producer, then return the last committed record per partition that has one.

        After return nothing of an earlier producer can still appear. Raises: Unavailable; Corrupt.
        """
        ...

    def partition_of(self, case_id: str) -> int:
        """Return the partition of a case. Only after ``open``."""
        ...

    def tell(self, facts: Sequence[Entry]) -> None:
        """Append *facts* in order, all or none; committed on return.

        Raises: Unavailable when it did not happen, or when nobody knows: ``open`` again and see.
        """
        ...

    def close(self) -> None:
        """Give back the connections; harmless when there are none."""
        ...


@dataclass(frozen=True)
class Lag:
    """How far the topic is behind the store, in facts."""

    unnumbered: int
    """Stored, without a number yet."""
    untold: int | None
    """Numbered, not on Kafka yet; None as long as Kafka has not answered since the start of this process."""


class Relay:
    """Moves facts from the store to the numbered log, and on to Kafka when there is a *topic*.

    One relay works per database; a second one waits. A kill at any instruction loses and doubles nothing: numbers are
    a function of the stored order, a Kafka transaction happens whole or not at all, and a new relay shuts out the old
    one before it looks where the topic stands.
    """

    def __init__(self, numbering: Numbering, topic: Topic | None = None, batch: int = BATCH) -> None:
        self._numbering, self._topic, self._batch = numbering, topic, batch
        self._told: int | None = None
        self._sure = False  # whether _told is what the topic holds, or only the last that we heard

    def lock(self) -> str | None:
        """Become the one relay of this database. Returns None, or who it is instead. Raises: Unavailable."""
        return self._numbering.lock()

    def lag(self) -> Lag:
        """Return how far the topic is behind the store. Safe from any thread. Raises: Unavailable."""
        untold: int | None = 0
        if self._topic is not None:
            told = self._told
            untold = None if told is None else max(self._numbering.size() - told, 0)
        return Lag(self._numbering.unnumbered(), untold)

    def step(self) -> int:
        """Move one batch at most. Returns the number of facts told (numbered, without a topic); 0 when all is done.

        Raises:
            Unavailable: database or Kafka does not answer, or another process is the relay; step again later.
            Corrupt: topic and store contradict each other. Nothing was written; a person has to look.
            BadSetting: there is no such topic, or it takes no fact as large as this one.
        """
        holder = self._numbering.lock()
        if holder is not None:
            raise Unavailable(f"Een ander proces is nu de doorgever: {holder}.")
        if self._topic is None:
            return self._numbering.number(self._batch)
        if not self._sure:
            # Before anything is numbered: a log that was restored from an old backup must not grow a second future.
            self._told, self._sure = self._stand(self._topic), True
        return self._tell(self._topic)

    def run(self, stop: threading.Event) -> None:
        """Work until *stop* is set, waiting out whatever does not answer. Raises: Corrupt, BadSetting."""
        pause, waiting_for = FIRST_PAUSE, None
        try:
            while not stop.is_set():
                try:
                    holder = self._numbering.lock()
                    if holder is not None:
                        if holder != waiting_for:
                            log.info("relay waits for another relay", holder=holder)
                            waiting_for = holder
                        stop.wait(LOOK_SECONDS)
                        continue
                    moved = self.step()
                    if moved == 0:
                        self._numbering.wait(LOOK_SECONDS)
                    elif moved < self._batch:
                        stop.wait(GATHER_SECONDS)
                    pause = FIRST_PAUSE
                except Unavailable as error:
                    log.warning("relay waits", reason=str(error), seconds=pause)
                    stop.wait(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            if self._topic is not None:
                self._topic.close()

    def _tell(self, topic: Topic) -> int:
        self._numbering.number(self._batch)
        first = self._told or 0
        facts = self._numbering.read(first, self._batch)
        if not facts:
            return 0
        if [fact.index for fact in facts] != list(range(first, first + len(facts))):
            raise Corrupt(f"De nummering van het logboek heeft een gat na nummer {first - 1}. Er is niets doorgegeven.")
        self._sure = False
        topic.tell(facts)
        self._told, self._sure = first + len(facts), True
        return len(facts)

    def _stand(self, topic: Topic) -> int:
        """Return the index that the topic lacks first, after making sure that what it holds is what we stored."""
        last = topic.open()
        told = max((record.index for record in last.values()), default=-1) + 1
        if told > self._numbering.size():
            raise Corrupt(
                f"Kafka kent {told} feiten, de database nummerde er maar {self._numbering.size()}. Is er een oude "
                "back-up teruggezet? Zet een volledige back-up terug; er is niets doorgegeven en niets overschreven."
            )
        for record in last.values():
            if [fact.value for fact in self._numbering.read(record.index, 1)] != [record.value]:
                raise Corrupt(
                    f"Feit {record.index} is op Kafka een ander dan in de database. Er is niets doorgegeven en niets "
                    "overschreven. Zoek uit welke van de twee is veranderd."
                )
        first = max(told - self._batch, 0)
        for fact in self._numbering.read(first, told - first):
            record_of_partition = last.get(topic.partition_of(fact.case_id))
            if record_of_partition is None or record_of_partition.index < fact.index:
                raise Corrupt(
                    f"Feit {fact.index} staat niet op Kafka op de plaats van zijn zaak, latere feiten wel. Raakte "
                    "Kafka het einde van een partitie kwijt, of is het aantal partities veranderd? Er is niets "
                    "doorgegeven."
                )
        log.info("relay starts", told=told)
        return told
