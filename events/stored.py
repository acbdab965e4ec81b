"""Rows as they stand in store and topic, unread and unbelieved: what a check of the whole house starts from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredFact:
    """One row of the event store, with what its columns say of it."""

    place: int
    """Notification id: rises in the order of commitment, with holes."""
    case_id: str
    sequence: int
    type_name: str
    value: bytes
    index: int | None = None
    """Its number in the log, where it was asked for; None when it has none."""


@dataclass(frozen=True, slots=True)
class StoredTile:
    """One row of the tiles of the log."""

    level: int
    number: int
    hashes: bytes
    above: bytes | None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """One row of the checkpoints, with the lines that witnesses signed under it."""

    size: int
    root: bytes
    note: str
    cosignatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """One receipt of a command."""

    command_id: str
    case_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """One record of the topic of facts."""

    partition: int
    offset: int
    index: int | None
    """None when it carries no number."""
    key: str
    type_name: str
    fact_id: str
    value: bytes
    belongs_in: int
    """The partition where its key belongs."""
