"""Days and moments as people in the Netherlands write them."""

from datetime import date, datetime

from policies.entries import AMSTERDAM, day_of

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def day_in_words(day: date) -> str:
    """Return a date, for example ``2 maart 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def local_day(at: datetime) -> str:
    """Return the local date of a moment, for example ``2 maart 2026``."""
    return day_in_words(day_of(at))


def local_moment(at: datetime) -> str:
    """Return a moment in local time, for example ``2 maart 2026, 13.05 uur``."""
    return f"{local_day(at)}, {at.astimezone(AMSTERDAM):%H.%M} uur"
