"""Facts of the run-up: a case is brought in, supplemented, returned or withdrawn (domain 4, commands 2 to 4)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.fact import Codes, Fact, Instant, Part
from events.sealed import Sealed
from events.vocabulary import Code, FactId, OrgCode, SubjectId, SubjectRole, Task


class Person(Part):
    """Somebody the file speaks about, by pseudonym. A related person has rights of their own."""

    subject_id: SubjectId
    role: SubjectRole


class Condition(Part):
    """A wish of the source that travels with an item (domain 5.2)."""

    code: Code
    """From the dated list ``source-condition``."""
    orgs: Codes = ()
    """Organisations that it speaks of."""
    until: str | None = None
    """Local date, ISO 8601, up to and including which the item may be seen."""


class Item(Part):
    """One piece of data that a participant provides; disclosed as a whole or not at all."""

    item_id: FactId
    version: Annotated[int, Field(ge=1)] = 1
    category: Code
    """Data category (domain 5.2)."""
    tier: Literal["T1", "T2", "T3"]
    """How early it may be seen (domain 5.2)."""
    subject_id: SubjectId
    provider_org: OrgCode
    fields: Codes
    """Names of the fields inside, never their values."""
    addressed_to: OrgCode | None = None
    """The one organisation for which it is meant, as a question is; None when the matrix says who reads it."""
    conditions: tuple[Condition, ...] | None = None
    """Wishes of the source; None when it has none."""
    wording: Literal["FUNCTIONAL", "CLINICAL"] | None = None
    """How a professional put it: what others need to know, or a finding of the profession; None where no secret is."""
    secrecy_ground: Code | None = None
    """Ground on which the source broke its secret in bringing the item to the room."""
    regime: Code | None = None
    """Law under which the source gathered it, when that is another than the one it comes to the room under."""
    content: Sealed


class InformStatus(Part):
    """Whether the person was told about the processing (domain 5.4)."""

    status: Literal["INFORMED", "PENDING", "DEFERRED", "NOT_REQUIRED"]
    on: str | None = None
    """Local date, ISO 8601, for INFORMED."""
    review_by: str | None = None
    """Local date, ISO 8601, for DEFERRED."""


class ReferralSubmitted(Fact):
    """A participant brought a case before the room, with channel, regime and first facts on the criteria.

    Source: domain 4, command 2; legal_ref "WGS:purpose".
    """

    type_name: ClassVar[str] = "nl.zvh.cases.referral-submitted.v1"

    channel: Code
    """Intake channel (domain 4.3)."""
    regime: Code
    """Law under which the data arrived, before any acceptance."""
    triage_regime: Code | None = None
    """Law under which the exchange before acceptance stands, first tier only; None in facts from before it was told."""
    referrer_org: OrgCode
    referrer_task: Task
    persons: Annotated[tuple[Person, ...], Field(min_length=1)]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    inform_status: InformStatus
    inform_by: Instant | None = None
    """Until when the person is to be told, when that was still to be done; the term in force was applied."""
    secrecy_notice_accepted: Literal[True]
    submission: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Digest of (source, id) of the partner's event: the partner can find its referral, nobody else learns its id."""


class ReferralSupplemented(Fact):
    """The referrer added what was missing. Source: domain 4, command 2 from RETURNED."""

    type_name: ClassVar[str] = "nl.zvh.cases.referral-supplemented.v1"

    referrer_org: OrgCode
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class ReferralReturned(Fact):
    """Process support sent the referral back with the list of missing parts. Source: domain 4, command 3."""

    type_name: ClassVar[str] = "nl.zvh.cases.referral-returned.v1"

    missing: Annotated[Codes, Field(min_length=1)]
    supplement_by: Instant | None = None
    """Until when the referrer may be expected to answer; the term in force was applied."""


class ReferralWithdrawn(Fact):
    """The referrer took the referral back; destruction is scheduled. Source: domain 4, command 4; domain 5.5."""

    type_name: ClassVar[str] = "nl.zvh.cases.referral-withdrawn.v1"

    referrer_org: OrgCode
    reason: Sealed
    destroy_after: Instant
    """Content is destroyed after this moment; the term in force was applied when this fact was made."""
