"""Keeps the answers up to date from the numbered log: the embedded twin of following the topic."""

import itertools
import threading
from collections.abc import Sequence
from typing import Protocol

import structlog

from events.errors import Unavailable
from events.receipt import Numbered
from services.ports import FactLog

SOURCE = "log"
"""Name of the numbered log in the table of positions; permanent."""
BATCH = 2_000
LOOK_SECONDS = 0.2
LONGEST_PAUSE = 5.0

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Place(Protocol):
    """How far one source was taken."""

    @property
    def source(self) -> str: ...
    @property
    def next_place(self) -> int: ...


class Answers(Protocol):
    """The tables of answers."""

    def apply(self, facts: Sequence[Numbered], source: str, next_place: int) -> bool:
        """Take facts and move the position, in one transaction. Raises: Unavailable; Corrupt."""
        ...

    def positions(self) -> Sequence[Place]:
        """Return how far each source was taken. Raises: Unavailable."""
        ...


def catch_up(facts: FactLog, answers: Answers) -> int:
    """Take all that the log has and the answers have not. Returns the number of facts. Raises: Unavailable; Corrupt."""
    place = next((one.next_place for one in answers.positions() if one.source == SOURCE), 0)
    stream, taken = iter(facts.read(place)), 0
    while batch := list(itertools.islice(stream, BATCH)):
        answers.apply(batch, SOURCE, batch[-1].index + 1)
        taken += len(batch)
    return taken


def follow(facts: FactLog, answers: Answers, stop: threading.Event) -> None:
    """Catch up again and again until *stop* is set, waiting out whatever does not answer. Raises: Corrupt."""
    pause = LOOK_SECONDS
    while not stop.is_set():
        try:
            catch_up(facts, answers)
            pause = LOOK_SECONDS
        except Unavailable as error:
            pause = min(pause * 2, LONGEST_PAUSE)
            log.warning("projections wait", reason=str(error), seconds=pause)
        stop.wait(pause)
