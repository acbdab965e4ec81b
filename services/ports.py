"""What the stories need from the outside, each with its promise. Adapters in ``infra`` fit by shape."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from events.erasure import Burial, KeyGone
from events.fact import Recorded
from events.receipt import Effect, Numbered, Receipt
from events.sealed import Sealed
from events.vocabulary import CaseId, FactId, OrgCode, Pseudonym, Room, Stage, SubjectId, Task


class FactStore(Protocol):
    """The event store: decides order and uniqueness."""

    def history(self, case_id: CaseId, after: int = 0, until: int | None = None) -> list[Recorded]:
        """Return the facts of one case in order of sequence; empty when there is no such case.

        Args:
            after: leave out the facts up to and including this sequence.
            until: leave out the facts behind this sequence; None for none.

        Raises: Unavailable.
        """
        ...

    def commit(self, facts: Sequence[Recorded], receipt: Receipt) -> None:
        """Write *facts* (of one case, at least one) and *receipt* in one transaction; durable on return.

        Safe from several threads and processes at once.

        Raises:
            Conflict: another command wrote the same sequence of this case, the same number of a recipient, another
                access under the same number of its own, or the same command, first; nothing was written.
            Unavailable: the store does not answer; the commit may or may not have happened, and a retry of the
                same command finds out.
        """
        ...

    def last_numbers(self, orgs: Collection[OrgCode]) -> Mapping[OrgCode, int]:
        """Return the newest number among the records of each recipient organisation; those without any left out.

        Raises: Unavailable.
        """
        ...

    def access_numbered(self, org: OrgCode, task: Task, number: int) -> FactId | None:
        """Return the access to which a recipient gave this number of its own; None when it gave it to none.

        Raises: Unavailable.
        """
        ...

    def last_sequence(self, case_id: CaseId) -> int:
        """Return the sequence of the newest fact of a case or other stream; 0 when it has none. Reads no history.

        Raises: Unavailable.
        """
        ...

    def effect_of(self, command_id: UUID) -> Effect | None:
        """Return what an earlier delivery of this command did, or None. Raises: Unavailable."""
        ...


class Sealer(Protocol):
    """Seals values before a fact is made. Cannot open anything."""

    def seal(self, case_id: CaseId, subject_id: SubjectId, fact_id: FactId, field: str, value: bytes) -> Sealed:
        """Seal *value* for its one place; makes the key of (case, subject) when it is the first.

        Raises: Unavailable; Refusal with DESTROYED when the keys of the case, or of this person in it, were destroyed.
        """
        ...


@dataclass(frozen=True)
class OtherCase:
    """Another case of the same person, as far as anybody may hear of it."""

    stage: Stage
    room: Room | None


class Elsewhere(Protocol):
    """Where else in this house a person is the subject of a case."""

    def __call__(self, subject_id: SubjectId, but: CaseId) -> Sequence[OtherCase]:
        """Return the other cases of the person, in no order that tells anything. Raises: Unavailable."""
        ...


class KeyDestroyer(Protocol):
    """Ends keys, for good. All raise Unavailable, and Corrupt when the erasure ledger was altered.

    A destruction goes in steps that may each be repeated: announced, told by a fact, and carried out. What a crash
    left between two of them is still announced.
    """

    def cases_of(self, subject_id: SubjectId) -> list[CaseId]:
        """Return the cases that hold a key of this person."""
        ...

    def keys_of(self, case_id: CaseId, subject_id: SubjectId | None = None) -> tuple[KeyGone, ...]:
        """Return the names of the keys of a case, or of one person in it."""
        ...

    def originals(self, sealed_before: datetime, most: int) -> list[tuple[FactId, datetime]]:
        """Return the submissions of which a key for the original was made before a moment: with that, oldest first."""
        ...

    def announce(self, case_id: CaseId, subject_id: SubjectId | None) -> UUID:
        """Remember that a destruction is under way, of one person or (None) of the whole case; returns its number.

        Raises: BadSetting where there is no place outside the backup to remember it.
        """
        ...

    def announced(self) -> list[tuple[UUID, CaseId, SubjectId | None, datetime]]:
        """Return what is under way: number, case, person or None for the whole case, since when."""
        ...

    def take_back(self, announced: UUID) -> None:
        """Forget one announcement, because no fact came of it."""
        ...

    def destroy(self, burial: Burial, at: datetime) -> None:
        """Write the destruction in the erasure ledger, and then destroy; again changes nothing. Durable on return."""
        ...

    def sweep(self) -> None:
        """Destroy what was made beside a destruction, and let what was deleted leave the disk."""
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
