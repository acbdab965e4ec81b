"""Calendar arithmetic on moments."""

from datetime import datetime


def add_years(moment: datetime, years: int) -> datetime:
    """Return the same day and time *years* later; 29 February becomes 28 February in a common year."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)
