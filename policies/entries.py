"""What every dated entry of the tables has: a mark, and the days on which it is in force (domain 0)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Entry(BaseModel):
    """One dated entry. In force from the start of ``valid_from`` to the end of ``valid_until``, local date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mark: Annotated[str, Field(pattern="^(S|F[0-9]+|I|M|D)$")]
    """How sure we are: seed, found source, inferred, from memory, own decision."""
    valid_from: date
    valid_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Say whether the entry is in force on *day*."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def since(self) -> datetime:
        """The first moment at which the entry is in force."""
        return datetime.combine(self.valid_from, time(), AMSTERDAM).astimezone(UTC)


def day_of(at: datetime) -> date:
    """Return the date in the Netherlands at a moment."""
    return at.astimezone(AMSTERDAM).date()


def apart(table: str, entries: Sequence[tuple[str, Entry]]) -> None:
    """Raise ValueError when two entries of one name are in force on one day, or one ends before it starts."""
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for name, entry in entries:
        by_name[name].append(entry)
    for name, versions in by_name.items():
        ordered = sorted(versions, key=lambda one: one.valid_from)
        if any(one.valid_until is not None and one.valid_until < one.valid_from for one in ordered):
            raise ValueError(f"{table} {name} eindigt voor het begin")
        for earlier, later in pairwise(ordered):
            if earlier.valid_until is None or later.valid_from <= earlier.valid_until:
                raise ValueError(f"{table} {name} geldt twee keer op {later.valid_from}")


def known(what: str, cited: Iterable[str], there: Iterable[str]) -> None:
    """Raise ValueError naming what is cited and not there."""
    unknown = sorted(set(cited) - set(there))
    if unknown:
        raise ValueError(f"{what} bestaat niet: {', '.join(unknown)}")
