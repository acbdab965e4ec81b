"""What the stories need from the outside, each with its promise. Adapters in ``infra`` fit by shape."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from events.fact import Recorded
from events.receipt import Effect, Numbered, Receipt
from events.sealed import Sealed
from events.vocabulary import CaseId, FactId, Pseudonym, SubjectId


class FactStore(Protocol):
    """The event store: decides order and uniqueness."""

    def history(self, case_id: CaseId) -> list[Recorded]:
        """Return all facts of one case in order of sequence; empty when there is no such case.

        Raises: Unavailable.
        """
        ...

    def commit(self, facts: Sequence[Recorded], receipt: Receipt) -> None:
        """Write *facts* (of one case, at least one) and *receipt* in one transaction; durable on return.

        Safe from several threads and processes at once.

        Raises:
            Conflict: another command wrote the same sequence of this case, or the same command, first;
                nothing was written.
            Unavailable: the store does not answer; the commit may or may not have happened, and a retry of the
                same command finds out.
        """
        ...

    def effect_of(self, command_id: UUID) -> Effect | None:
        """Return what an earlier delivery of this command did, or None. Raises: Unavailable."""
        ...


class Sealer(Protocol):
    """Seals values before a fact is made. Cannot open anything."""

    def seal(self, case_id: CaseId, subject_id: SubjectId, fact_id: FactId, field: str, value: bytes) -> Sealed:
        """Seal *value* for its one place; makes the key of (case, subject) when it is the first.

        Raises: Unavailable.
        """
        ...


class Pseudonyms(Protocol):
    """Names without the person. Keyed: without the house's key nobody can recompute one."""

    def subject(self, bsn: str) -> SubjectId:
        """Return the pseudonym of the person with this BSN; makes it when it is the first. Raises: Unavailable."""
        ...

    def find_subject(self, bsn: str) -> SubjectId | None:
        """Return the pseudonym of the person with this BSN, or None. Raises: Unavailable."""
        ...

    def person(self, oin: str, name: str) -> Pseudonym:
        """Return the pseudonym of a professional, from the organisation's OIN and its own name for the person."""
        ...

    def digest(self, content: bytes) -> bytes:
        """Return a keyed digest (HMAC-SHA256, 32 bytes) of *content*, to compare without keeping it."""
        ...


class Clock(Protocol):
    """The only source of time and of new fact ids."""

    def now(self) -> datetime:
        """Return the present moment, UTC."""
        ...

    def new_id(self) -> FactId:
        """Return a new UUID version 7."""
        ...


class Outbox(Protocol):
    """Carries answers to partners: Kafka feed topics, or their embedded twin."""

    def publish(self, topic: str, key: str, value: bytes) -> None:
        """Hand over *value*; durable on return. The same (topic, key) may be published again: receivers know it by key.

        Raises: Unavailable.
        """
        ...


class FactLog(Protocol):
    """The numbered log, read in order: the relay's topic, or its embedded twin."""

    def read(self, first: int, stop: int | None = None) -> Iterator[Numbered]:
        """Yield facts with ``first <= index < stop`` (to the present end when *stop* is None), in order of index."""
        ...
