"""A house on a real PostgreSQL whose clock the test moves."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from infra.clock import SystemClock
from infra.settings import Settings
from services.bootstrap import House, open_house
from services.year.moment import MovedClock
from tests.facts import HOUSE_OIN, NOON


@contextmanager
def clocked_house(dsn: str, start: datetime = NOON) -> Iterator[tuple[House, MovedClock]]:
    """Open a house on *dsn* at a moment, until the block ends; two at once work on one database like two processes."""
    key = SecretStr("00" * 32)
    clock = MovedClock(start, SystemClock())
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database=dsn, key=key, log_key=key, house_oin=HOUSE_OIN, erasure_ledger=Path(folder) / "erasures"
        )
        with open_house(settings, clock=clock) as house:
            yield house, clock
