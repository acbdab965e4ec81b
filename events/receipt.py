"""What a command leaves behind, and a fact with its number: shapes that stories and adapters share."""

from dataclasses import dataclass
from uuid import UUID

from events.fact import Recorded


@dataclass(frozen=True)
class Receipt:
    """What is kept of one command that had its effect."""

    command_id: UUID
    outcome: str
    """Name of the outcome, for example ``received``."""
    origin: str
    """Where the command was delivered; the same place again is the same delivery."""
    content_digest: bytes
    """Keyed digest of what was asked (``Pseudonyms.digest``), 32 bytes."""


@dataclass(frozen=True)
class Effect:
    """A receipt with the facts that the command made."""

    receipt: Receipt
    facts: tuple[Recorded, ...]


@dataclass(slots=True)
class Numbered:
    """The bytes of one fact with its dense number in the whole log."""

    index: int
    value: bytes
