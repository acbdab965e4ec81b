"""Facts of erasing one person from a case (domain 5.5 and 5.6), and what a destruction leaves behind.

What was sealed stays as ciphertext, in every copy; with its key gone nobody can read it again.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Codes, Fact, Instant, Part
from events.vocabulary import CaseId, Code, Digest, FactId, KeyId, SubjectId


class KeyGone(Part):
    """One data key that dies: of one person in one case. The name of a key, never the key."""

    key_id: KeyId
    subject_id: SubjectId


KeysGone = tuple[KeyGone, ...]


class SubjectErased(Fact):
    """All that the case holds of one person was erased with its key, by a decision on a ground from the list.

    Committed before the key goes. When the person is the one whom the case is about, ``CaseDestroyed`` follows in the
    same command: without that person the case has no purpose left. Source: domain 5.6; legal_ref "AVG:erasure".
    """

    type_name: ClassVar[str] = "nl.zvh.erasures.subject-erased.v1"

    erasure_id: FactId
    """The same for all cases of which one decision erased the person."""
    subject_id: SubjectId
    ground: Code
    deciders: Annotated[Codes, Field(min_length=1)]
    """The controllers that decided."""
    request_id: FactId | None = None
    """The request of the person that was granted; None when there was none."""
    keys: KeysGone
    """Empty when the case held no value of the person."""


class ErasureRepeated(Fact):
    """Keys that were dead came back with an old backup, and were destroyed again. Source: domain 5.5."""

    type_name: ClassVar[str] = "nl.zvh.erasures.erasure-repeated.v1"

    first_fact_id: FactId
    """The fact that told of the destruction; an old backup may not hold it."""
    first_erased_at: Instant
    subject_id: SubjectId | None = None
    """None when the whole case was destroyed."""
    keys: KeysGone
    ledger_line: Annotated[int, Field(ge=1)]
    ledger_digest: Digest
    """SHA-256 of that line of the erasure ledger."""


class Burial(Part):
    """One destruction, as it is remembered outside the database and its backups: names of keys, nothing of a person."""

    fact_id: FactId
    case_id: CaseId
    subject_id: SubjectId | None = None
    """None for the whole case."""
    ground: Code
    keys: KeysGone
