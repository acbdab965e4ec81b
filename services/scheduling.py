"""The clock at work: reminders, terms that went by, and destruction on the due date (domain 5.4, 5.5 and 7).

It may run twice, late, or on two machines at once: the number of each command follows from what it is about and when
it was due, so each has one effect.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

import structlog

from events.errors import Conflict, Refusal, Unavailable
from events.vocabulary import CaseId
from policies.calendar import end_of, is_working_day
from policies.entries import day_of
from policies.reference import Reference
from policies.work_kinds import KINDS
from services.ports import Clock
from services.rights.carrying import CarryThrough
from services.rights.deciding import DestroyRequest
from services.workflow.clock import MarkTermMissed, RemindTerm
from services.workflow.retention import DestroyCase

SCHEDULED = UUID("0f3b3d7e-7a0e-5d0b-8f4a-6a1d6f2d9b11")
"""Name space of the clock's commands (UUIDv5)."""
MARGIN = timedelta(days=7)
"""Weekend and holidays behind the last day of a reminder, in which its term may end as well."""
OF_THE_CLOCK = tuple(one.kind for one in KINDS.values() if one.misses or one.reminder or one.role == "SYSTEM")
"""Kinds of work of which the clock tells something, or that it does itself."""
LOOK_SECONDS = 30.0

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Timed = RemindTerm | MarkTermMissed | DestroyCase | CarryThrough | DestroyRequest


class Row(Protocol):
    """One row of the work lists, as far as the clock needs it."""

    case_id: str
    kind: str
    about: str
    org: str
    due: str | None
    opened_index: int
    reminded_index: int | None
    missed_index: int | None


class WorkLists(Protocol):
    """Where the open work stands."""

    def due(self, kinds: Sequence[str], now: datetime, before: datetime) -> Iterable[Row]:
        """Return open work of these kinds that is due before a moment, without what was told. Raises: Unavailable."""
        ...


class CarriesOut(Protocol):
    """Takes a command in the name of the clock."""

    def __call__(self, command: Timed, case_id: CaseId, command_id: UUID) -> object:
        """Carry it out, once per number. Raises: Refusal; Conflict; Unavailable."""
        ...


@dataclass(frozen=True)
class Done:
    """What one round did."""

    reminded: int = 0
    missed: int = 0
    destroyed: int = 0
    originals: int = 0
    """Refused submissions of which the original was destroyed."""


class Scheduler:
    """Looks at the open work and gives the commands whose moment has come."""

    def __init__(
        self,
        work: WorkLists,
        carry_out: CarriesOut,
        clock: Clock,
        reference: Reference,
        finish: Callable[[], None] = lambda: None,
        originals: Callable[[], int] = lambda: 0,
    ) -> None:
        """Make a clock.

        Args:
            finish: called at the end of each round, for what a crash left half done.
            originals: destroys refused submissions that are due, and returns how many.
        """
        self._work, self._carry_out, self._clock, self._reference = work, carry_out, clock, reference
        self._finish, self._originals = finish, originals

    def round(self) -> Done:
        """Do once all that is due now. What was done already, or is no longer waited for, stays as it is.

        Raises: Unavailable.
        """
        now, counts = self._clock.now(), Counter[type[Timed]]()
        for row in list(self._work.due(OF_THE_CLOCK, now, self._furthest(now))):
            command = self._command(row, now)
            if command is None:
                continue
            name = (row.case_id, type(command).__name__, row.kind, row.about, row.org, row.due, row.opened_index)
            try:
                self._carry_out(command, UUID(row.case_id), uuid5(SCHEDULED, "|".join(map(str, name))))
            except (Refusal, Conflict) as error:
                # The work lists lag a moment behind the cases; the next round sees what became of it.
                log.info("nothing to do for the clock", kind=row.kind, reason=type(error).__name__)
                continue
            counts[type(command)] += 1
        originals = self._originals()
        self._finish()
        return Done(counts[RemindTerm], counts[MarkTermMissed], counts[DestroyCase], originals)

    def run(self, stop: threading.Event) -> None:
        """Go round and round until *stop* is set, waiting out whatever does not answer."""
        while not stop.is_set():
            try:
                self.round()
            except Unavailable as error:
                log.warning("the clock waits", reason=str(error))
            stop.wait(LOOK_SECONDS)

    def _command(self, row: Row, now: datetime) -> Timed | None:
        if row.due is None:
            return None
        due, kind = datetime.fromisoformat(row.due), KINDS[row.kind]
        about = UUID(row.about)
        if row.kind == "destroy":
            return DestroyCase() if due <= now else None
        if row.kind == "destroy-request":
            return DestroyRequest() if due <= now else None
        if row.kind == "carry-through":
            return CarryThrough()
        if kind.misses and row.missed_index is None and due <= now:
            return MarkTermMissed(row.kind, about, row.org, due)
        if kind.reminder is None or row.reminded_index is not None or due <= now:
            return None
        return RemindTerm(row.kind, about, row.org, due) if self._early(kind.reminder, due, now) <= now else None

    def _furthest(self, now: datetime) -> datetime:
        """Return how far ahead work is looked at: no reminder that is in force reaches further."""
        names = {kind.reminder for kind in KINDS.values() if kind.reminder is not None}
        return max(end_of(self._reference.term(name, now), now) for name in names) + MARGIN

    def _early(self, name: str, due: datetime, now: datetime) -> datetime:
        """Return when the reminder is given: so many days or working days before the end."""
        term = self._reference.term(name, now)
        if term.unit == "days":
            return due - timedelta(days=term.value)
        moment, left = due, term.value
        while left:
            moment -= timedelta(days=1)
            left -= is_working_day(day_of(moment))
        return moment
