"""Tells participants on their feeds what they must know, from the numbered log, at least once and under stable keys."""

import threading
from typing import Protocol

import structlog

from events.canonical import decode
from events.errors import Corrupt, Unavailable
from events.governance import GovernanceDecided
from events.receipt import Numbered
from events.vocabulary import CaseId
from policies.reference import Reference
from projections.reading import outline
from services.case_memory import CaseMemory
from services.governance import renew
from services.notices import TELLING, notices
from services.ports import FactLog, FactStore, Outbox

BATCH = 500
"""Facts that are read at a time."""
LOOK_SECONDS = 0.5
"""How long to wait before looking for new facts."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Back-off while a part does not answer, seconds; doubles in between."""
_TELLING = frozenset(one.type_name for one in TELLING)

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Position(Protocol):
    """How far the log was told, for the one process that tells. All raise Unavailable."""

    def lock(self) -> bool:
        """Become the one that tells; again when already so. False when another process is."""
        ...

    def next_index(self) -> int:
        """Return the log index of the next fact to tell of."""
        ...

    def look(self) -> int:
        """Return the same without the lock. Safe from any thread."""
        ...

    def move(self, next_index: int) -> None:
        """Note that every fact before *next_index* was told; durable on return, and never back."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when facts were numbered since the last time, at the latest after *seconds*."""
        ...


class Telling:
    """Follows the numbered log and writes to the feeds.

    One process tells per database; a second one waits. The position moves after the messages are out: whoever is
    killed in between tells the last fact again, with the same keys and the same bytes.

    Args:
        reference: the rules; brought to each decision about them as the log comes to it.
    """

    def __init__(
        self,
        store: FactStore,
        log: FactLog,
        outbox: Outbox,
        reference: Reference,
        position: Position,
        house_oin: str,
    ) -> None:
        self._store, self._log, self._outbox = store, log, outbox
        # Of its own: it comes behind the commands, and what it remembers is of that earlier moment.
        self._cases = CaseMemory(store)
        self._reference, self._position, self._house_oin = reference, position, house_oin

    def lock(self) -> bool:
        """Become the one that tells. Returns False when another process is. Raises: Unavailable."""
        return self._position.lock()

    def told(self) -> int:
        """Return of how many facts of the log participants were told. Safe from any thread. Raises: Unavailable."""
        return self._position.look()

    def step(self) -> int:
        """Take the next facts of the log. Returns how many; 0 when all was told.

        Raises:
            Unavailable: database or Kafka does not answer, or another process tells; step again later.
            Corrupt: log and store contradict each other. A person has to look.
            BadSetting: a decision about the rules does not fit the tables.
        """
        if not self._position.lock():
            raise Unavailable("Een ander proces schrijft nu aan de deelnemers.")
        first = self._position.next_index()
        # Read to the end before anything is published, so that no slow feed holds the log's connection.
        batch = list(self._log.read(first, first + BATCH))
        moved = first
        for fact in batch:
            if self._tell(fact):
                moved = fact.index + 1
                self._position.move(moved)
        if batch and batch[-1].index + 1 != moved:
            self._position.move(batch[-1].index + 1)
        return len(batch)

    def run(self, stop: threading.Event) -> None:
        """Tell until *stop* is set, waiting out whatever does not answer. Raises: Corrupt; BadSetting."""
        pause, waits = FIRST_PAUSE, False
        while not stop.is_set():
            try:
                if not self._position.lock():
                    if not waits:
                        log.info("feeds wait for another process")
                    waits = True
                    stop.wait(LOOK_SECONDS)
                    continue
                waits = False
                if self.step() == 0:
                    self._position.wait(LOOK_SECONDS)
                pause = FIRST_PAUSE
            except Unavailable as error:
                log.warning("feeds wait", reason=str(error), seconds=pause)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _tell(self, numbered: Numbered) -> bool:
        """Publish what one fact tells. Returns whether it told anything."""
        known = outline(numbered.value)
        if known.type == GovernanceDecided.type_name:
            # In the order of the log, so that nobody admitted by a decision is passed over afterwards.
            renew(self._reference, self._store, CaseId(known.subject))
        if known.type not in _TELLING:
            return False
        recorded, case_id = decode(numbered.value), CaseId(known.subject)
        before = self._cases.case(case_id, known.sequence - 1)
        after = self._cases.case(case_id, known.sequence)
        if (before.sequence, after.sequence) != (known.sequence - 1, known.sequence):
            raise Corrupt(f"Feit {numbered.index} van het logboek staat niet zo in de opslag. Vergelijk die twee.")
        messages = notices(before, recorded, after, self._reference, self._house_oin)
        for one in messages:
            self._outbox.publish(one.topic, one.key, one.value)
        return bool(messages)
