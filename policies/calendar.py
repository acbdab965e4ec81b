"""Days as the law counts them: local days in the Netherlands, working days, and the end of a term (domain 5.4 to 5.6).

Marks and values of terms stand in the dated tables; this module only counts. Holidays come from a library (ADR 11).
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

import holidays

from policies.tables import AMSTERDAM, day_of

DAY = timedelta(days=1)
SATURDAY = 5


class TermLike(Protocol):
    """What counting asks of a term; ``policies.tables.Term`` fits."""

    @property
    def value(self) -> int:
        """How many units, 0 or more."""

    @property
    def unit(self) -> str:
        """What is counted: ``minutes``, ``days``, ``working_days``, ``months`` or ``years``."""

    @property
    def ends_on_working_day(self) -> bool:
        """Whether a last day that is no working day moves to the next one."""


def is_working_day(day: date) -> bool:
    """Say whether *day* is neither Saturday, Sunday nor a holiday that the Algemene termijnenwet itself names.

    Days that a royal decree puts on a par with a holiday count as working days here (ADR 11).

    Raises: ValueError for a year of which the library knows no holidays.
    """
    return day not in _holidays(day.year) and day.weekday() < SATURDAY


def next_working_day(day: date) -> date:
    """Return *day* when it is a working day, else the first one after it. Raises: as ``is_working_day``."""
    while not is_working_day(day):
        day += DAY
    return day


def add_months(day: date, n: int) -> date:
    """Return the same day *n* months later, or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    _, length = monthrange(year, month + 1)
    return date(year, month + 1, min(day.day, length))


def add_years(moment: datetime, years: int) -> datetime:
    """Return the same day and time *years* later; 29 February becomes 28 February in a common year."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)


def day_end(day: date) -> datetime:
    """Return the end of a local day: the first moment of the day after it in the Netherlands, in UTC."""
    return datetime.combine(day + DAY, time(), AMSTERDAM).astimezone(UTC)


def end_of(term: TermLike, start: datetime) -> datetime:
    """Return the moment until which *term* runs when it starts at *start*, in UTC; the moment itself is too late.

    Minutes are counted exactly, and ``ends_on_working_day`` says nothing about them. All other units count local days
    from the day of *start*, which is not counted itself, and the term runs until the end of its last day.

    Raises: ValueError for a unit that is no time, a *start* without time zone, or a year without known holidays.
    """
    if start.tzinfo is None:
        raise ValueError("A term starts at a moment with a time zone.")
    if term.unit == "minutes":
        return start.astimezone(UTC) + timedelta(minutes=term.value)
    count = _LAST_DAY.get(term.unit)
    if count is None:
        raise ValueError(f"A term in {term.unit} has no end in time.")
    last = count(day_of(start), term.value)
    return day_end(next_working_day(last) if term.ends_on_working_day else last)


def _add_working_days(day: date, n: int) -> date:
    for _ in range(n):
        day = next_working_day(day + DAY)
    return day


_LAST_DAY: Mapping[str, Callable[[date, int], date]] = {
    "days": lambda day, n: day + n * DAY,
    "working_days": _add_working_days,
    "months": add_months,
    "years": lambda day, n: add_months(day, 12 * n),
}


@lru_cache(maxsize=128)
def _holidays(year: int) -> frozenset[date]:
    # The library files 5 May under "public" only in the years in which most employees have a paid day off. The act
    # names it in every year, and the library has the day as "optional" in the years between.
    known = frozenset(holidays.country_holidays("NL", years=year, categories=(holidays.PUBLIC, holidays.OPTIONAL)))
    if not known:
        # Outside its range the library answers with an empty year, which would make every weekday a working day.
        raise ValueError(f"No holidays are known for the year {year}.")
    return known
