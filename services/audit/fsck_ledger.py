"""The ledger, row by row against the facts, in the order of the log; and at the end its totals."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from events.disclosure import DataDisclosed, DisclosureRefused
from events.errors import Corrupt
from events.stored import StoredFact
from projections import ledger
from projections.ledger_batch import LedgerBatch, runs
from projections.reading import outline
from services.audit.findings import Findings, fact
from services.audit.fsck_cases import Row, Taken, as_row, compare_rows

KEYS: Mapping[str, tuple[str, ...]] = {
    "ledger": ("index", "subject_id"),
    "ledger_items": ("item_id", "version", "index", "subject_id"),
    "ledger_receipts": ("index",),
    "ledger_corrections": ("index",),
}
"""Tables with rows of one fact each -> the columns that together name a row."""
TOTALS: Mapping[str, tuple[str, ...]] = {
    "ledger_days": ("day", "recipient_org", "kind", "decision", "reason_code"),
    "ledger_periods": ("purpose", "period", "recipient_org", "category", "decision"),
    "ledger_numbers": ("series", "org", "task"),
}
"""Tables with totals over many facts -> the columns that together name a row."""
_SAME = ("disclosure_id", "recipient_org", "recipient_task", "reason_code", "occurred_at", "purpose")
"""What a row has word for word from its fact."""


class LedgerRows(Protocol):
    """The ledger as it stands. All raise Unavailable."""

    def rows_by_index(self, table: str, first: int) -> Iterator[Row]:
        """Yield the rows of a table of ``KEYS`` from index *first* on, in order of index."""
        ...

    def rows_of(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table of ``TOTALS``."""
        ...


class LedgerCheck:
    """Takes the facts in order of index, and compares the rows of each."""

    def __init__(self, store: LedgerRows, findings: Findings, taken: Taken, first: int = 0) -> None:
        self._store, self._findings, self._taken, self._whole = store, findings, taken, first == 0
        self._tables = {table: _ByIndex(store.rows_by_index(table, first)) for table in KEYS}
        self._batch = LedgerBatch()

    def take(self, index: int, read: Mapping[str, object], row: StoredFact) -> None:
        """Take one fact."""
        if self._taken(row.case_id, index):
            try:
                self._batch.take(outline(row.value), index)
            except Corrupt:
                self._findings.add("fact_unreadable", fact(index))
                self._batch.let_go()
                return
        batch = self._batch
        made: tuple[Sequence[msgspec.Struct], ...] = (batch.rows, batch.items, batch.receipts, batch.corrections)
        for (table, stream), rows in zip(self._tables.items(), made, strict=True):
            before, live = stream.take(index)
            self._extra(table, before)
            compare_rows(table, KEYS[table], list(map(as_row, rows)), live, self._findings)
        data = read["data"]
        desk = row.type_name in (DataDisclosed.type_name, DisclosureRefused.type_name)
        if desk and isinstance(data, dict) and self._taken(row.case_id, index):
            self._dispute(index, data, list(map(as_row, batch.rows)))
        batch.let_go()

    def end(self) -> None:
        """Tell of the rows behind the last fact, and compare the totals when all facts were taken."""
        for table, stream in self._tables.items():
            self._extra(table, stream.rest())
        if self._whole:
            for table, rows in self._totals().items():
                compare_rows(table, TOTALS[table], rows, list(self._store.rows_of(table)), self._findings)

    def _totals(self) -> dict[str, list[Row]]:
        batch = self._batch
        return {
            "ledger_days": [_named("ledger_days", key, disclosures=count) for key, count in batch.days.items()],
            "ledger_periods": [
                _named("ledger_periods", key, disclosures=count, persons=batch.persons[key])
                for key, count in batch.purposes.items()
            ],
            "ledger_numbers": [
                _named("ledger_numbers", key, seen=f"{{{','.join(f'[{a},{b})' for a, b in runs(numbers))}}}")
                for key, numbers in batch.numbers.items()
            ],
        }

    def _dispute(self, index: int, data: Mapping[str, object], wanted: Sequence[Row]) -> None:
        """Hold what the overview makes of a fact against the fact itself: who, what for, and about whom."""
        subjects = data.get("subjects")
        about = {str(one.get("subject_id")) for one in subjects} if isinstance(subjects, list) else set()
        told = [tuple(row.get(column) for column in _SAME) for row in wanted]
        own = tuple(data.get(column) for column in _SAME)
        named = {str(row.get("subject_id")) for row in wanted} - {ledger.NOBODY}
        if named != about or not told or any(one != own for one in told):
            self._findings.add("row_disputed", f"ledger: {fact(index)}")

    def _extra(self, table: str, rows: Sequence[Row]) -> None:
        compare_rows(table, KEYS[table], [], rows, self._findings)


class _ByIndex:
    """A stream of rows in order of index, taken fact by fact."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def take(self, index: int) -> tuple[list[Row], list[Row]]:
        """Return the rows before *index* that nobody took, and those of it."""
        before: list[Row] = []
        found: list[Row] = []
        while self._next is not None and _index_of(self._next) <= index:
            (found if _index_of(self._next) == index else before).append(self._next)
            self._next = next(self._rows, None)
        return before, found

    def rest(self) -> list[Row]:
        """Return all that is left."""
        first, self._next = self._next, None
        return [] if first is None else [first, *self._rows]


def _named(table: str, key: tuple[str, ...], **values: object) -> Row:
    return {**dict(zip(TOTALS[table], key, strict=True)), **values}


def _index_of(row: Row) -> int:
    index = row["index"]
    return index if isinstance(index, int) else -1
