"""Working days, months and the end of a term, in local days of the Netherlands (domain 5.4 to 5.6)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.calendar import add_months, add_years, day_end, end_of, is_working_day, next_working_day
from policies.tables import AMSTERDAM, day_of

HOUR = timedelta(hours=1)
DAY_UNITS = ("days", "working_days", "months", "years")


@dataclass(frozen=True)
class Counted:
    """A term as the tables would hold it."""

    value: int
    unit: str
    ends_on_working_day: bool = False


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment on the Dutch clock."""
    return datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


def last_day(term: Counted, start: datetime) -> date:
    """Return the last local day of a term."""
    return day_of(end_of(term, start) - timedelta(microseconds=1))


DAYS = st.dates(date(1983, 1, 1), date(2085, 12, 31))
MOMENTS = st.datetimes(datetime(1983, 1, 1), datetime(2085, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TERMS = st.builds(Counted, st.integers(0, 15), st.sampled_from(("minutes", *DAY_UNITS)), st.booleans())
DAY_TERMS = st.builds(Counted, st.integers(0, 15), st.sampled_from(DAY_UNITS), st.booleans())


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, ["01-01", "04-03", "04-06", "04-27", "05-05", "05-14", "05-25", "12-25"]),
        (2027, ["01-01", "03-26", "03-29", "04-27", "05-05", "05-06", "05-17"]),
        (2028, ["04-14", "04-17", "04-27", "05-05", "05-25", "06-05", "12-25", "12-26"]),
        (2030, ["01-01", "04-19", "04-22", "05-30", "06-10", "12-25", "12-26"]),
    ],
)
def test_the_weekdays_off_are_those_of_the_act(year: int, days: list[str]) -> None:
    """In a year exactly the days that the act names are off, apart from weekends: no more and no fewer."""
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    of_the_year = [date(year, 1, 1) + timedelta(days=n) for n in range(length)]
    off = [f"{day:%m-%d}" for day in of_the_year if day.weekday() < 5 and not is_working_day(day)]
    assert off == days


def test_liberation_day_counts_every_year() -> None:
    """5 May is off in each year, not only in the years in which most people have a paid day off."""
    assert [year for year in range(1983, 2100) if is_working_day(date(year, 5, 5))] == []


def test_kings_day_is_the_day_on_which_it_is_celebrated() -> None:
    """When 27 April is a Sunday the day before is the holiday, and the Monday after is a working day."""
    assert date(2031, 4, 27).weekday() == 6
    assert is_working_day(date(2031, 4, 28))
    assert not is_working_day(date(2026, 4, 27))


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8)])
def test_weekends_are_no_working_days(day: date) -> None:
    """Neither Saturday nor Sunday counts."""
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(1960, 3, 2), date(2101, 3, 2)])
def test_a_year_without_known_holidays_is_refused(day: date) -> None:
    """A year that the library does not know is an error, not a year without holidays."""
    with pytest.raises(ValueError, match=str(day.year)):
        is_working_day(day)


def test_the_next_working_day_passes_the_long_weekend() -> None:
    """From Good Friday on the next working day is Tuesday; a working day is its own answer."""
    assert next_working_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert next_working_day(date(2026, 4, 2)) == date(2026, 4, 2)


@given(DAYS)
def test_no_working_day_lies_between_a_day_and_its_next(day: date) -> None:
    """The next working day is one, and it is the first."""
    found = next_working_day(day)
    assert is_working_day(found)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 3, date(2028, 4, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    """Months are counted from the day itself, and a month that is too short gives its last day."""
    assert add_months(day, months) == expected


@given(DAYS, st.integers(0, 120))
def test_no_month_is_skipped(day: date, months: int) -> None:
    """*n* months later lies in the *n*-th month after, on the same day or on the last of the month."""
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_29_february_becomes_28_february_in_a_common_year() -> None:
    """The time of day stays, and a leap year keeps the day."""
    leap_day = datetime(2028, 2, 29, 13, 30, tzinfo=UTC)
    assert add_years(leap_day, 5) == datetime(2033, 2, 28, 13, 30, tzinfo=UTC)
    assert add_years(leap_day, 4) == datetime(2032, 2, 29, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 15, 23, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 15, 22, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_local_midnight(day: date, utc: datetime) -> None:
    """The end is told in UTC, in winter and in summer."""
    assert day_end(day) == utc
    assert day_end(day).tzinfo is UTC


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_days_on_which_the_clock_changes_are_shorter_or_longer(day: date, hours: int) -> None:
    """A local day has as many hours as the clock gives it."""
    assert day_end(day) - day_end(day - timedelta(days=1)) == hours * HOUR


@pytest.mark.parametrize(
    ("term", "start", "last"),
    [
        (Counted(1, "months"), local(2028, 1, 31, 10), date(2028, 2, 29)),
        (Counted(3, "months"), local(2028, 1, 31, 10), date(2028, 4, 30)),
        (Counted(3, "months", ends_on_working_day=True), local(2028, 1, 31, 10), date(2028, 5, 1)),
        (Counted(1, "months", ends_on_working_day=True), local(2028, 1, 31, 10), date(2028, 2, 29)),
        (Counted(3, "working_days"), local(2026, 4, 2, 10), date(2026, 4, 9)),
        (Counted(1, "working_days"), local(2026, 4, 4, 10), date(2026, 4, 7)),
        (Counted(0, "working_days"), local(2026, 4, 4, 10), date(2026, 4, 4)),
        (Counted(28, "days"), local(2026, 3, 2, 23, 59), date(2026, 3, 30)),
        (Counted(0, "days"), local(2026, 3, 2, 10), date(2026, 3, 2)),
        (Counted(5, "years"), local(2028, 2, 29, 10), date(2033, 2, 28)),
        (Counted(1, "days", ends_on_working_day=True), local(2027, 5, 4, 10), date(2027, 5, 7)),
    ],
)
def test_a_term_runs_until_the_end_of_its_last_day(term: Counted, start: datetime, last: date) -> None:
    """The day of the start is not counted, and the whole last day still belongs to the term."""
    following = last + timedelta(days=1)
    assert end_of(term, start) == local(following.year, following.month, following.day)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 3)),
    ],
)
def test_the_first_day_is_that_of_the_dutch_clock(start: datetime, last: date) -> None:
    """A moment that is still yesterday in UTC may be today in the Netherlands."""
    assert last_day(Counted(1, "days"), start) == last


