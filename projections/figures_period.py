"""The period of a report: whole local days in the Netherlands, as bounds to compare the moments of facts with."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache

from events.fact import rfc3339
from policies.entries import AMSTERDAM

TREND_YEARS = 5
"""Years that a trend shows, the last one included."""


def moment_of(day: date) -> str:
    """Return the start of a local day in the one form of moments in facts, so that texts can be compared."""
    return rfc3339(datetime.combine(day, time(), AMSTERDAM))


@lru_cache(maxsize=100_000)
def _local_day(hour: str) -> int:
    # The offset of the Netherlands is in whole hours, so an hour lies within one local day.
    return datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(AMSTERDAM).toordinal()


def days_between(earlier: str, later: str) -> int:
    """Return how many local days lie between two moments; 0 when the second is not after the first."""
    return max(0, _local_day(later[:13]) - _local_day(earlier[:13]))


def day_number(moment: str) -> int:
    """Return the local day of a moment, as an ordinal."""
    return _local_day(moment[:13])


@dataclass(frozen=True)
class Period:
    """From the first to the last local day, both included. Raises: ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends on or after the day on which it begins.")

    @classmethod
    def of_year(cls, year: int) -> "Period":
        """Return a calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_quarter(cls, year: int, quarter: int) -> "Period":
        """Return a calendar quarter, 1 to 4."""
        following = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
        return cls(date(year, quarter * 3 - 2, 1), following - timedelta(days=1))

    @property
    def is_year(self) -> bool:
        """Whether it is one calendar year."""
        return (self.first, self.last) == (date(self.first.year, 1, 1), date(self.first.year, 12, 31))

    @property
    def earlier(self) -> "Period":
        """The calendar year before this one; before any other period, one of as many days that ends where it begins."""
        if self.is_year:
            return Period.of_year(self.first.year - 1)
        return Period(self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1))

    @cached_property
    def start(self) -> str:
        """First moment of the period."""
        return moment_of(self.first)

    @cached_property
    def end(self) -> str:
        """First moment after it."""
        return moment_of(self.last + timedelta(days=1))

    @cached_property
    def before(self) -> str:
        """First moment of the period before it."""
        return moment_of(self.earlier.first)

    def quarter_of(self, moment: str) -> str:
        """Return the quarter of the period's last year in which a moment of that year lies, for example ``K2``."""
        return f"K{max(1, bisect_right(self._quarters, moment))}"

    def year_of(self, moment: str) -> str | None:
        """Return the year of a moment, for the years of a trend; None before them."""
        place = bisect_right(self._years, moment)
        return str(self.last.year - TREND_YEARS + place) if place else None

    @cached_property
    def _quarters(self) -> list[str]:
        return [moment_of(date(self.last.year, month, 1)) for month in (1, 4, 7, 10)]

    @cached_property
    def _years(self) -> list[str]:
        return [moment_of(date(self.last.year - back, 1, 1)) for back in range(TREND_YEARS - 1, -1, -1)]
