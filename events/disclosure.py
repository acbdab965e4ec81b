"""Facts of the one door: who was shown which data of whom, for which purpose, or was refused (domain 5.1)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.fact import Codes, Fact, Instant, Part
from events.referral import Condition
from events.sealed import Sealed
from events.vocabulary import (
    Code,
    Decision,
    Digest,
    FactId,
    LegalRef,
    Oin,
    OrgCode,
    Pseudonym,
    Room,
    Stage,
    SubjectId,
    SubjectRole,
    Task,
)

InformedAs = Literal["INFORMED", "PENDING", "DEFERRED", "NOT_REQUIRED"]


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
    decision_id: FactId | None = None
    """The record of the decision (``AccessDecided``); None in facts from before there were such records."""
    recipient_number: Annotated[int, Field(ge=1)] | None = None
    """Number of this record among all of the recipient organisation, from 1, without gaps: a missing one shows."""
    done_by: Pseudonym | None = None
    """Who carried it out, when that is not the recipient: a result is handed over, an answer is given."""
    controller: Oin | None = None
    """The controller on whose behalf it is done."""
    inform_status: InformedAs | None = None
    """Whether the subject of the case knew of the processing (domain 5.4)."""
    criteria_version: Instant | None = None
    """From when the list of criteria parts counts that the case was last weighed by."""


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
    decided_by: tuple[Pseudonym, ...] | None = None
    """Who decided beside the policies: on a grant that was leaned on, or on letting a result out."""
    grants: tuple[FactId, ...] | None = None
    """The grants for single items that were leaned on."""
    conditions: tuple[Condition, ...] | None = None
    """What the sources ask of the recipient."""
    receipt_by: Instant | None = None
    """Until when the recipient's own system is to confirm it (``DataAccessed``); None when none is owed."""


class DisclosureRefused(Asked):
    """A request for data was refused; recorded without content. Source: domain 5.7."""

    type_name: ClassVar[str] = "nl.zvh.disclosures.disclosure-refused.v1"

    categories: Codes
    """Kinds of data that were asked for."""
