"""The numbers per recipient, counted again from the facts alone: an overview that was altered cannot hide a hole."""

from collections.abc import Iterable
from dataclasses import dataclass

from events.correction import DataAccessed
from events.disclosure import DataDisclosed, DisclosureRefused
from events.receipt import Numbered
from projections.ledger_batch import LedgerBatch, runs
from projections.reading import outline

MOST_NAMED = 20
"""Missing numbers that are named one by one, per series."""
_TYPES = frozenset({DataDisclosed.type_name, DisclosureRefused.type_name, DataAccessed.type_name})


@dataclass(frozen=True)
class Hole:
    """A series of numbers that is not whole."""

    series: str
    org: str
    task: str
    last: int
    missing: tuple[int, ...]
    """The first of them."""


def holes(facts: Iterable[Numbered]) -> list[Hole]:
    """Return the series that are not whole, in order of their names. Raises: Corrupt."""
    batch = LedgerBatch()
    for fact in facts:
        read = outline(fact.value)
        if read.type in _TYPES:
            batch.take(read, fact.index)
            batch.let_go()
    found = []
    for (series, org, task), numbers in sorted(batch.numbers.items()):
        last = max(numbers)
        if len(numbers) < last:
            found.append(Hole(series, org, task, last, _missing(numbers)))
    return found


def _missing(numbers: set[int]) -> tuple[int, ...]:
    found: list[int] = []
    next_one = 1
    for first, after in runs(numbers):
        while next_one < first and len(found) < MOST_NAMED:
            found.append(next_one)
            next_one += 1
        next_one = after
    return tuple(found)
