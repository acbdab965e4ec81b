"""A clock that a simulation moves."""

from datetime import UTC, datetime
from uuid import UUID

from services.ports import Clock

FIRST_DAY = datetime(2026, 1, 5, 7, tzinfo=UTC)
"""When a simulated year begins: a Monday."""


class MovedClock:
    """Fits ``services.ports.Clock``: the moment is what the simulation says; ids come from the machine's clock."""

    def __init__(self, start: datetime, ids: Clock) -> None:
        self._now, self._ids = start, ids

    def now(self) -> datetime:
        """Return the simulated moment, UTC."""
        return self._now

    def new_id(self) -> UUID:
        """Return a new UUID version 7."""
        return self._ids.new_id()

    def move(self, to: datetime) -> None:
        """Make it *to*; never back."""
        self._now = max(self._now, to)
