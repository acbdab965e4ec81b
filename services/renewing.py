"""Keeps the rules of this process as the controllers decided them (domain 7).

A decision is in force from a later day than it is taken on, so reading the decisions at the first command of each day,
and now and then between, is early enough.
"""

import time
from collections.abc import Callable
from datetime import date, datetime

from events.vocabulary import CaseId
from policies.entries import day_of
from policies.reference import Reference
from services.governance import renew
from services.ports import FactStore

EVERY_SECONDS = 60.0


class Renewing:
    """Reads the decisions when it is time. Safe from several threads: to read them twice changes nothing."""

    def __init__(
        self,
        reference: Reference,
        store: FactStore,
        stream: CaseId,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reference, self._store, self._stream, self._elapsed = reference, store, stream, elapsed
        self._day: date | None = None
        self._at = 0.0

    def __call__(self, now: datetime) -> None:
        """Read the decisions when the day changed or a while has passed. Raises: Unavailable; BadSetting."""
        day, at = day_of(now), self._elapsed()
        if day == self._day and at - self._at < EVERY_SECONDS:
            return
        renew(self._reference, self._store, self._stream)
        self._day, self._at = day, at
