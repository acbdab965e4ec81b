"""What is counted: numbers by series, breakdown and key; days by key; rows. Sums only: no order of cases matters."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Keys = str | tuple[str, ...]
"""One key of a breakdown, or several that one fact counts under."""
ALL = ""
"""Name of the breakdown, and the key in it, that every fact of a series counts under."""
Row = tuple[int, tuple[str, ...]]
"""Log index of the fact that made it, and its cells."""


@dataclass(frozen=True)
class Wanted:
    """The figure whose facts are asked for: a series, and in it one key of one breakdown."""

    series: str
    facet: str = ALL
    key: str = ALL


def _numbers() -> dict[str, int]:
    return defaultdict(int)


@dataclass
class Tally:
    """Counts of one pass over the facts.

    Args:
        wanted: the figure whose facts are kept by index; None to keep none, so that memory does not grow.
    """

    wanted: Wanted | None = None
    counts: dict[tuple[str, str], dict[str, int]] = field(default_factory=lambda: defaultdict(_numbers))
    """(series, breakdown) -> key -> number."""
    spreads: dict[str, dict[str, Counter[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    """Series -> key -> days -> how often."""
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    traced: set[int] = field(default_factory=set)
    """Log indexes of the facts behind the wanted figure."""

    def count(self, series: str, index: int, /, **facets: Keys) -> None:
        """Count one fact, under each key of each breakdown."""
        counts = self.counts
        counts[series, ALL][ALL] += 1
        for facet, keys in facets.items():
            counter = counts[series, facet]
            if isinstance(keys, str):
                counter[keys] += 1
            else:
                for key in keys:
                    counter[key] += 1
        if self.wanted is not None and self.wanted.series == series:
            self._trace(index, facets)

    def spread(self, series: str, index: int, key: str, days: int) -> None:
        """Count how many days something took."""
        self.spreads[series][key][days] += 1
        if self.wanted is not None and self.wanted.series == series and self.wanted.key in (ALL, key):
            self.traced.add(index)

    def row(self, series: str, index: int, *cells: str) -> None:
        """Keep one row."""
        self.rows[series].append((index, cells))
        if self.wanted is not None and self.wanted.series == series:
            self.traced.add(index)

    def total(self, series: str) -> int:
        """Return how many facts were counted in a series."""
        return self.counts[series, ALL][ALL] if (series, ALL) in self.counts else 0

    def cells(self, series: str, facet: str) -> Mapping[str, int]:
        """Return key -> number of one breakdown."""
        return self.counts.get((series, facet), {})

    def days(self, series: str) -> Mapping[str, Mapping[int, int]]:
        """Return key -> days -> how often."""
        return self.spreads.get(series, {})

    def sorted_rows(self, series: str) -> list[Row]:
        """Return the rows in the order of the log."""
        return sorted(self.rows.get(series, []))

    def _trace(self, index: int, facets: Mapping[str, Keys]) -> None:
        wanted = self.wanted
        assert wanted is not None  # noqa: S101 - for the type checker: looked at by the caller
        if wanted.facet == ALL:
            self.traced.add(index)
            return
        keys = facets.get(wanted.facet, ())
        if wanted.key in ((keys,) if isinstance(keys, str) else keys):
            self.traced.add(index)


def quantile(days: Mapping[int, int], part: float) -> int | None:
    """Return the smallest number of days within which at least *part* (0 to 1) of what was measured lies.

    None when nothing was measured. Nearest rank, so always a number that really occurred and never one with decimals.
    """
    total = sum(days.values())
    if total == 0:
        return None
    rank, seen = max(1, -(-int(part * 1000) * total // 1000)), 0
    for number in sorted(days):
        seen += days[number]
        if seen >= rank:
            return number
    raise AssertionError("unreachable: the ranks end at the total")


def merged(spreads: Iterable[Mapping[int, int]]) -> Counter[int]:
    """Return several measurements as one."""
    whole: Counter[int] = Counter()
    for one in spreads:
        whole.update(one)
    return whole
