"""Facts that follow a disclosure: its recipient's receipt, a correction of the record, a notice (domain 5.1, 5.6)."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Instant
from events.sealed import Sealed
from events.vocabulary import Code, FactId, LegalRef, OrgCode, Pseudonym, Task


class DataAccessed(Fact):
    """The recipient's own record that it got, or looked at, what was disclosed: the other side of the same disclosure.

    Source: domain 5.1; IHE BALP PrivacyDisclosure.Recipient.
    """

    type_name: ClassVar[str] = "nl.zvh.disclosures.data-accessed.v1"

    access_id: FactId
    disclosure_id: FactId
    recipient_org: OrgCode
    recipient_task: Task
    recipient_person: Pseudonym
    accessed_at: Instant
    stream_seq: Annotated[int, Field(ge=1)]
    """The recipient's own number of this access, from 1, without gaps: order is by it, never by time."""
    paired: bool | None = None
    """Whether the house knows this disclosure to this recipient; None in facts from before it was looked up."""


class DisclosureCorrected(Fact):
    """The record of a disclosure was wrong; this says what it should have been. The record itself stays.

    Source: domain 5.1; legal_ref "AVG:accuracy".
    """

    type_name: ClassVar[str] = "nl.zvh.disclosures.disclosure-corrected.v1"

    correction_id: FactId
    disclosure_id: FactId
    what: Code
    """From the dated list ``correction-reason``."""
    purpose: Code | None = None
    """The right purpose; None when that is not what was wrong."""
    legal_basis: tuple[LegalRef, ...] | None = None
    explanation: Sealed


class RecipientNotified(Fact):
    """An earlier recipient of an item was told that something happened to it; the notice holds no value.

    Source: domain 5.6 (AVG 19); legal_ref "AVG:rectification".
    """

    type_name: ClassVar[str] = "nl.zvh.disclosures.recipient-notified.v1"

    notice_id: FactId
    recipient_org: OrgCode
    recipient_task: Task
    what: Code
    """RECTIFIED, ERASED, RESTRICTED, RESTRICTION_LIFTED or CORRECTED."""
    items: tuple[FactId, ...]
    disclosures: tuple[FactId, ...]
    """The disclosures by which the recipient got them."""
    cause: FactId
    """The fact from which the notice follows."""
