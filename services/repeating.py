"""Erasing again after an old backup was put back: the keys first, since nothing may be shown, then the facts.

Source: domain 5.5; design law 3 ("a restored backup is re-erased from the erasure ledger").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from events.erasure import Burial, ErasureRepeated, KeysGone
from events.fact import Fact, Recorded
from events.retention import CaseDestroyed
from events.vocabulary import FactId, Stage
from services.acting import Acting
from services.case_file import CaseFile
from services.destruction import ERASURE, ORIGINAL, SUBJECT_ERASED
from services.erasure import MakesOrders
from services.handling import Handling


class LedgerLine(Protocol):
    """One line of the erasure ledger."""

    @property
    def number(self) -> int:
        """Its number, from 1."""
        ...

    @property
    def at(self) -> datetime:
        """When it was written."""
        ...

    @property
    def burial(self) -> Burial:
        """What it destroyed."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the line."""
        ...


class ErasureLedger(Protocol):
    """What is remembered outside the database. All raise Corrupt, Unavailable, BadSetting."""

    def lines(self) -> Sequence[LedgerLine]:
        """Return the whole ledger."""
        ...

    def risen(self) -> Sequence[tuple[LedgerLine, KeysGone]]:
        """Return the keys that are there and must be dead, each with the line that says so."""
        ...

    def bury_again(self) -> None:
        """Destroy again all that the ledger names."""
        ...


@dataclass(frozen=True)
class Repeated:
    """What was done again."""

    lines: int
    """How long the ledger is."""
    keys: int
    facts: tuple[Recorded, ...]
    missing: tuple[FactId, ...]
    """Facts that the ledger names and the database does not hold: the backup is older than they are."""


class Repeating:
    """Destroys again what came back."""

    def __init__(self, handling: Handling, ledger: ErasureLedger, order: MakesOrders, acting: Acting) -> None:
        self._handling, self._ledger, self._order, self._acting = handling, ledger, order, acting

    def run(self) -> Repeated:
        """Destroy again, and write down in each case that it was done.

        A crash in between leaves no key; only the fact of it may be missing then. Raises: Corrupt; Unavailable.
        """
        lines, risen = self._ledger.lines(), self._ledger.risen()
        self._ledger.bury_again()
        facts = [self._tell(line, keys) for line, keys in risen]
        missing = [one.burial.fact_id for one in lines if not self._holds(one.burial)]
        return Repeated(len(lines), sum(len(keys) for _, keys in risen), tuple(facts), tuple(missing))

    def _tell(self, line: LedgerLine, keys: KeysGone) -> Recorded:
        case_id, number = line.burial.case_id, self._handling.clock.new_id()

        def decided(case: CaseFile, now: datetime) -> Sequence[Fact]:
            repeated = ErasureRepeated(
                occurred_at=now,
                legal_ref="AVG:storage-limitation",
                first_fact_id=line.burial.fact_id,
                first_erased_at=line.at,
                subject_id=line.burial.subject_id,
                keys=keys,
                ledger_line=line.number,
                ledger_digest=line.digest,
            )
            of_no_case = line.burial.ground == ORIGINAL
            if of_no_case or line.burial.subject_id is not None or case.stage is Stage.DESTROYED:
                return [repeated]
            # The backup does not know that this case went: without this fact it would stand there as a living one.
            legal_ref = ERASURE if line.burial.ground == SUBJECT_ERASED else "AVG:storage-limitation"
            return [repeated, CaseDestroyed(occurred_at=now, legal_ref=legal_ref, due=line.at, keys=keys)]

        order = self._order("RepeatErasure", self._acting, case_id, (line.digest, keys), number)
        return self._handling.carry_out_plain(order, decided).facts[0]

    def _holds(self, burial: Burial) -> bool:
        return any(one.envelope.id == burial.fact_id for one in self._handling.store.history(burial.case_id))
