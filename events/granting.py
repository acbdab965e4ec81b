"""Facts of deciding on single items: somebody asks, the source decides, a grant ends (domain 5.1 and 5.2, per item)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Codes, Fact, Instant
from events.referral import Condition
from events.sealed import Sealed
from events.vocabulary import Code, Decision, FactId, LegalRef, OrgCode, Task


class DisclosureRequested(Fact):
    """A participant asked a source for data that it may not see by standing permission. Source: domain 5.1."""

    type_name: ClassVar[str] = "nl.zvh.disclosures.disclosure-requested.v1"

    request_id: FactId
    recipient_org: OrgCode
    recipient_task: Task
    asked_of: OrgCode
    """The source that is to decide."""
    categories: Annotated[Codes, Field(min_length=1)]
    items: tuple[FactId, ...]
    """The items it is about; empty when the asker does not know them."""
    purpose: Code
    legal_basis: tuple[LegalRef, ...]
    necessity: Sealed
    proportionality: Sealed
    subsidiarity: Sealed
    due: Instant
    """The answer is due before this moment."""


class DisclosureDecided(Fact):
    """The source decided, for these items and this one recipient; of its own accord when nobody asked.

    A grant is what lets the recipient past the matrix for these items; it shows nothing by itself.
    Source: domain 5.1 and 5.2; legal_ref "WGS:provision".
    """

    type_name: ClassVar[str] = "nl.zvh.disclosures.disclosure-decided.v1"

    grant_id: FactId
    request_id: FactId | None = None
    decision: Decision
    provider_org: OrgCode
    provider_task: Task
    recipient_org: OrgCode
    recipient_task: Task
    granted: tuple[FactId, ...]
    refused: tuple[FactId, ...]
    categories: Codes
    """Kinds of data of the items that were decided on."""
    purpose: Code
    legal_basis: tuple[LegalRef, ...]
    secrecy_ground: Code | None = None
    """Ground on which a professional secret is broken; None when none covers what is granted."""
    secrecy_text: Sealed | None = None
    reason_code: Code
    """OK, or why it was refused, from the dated list ``decline-reason``."""
    conditions: tuple[Condition, ...] | None = None
    """What the source asks of the recipient."""
    necessity: Sealed
    proportionality: Sealed
    subsidiarity: Sealed
    valid_until: Instant | None = None


class GrantEnded(Fact):
    """The source took a grant back, from this moment; what was seen stays proven. Source: domain 5.1."""

    type_name: ClassVar[str] = "nl.zvh.disclosures.grant-ended.v1"

    grant_id: FactId
    provider_org: OrgCode
    reason: Sealed
