"""Writes the Dutch processing log (LDV) from the numbered log: every line, in order, confirmed before going on."""

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

import structlog

from events.disclosure import DataDisclosed
from events.errors import Corrupt, Unavailable
from events.governance import GovernanceDecided
from events.receipt import Numbered
from events.vocabulary import CaseId
from policies.reference import Reference
from projections.reading import outline
from projections.standards.handed import TYPES, Handed, Received, handed, of_fact, received
from projections.standards.ldv import Line, Pseudonymise, line_of, receipt_line_of
from projections.standards.names import Names
from services.governance import renew
from services.ports import FactLog, FactStore
from services.telling import FIRST_PAUSE, LONGEST_PAUSE, LOOK_SECONDS, Position

BATCH = 500
"""Facts whose lines go out at a time."""

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Sink(Protocol):
    """Where the lines go."""

    def reached(self) -> int:
        """Return the log index up to which everything certainly arrived; -1 when it does not tell."""
        ...

    def send(self, lines: Sequence[Line]) -> None:
        """Hand over *lines*; on return every one was confirmed. The same lines may come again, with the same ids.

        Raises: Unavailable when they were not confirmed, or when nobody knows.
        """
        ...


class Size(FactLog, Protocol):
    """The numbered log, with how long it is."""

    def size(self) -> int:
        """Return how many facts are numbered. Raises: Unavailable."""
        ...


class ProcessingLog:
    """Follows the numbered log and writes one line per person and disclosure.

    One process writes per name; a second one waits. The position moves after the lines were confirmed: whoever is
    killed in between sends the same lines again, under the same ids, so that a receiver holds each of them once.
    """

    def __init__(
        self,
        store: FactStore,
        log: Size,
        sink: Sink,
        position: Position,
        reference: Reference,
        names: Names,
        pseudonymise: Pseudonymise,
    ) -> None:
        self._store, self._log, self._sink, self._position = store, log, sink, position
        self._reference, self._names, self._pseudonymise = reference, names, pseudonymise

    def step(self) -> int | None:
        """Send the lines of the next facts. Returns how many lines; None when there is no further fact.

        Raises:
            Unavailable: database or receiver does not answer, or another process writes; step again later.
            Corrupt: the receiver holds more than the log does. A person has to look.
            BadSetting: a decision about the rules does not fit the tables.
        """
        if not self._position.lock():
            raise Unavailable("Een ander proces schrijft nu deze logregels.")
        first = max(self._position.next_index(), self._sink.reached() + 1)
        if first > self._log.size():
            raise Corrupt(
                f"Er zijn al logregels geschreven tot feit {first - 1}, en zover is het logboek niet. Is er een oude "
                "back-up teruggezet, of is dit bestand van een ander huis? Er is niets geschreven."
            )
        # Read to the end before anything is sent, so that no slow receiver holds the log's connection.
        batch = list(self._log.read(first, first + BATCH))
        if not batch:
            return None
        lines = [line for fact in batch for line in self._lines(fact)]
        if lines:
            self._sink.send(lines)
        self._position.move(batch[-1].index + 1)
        return len(lines)

    def run(self, stop: threading.Event) -> None:
        """Write until *stop* is set, waiting out whatever does not answer. Raises: Corrupt; BadSetting."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                if self.step() is None:
                    stop.wait(LOOK_SECONDS)
                pause = FIRST_PAUSE
            except Unavailable as error:
                log.warning("processing log waits", reason=str(error), seconds=pause)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _lines(self, numbered: Numbered) -> Iterator[Line]:
        known = outline(numbered.value)
        if known.type == GovernanceDecided.type_name:
            # In the order of the log, so that a purpose is named in the version that was in force.
            renew(self._reference, self._store, CaseId(known.subject))
        if known.type in TYPES:
            for one in handed(numbered, self._names.house):
                yield line_of(one, self._names, self._pseudonymise)
            return
        receipt = received(numbered)
        if receipt is not None:
            for one in self._disclosed(receipt, CaseId(known.subject)):
                yield receipt_line_of(receipt, one, self._names, self._pseudonymise)

    def _disclosed(self, receipt: Received, case_id: CaseId) -> Iterator[Handed]:
        """Yield what the receipt is about; nothing when this house never disclosed it, which the ledger shows."""
        for one in self._store.history(case_id):
            fact = one.fact
            if isinstance(fact, DataDisclosed) and fact.disclosure_id == receipt.fact.disclosure_id:
                yield from of_fact(receipt.index, one, self._names.house)
