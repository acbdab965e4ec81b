"""The bytes of the facts, in the order of the log: against their rows, their numbers and their leaves."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import rfc8785

from events.stored import StoredFact
from services.audit.findings import Findings, fact
from services.audit.fsck_log import LogCheck
from services.audit.fsck_tree import leaf

Read = Mapping[str, object]
"""A fact as JSON reads it."""


class NumberedRows(Protocol):
    """Facts, numbers and places as they stand in the database. All raise Unavailable."""

    def facts(self, first: int) -> Iterator[StoredFact]:
        """Yield the rows of the event store from the one with number *first* on, in order of commitment."""
        ...

    def numbers(self, first: int) -> Iterator[tuple[int, int]]:
        """Yield (notification id, index) from index *first* on, in order of notification id."""
        ...

    def places(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield (index, fact id) from index *first* on, in order of index."""
        ...


@dataclass
class Taken:
    """What the pass over the facts counted."""

    facts: int = 0
    """Rows that were looked at."""
    unnumbered: int = 0
    """Of them, at the end, those that wait for their number."""


def check_facts(
    store: NumberedRows,
    log: LogCheck,
    findings: Findings,
    seen: Callable[[int, Read, StoredFact], None],
    step: Callable[[], None],
) -> Taken:
    """Look at every row from the size of *log* on; *seen* hears of each numbered fact that can be read, by index.

    The rank of a fact among the rows is its true place: numbers, places and leaves are held against it.
    """
    walk = _Walk(store, log, findings, seen)
    for row in store.facts(log.size):
        walk.row(row)
        step()
    walk.end()
    return walk.taken


class _Walk:
    """One walk along rows and numbers."""

    def __init__(
        self,
        store: NumberedRows,
        log: LogCheck,
        findings: Findings,
        seen: Callable[[int, Read, StoredFact], None],
    ) -> None:
        self._log, self._findings, self._seen = log, findings, seen
        self._numbers = store.numbers(log.size)
        self._number = next(self._numbers, None)
        self._places = store.places(log.size)
        self._place = next(self._places, None)
        self._signed = log.signed_size
        self.taken = Taken()

    def row(self, row: StoredFact) -> None:
        self.taken.facts += 1
        while self._number is not None and self._number[0] < row.place:
            self._missing(self._number[1])
            self._number = next(self._numbers, None)
        if self._number is None or self._number[0] > row.place:
            self._without_number(row)
            return
        index = self._number[1]
        self._number = next(self._numbers, None)
        self._with_number(row, index)

    def end(self) -> None:
        while self._number is not None:
            self._missing(self._number[1])
            self._number = next(self._numbers, None)
        while self._place is not None:
            self._findings.add("place_extra", fact(self._place[0]))
            self._place = next(self._places, None)

    def _with_number(self, row: StoredFact, index: int) -> None:
        expected, own = self._log.size, leaf(row.value)
        if index > expected and self._log.leaf_at(expected) != own:
            # Fact and number are both gone; the tiles still tell that they were there.
            while self._log.size < index and self._log.leaf_at(self._log.size) is not None:
                self._missing(self._log.size)
        if index != self._log.size:
            self._findings.add("number_altered", fact(self._log.size), f"Er staat {index}.")
        self._take(row)

    def _without_number(self, row: StoredFact) -> None:
        if self._log.leaf_at(self._log.size) == leaf(row.value):
            if self._number is None and self._log.size >= self._signed:
                self.taken.unnumbered += 1
                return
            self._findings.add("number_lost", fact(self._log.size))
            self._take(row)
        elif self._number is None:
            self.taken.unnumbered += 1
        else:
            self._findings.add("fact_extra", f"rij {row.place}", f"Zaak {row.case_id}, nummer {row.sequence}.")

    def _missing(self, index: int) -> None:
        if index >= self._log.size:
            self._findings.add("fact_missing", fact(self._log.size))
            self._at_place(self._log.size, None)
            self._log.take(None)

    def _take(self, row: StoredFact) -> None:
        index = self._log.size
        self._log.take(row.value)
        read = _read(row.value)
        if read is None:
            self._findings.add("fact_unreadable", fact(index))
            self._at_place(index, None)
            return
        if (read.get("subject"), read.get("sequence"), read.get("type")) != (row.case_id, row.sequence, row.type_name):
            self._findings.add("fact_relabelled", fact(index))
        if _respelled(row.value, read):
            self._findings.add("fact_respelled", fact(index))
        self._at_place(index, str(read.get("id")))
        self._seen(index, read, row)

    def _at_place(self, index: int, fact_id: str | None) -> None:
        """Compare the list of places; a fact that cannot be read has no id to compare."""
        if not self._log.exists:
            return
        while self._place is not None and self._place[0] < index:
            self._findings.add("place_extra", fact(self._place[0]))
            self._place = next(self._places, None)
        if self._place is None or self._place[0] > index:
            self._findings.add("place_missing", fact(index))
            return
        if fact_id is not None and self._place[1] != fact_id:
            self._findings.add("place_altered", fact(index))
        self._place = next(self._places, None)


def _read(value: bytes) -> Read | None:
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and isinstance(read.get("data"), dict) else None


def _respelled(value: bytes, read: Read) -> bool:
    try:
        return rfc8785.dumps(read) != value  # type: ignore[arg-type]  # what JSON gave
    except (rfc8785.CanonicalizationError, RecursionError):
        return True