def test_a_term_over_the_change_of_the_clock_ends_at_midnight() -> None:
    """Two local days hold 47 hours in spring and 49 in autumn."""
    two_days = Counted(2, "days")
    assert end_of(two_days, local(2026, 3, 27, 23)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert end_of(two_days, local(2026, 10, 23, 23)) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_minutes_are_counted_exactly() -> None:
    """An hour lasts an hour while the clock changes, and a weekend does not stop it."""
    before_the_change = datetime(2026, 3, 29, 0, 30, 15, tzinfo=UTC)
    for moves in (False, True):
        assert end_of(Counted(60, "minutes", moves), before_the_change.astimezone(AMSTERDAM)) == (
            before_the_change + HOUR
        )


@pytest.mark.parametrize("unit", ["count", "bytes", "weeks"])
def test_a_unit_that_is_no_time_is_refused(unit: str) -> None:
    """The error names the unit."""
    with pytest.raises(ValueError, match=unit):
        end_of(Counted(1, unit), local(2026, 3, 2))


@pytest.mark.parametrize("unit", ["days", "minutes"])
def test_a_start_without_a_time_zone_is_refused(unit: str) -> None:
    """Else the clock of the machine would decide which day it is."""
    with pytest.raises(ValueError, match="time zone"):
        end_of(Counted(1, unit), datetime(2026, 3, 2, 10))  # noqa: DTZ001


@given(TERMS, MOMENTS, MOMENTS)
def test_who_starts_later_never_ends_earlier(term: Counted, one: datetime, other: datetime) -> None:
    """The end is monotone in the start."""
    first, second = sorted((one, other))
    assert end_of(term, first) <= end_of(term, second)


@given(TERMS, MOMENTS)
def test_who_starts_a_day_later_never_ends_earlier(term: Counted, start: datetime) -> None:
    """Monotone from day to day as well, through the end of a month, a weekend and the change of the clock."""
    ends = [end_of(term, start + timedelta(days=n)) for n in range(8)]
    assert all(earlier <= later for earlier, later in pairwise(ends))


@given(TERMS, MOMENTS)
def test_no_term_ends_before_it_starts(term: Counted, start: datetime) -> None:
    """A term counted in days, even of none, runs past its start; minutes never run back. The end is told in UTC."""
    end = end_of(term, start)
    assert end.tzinfo is UTC
    assert end >= start
    assert end > start or (term.unit == "minutes" and term.value == 0)


@given(DAY_TERMS, MOMENTS)
def test_a_moved_last_day_is_the_first_working_day(term: Counted, start: datetime) -> None:
    """With the flag the last day is a working day, and it is the plain last day when that was one already."""
    plain = last_day(Counted(term.value, term.unit), start)
    moved = last_day(Counted(term.value, term.unit, ends_on_working_day=True), start)
    assert is_working_day(moved)
    assert moved == next_working_day(plain)


@given(st.integers(1, 15), MOMENTS)
def test_working_days_are_counted_after_the_first_day(count: int, start: datetime) -> None:
    """Exactly as many working days lie after the first day as the term says, and the last day is one of them."""
    first, last = day_of(start), last_day(Counted(count, "working_days"), start)
    passed = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(map(is_working_day, passed)) == count
    assert is_working_day(last)
