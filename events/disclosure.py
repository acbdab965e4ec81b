"""Facts of the one door: who was shown which data of whom, for which purpose, or was refused (domain 5.1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Codes, Fact, Instant, Part
from events.sealed import Sealed
from events.vocabulary import (
    Code,
    Decision,
    Digest,
    FactId,
    LegalRef,
    OrgCode,
    Pseudonym,
    Room,
    Stage,
    SubjectId,
    SubjectRole,
    Task,
)


class SubjectShown(Part):
    """One person whose data the request is about."""

    subject_id: SubjectId
    role: SubjectRole


class ItemShown(Part):
    """One item that was shown, by reference; never its value."""

    item_id: FactId
    version: Annotated[int, Field(ge=1)]
    category: Code
    subject_id: SubjectId
    provider_org: OrgCode
    fields: Codes


class RuleApplied(Part):
    """One policy that decided: its permanent id and its legal ground."""

    policy_id: Annotated[str, Field(pattern="^[A-Za-z0-9-]{3,80}$")]
    legal_ref: LegalRef


class Asked(Fact):
    """What a request for data says of itself; the common part of its two outcomes."""

    disclosure_id: FactId
    kind: Code
    """One of the seven kinds of domain 5.1, for example WITHIN."""
    room: Room | None = None
    stage: Stage
    regime: Code
    recipient_org: OrgCode
    recipient_person: Pseudonym
    recipient_task: Task
    subjects: tuple[SubjectShown, ...]
    purpose: Code | None = None
    """None when no purpose was given; such a request is always refused."""
    legal_basis: tuple[LegalRef, ...]
    """Grounds as asked, one for the giver and one for the taker."""
    reason_code: Code
    """OK, or the refusal code of domain 5.7."""
    policy_digest: Digest
    """SHA-256 of the policy set that decided, so that the decision can be replayed."""
    rules: tuple[RuleApplied, ...]
    """The policies that decided."""
    reference_date: Instant
    """Moment for which the reference data (matrix, purposes, terms) were read."""


class DataDisclosed(Asked):
    """A participant was granted data of a case. Committed before anything is unsealed.

    A correction is a new fact, never an edit. Source: domain 5.1; legal_ref "AVG:accountability".
    """

    type_name: ClassVar[str] = "nl.zvh.disclosures.data-disclosed.v1"

    decision: Decision
    """GRANTED, or PARTLY when some of what was asked is withheld."""
    categories: Annotated[Codes, Field(min_length=1)]
    """Kinds of data shown."""
    withheld: Codes = ()
    """Kinds of data asked for and not shown."""
    items: Annotated[tuple[ItemShown, ...], Field(min_length=1)]
    secrecy_ground: Code | None = None
    """Ground on which a professional secret was broken; None when no secret covers what was shown."""
    necessity: Sealed
    proportionality: Sealed
    subsidiarity: Sealed
    retention_until: Instant
    """Until when this record itself is kept."""


class DisclosureRefused(Asked):
    """A request for data was refused; recorded without content. Source: domain 5.7."""

    type_name: ClassVar[str] = "nl.zvh.disclosures.disclosure-refused.v1"

    categories: Codes
    """Kinds of data that were asked for."""
