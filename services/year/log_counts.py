"""Counts what stands in the log of a simulated year, on the way of its facts to somebody else."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from events.disclosure import DataDisclosed
from events.receipt import Numbered
from projections.reading import outline

F = TypeVar("F")


class LogCounts:
    """How many facts of each type, and how many disclosures of each kind."""

    def __init__(self) -> None:
        self.facts: Counter[str] = Counter()
        """By family and name, as in ``disclosures.data-disclosed``."""
        self.disclosures: Counter[str] = Counter()
        """By kind of disclosure; without the refused ones."""

    def of_log(self, log: Iterable[Numbered]) -> Iterator[Numbered]:
        """Yield the facts of a log, counted. Raises: Corrupt."""
        for one in log:
            family, name = outline(one.value).type.split(".")[2:4]
            self.facts[f"{family}.{name}"] += 1
            yield one

    def of_decisions(self, facts: Iterable[F]) -> Iterator[F]:
        """Yield decisions and what rests on them, counted."""
        for fact in facts:
            if isinstance(fact, DataDisclosed):
                self.disclosures[fact.kind] += 1
            yield fact
