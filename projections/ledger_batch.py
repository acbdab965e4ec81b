"""All that facts add to the ledger: its rows, what finds them, receipts, corrections, and totals.

Totals are sums and sets of numbers, so it makes no difference in which order facts come; each fact is taken once.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import msgspec

from events.correction import DataAccessed, DisclosureCorrected
from events.vocabulary import Decision
from policies.entries import AMSTERDAM
from projections import ledger
from projections.ledger_shapes import CorrectionRow, ItemRow, LedgerRow, ReceiptRow
from projections.reading import Outline, part

RECIPIENT, RECEIPT = "RECIPIENT", "RECEIPT"
"""The two series of numbers: ours per recipient organisation, and the recipient's own per task."""
TYPES = ledger.TYPES | {DataAccessed.type_name, DisclosureCorrected.type_name}
"""Types of fact that add anything."""

DayKey = tuple[str, str, str, str, str]
"""Local date, recipient organisation, kind, decision, reason code."""
PurposeKey = tuple[str, str, str, str, str]
"""Purpose ("" for none), local month or quarter, recipient organisation, category, decision."""
Series = tuple[str, str, str]
"""RECIPIENT or RECEIPT, organisation, task ("" for RECIPIENT)."""


class _Receipt(msgspec.Struct, gc=False):
    access_id: str
    disclosure_id: str
    recipient_org: str
    recipient_task: str
    recipient_person: str
    stream_seq: int
    accessed_at: str
    paired: bool = True


class _Correction(msgspec.Struct, gc=False):
    correction_id: str
    disclosure_id: str
    what: str
    occurred_at: str
    purpose: str | None = None
    legal_basis: tuple[str, ...] | None = None


_receipt = msgspec.json.Decoder(_Receipt)
_correction = msgspec.json.Decoder(_Correction)


@dataclass
class LedgerBatch:
    """What some facts add. Empty at first; ``take`` fills it, fact by fact."""

    rows: list[LedgerRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    receipts: list[ReceiptRow] = field(default_factory=list)
    corrections: list[CorrectionRow] = field(default_factory=list)
    days: Counter[DayKey] = field(default_factory=Counter)
    """Requests of one day."""
    purposes: Counter[PurposeKey] = field(default_factory=Counter)
    """Requests in which one category of one recipient and purpose was shown, or asked and refused."""
    persons: Counter[PurposeKey] = field(default_factory=Counter)
    """The same, counted once per person in each request."""
    numbers: dict[Series, set[int]] = field(default_factory=lambda: defaultdict(set))

    def take(self, fact: Outline, index: int) -> None:
        """Take one fact. Raises: Corrupt."""
        if fact.type in ledger.TYPES:
            self._requested(ledger.rows_of(fact, index))
        elif fact.type == DataAccessed.type_name:
            self._received(fact, index)
        elif fact.type == DisclosureCorrected.type_name:
            self._corrected(fact, index)

    def let_go(self) -> None:
        """Forget the rows, which were written; the totals stay."""
        for rows in (self.rows, self.items, self.receipts, self.corrections):
            rows.clear()

    def _requested(self, rows: list[LedgerRow]) -> None:
        if not rows:
            return
        self.rows += rows
        first = rows[0]
        day = local_day(first.occurred_at[:13])
        self.days[day, first.recipient_org, first.kind, first.decision, first.reason_code] += 1
        if first.recipient_number is not None:
            self.numbers[RECIPIENT, first.recipient_org, ""].add(first.recipient_number)
        found, periods = set[PurposeKey](), (day[:7], quarter_of(day))
        for row in rows:
            for category in row.categories:
                keys = [(row.purpose or "", one, row.recipient_org, category, row.decision) for one in periods]
                self.persons.update(keys)
                found.update(keys)
            if row.decision != Decision.REFUSED:
                for item in row.items:
                    item_id, _, version = item.partition("/")
                    self.items.append(ItemRow(item_id, int(version), row.index, row.subject_id))
        self.purposes.update(found)

    def _received(self, fact: Outline, index: int) -> None:
        data = part(_receipt, fact.data)
        self.receipts.append(
            ReceiptRow(
                index,
                data.access_id,
                data.disclosure_id,
                fact.subject,
                data.recipient_org,
                data.recipient_task,
                data.recipient_person,
                data.stream_seq,
                data.accessed_at,
                data.paired,
            )
        )
        self.numbers[RECEIPT, data.recipient_org, data.recipient_task].add(data.stream_seq)

    def _corrected(self, fact: Outline, index: int) -> None:
        data = part(_correction, fact.data)
        self.corrections.append(
            CorrectionRow(
                index,
                data.correction_id,
                data.disclosure_id,
                fact.subject,
                data.what,
                data.purpose,
                data.legal_basis,
                data.occurred_at,
            )
        )


def runs(numbers: set[int]) -> list[tuple[int, int]]:
    """Return the unbroken runs of *numbers*, each as (first, one past the last), in order."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


def quarter_of(day: str) -> str:
    """Return the quarter of a date or month, ``2026-03-02``, as ``2026-Q1``."""
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


@lru_cache(maxsize=4096)
def local_day(hour: str) -> str:
    """Return the date in the Netherlands of an hour in UTC, as ``2026-03-02T12``; the law counts local days."""
    return datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(AMSTERDAM).date().isoformat()
