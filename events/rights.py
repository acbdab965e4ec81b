"""Facts of one request of a person at the contact point: its parts, its terms and its one answer (domain 5.6).

A request is about one person, any number of cases and every joint controller, so it has a stream of its own.
What it does in a case stands in that case (``events/rights_effects.py``).
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.fact import Codes, Fact, Instant, Part
from events.plan import Day
from events.sealed import Sealed
from events.vocabulary import CaseId, Code, Digest, FactId, OrgCode, SubjectId, Task


class Right(StrEnum):
    """The rights of chapter III of the GDPR that a person can call on here (domain 5.6)."""

    ACCESS = "ACCESS"
    RECTIFICATION = "RECTIFICATION"
    ERASURE = "ERASURE"
    RESTRICTION = "RESTRICTION"
    OBJECTION = "OBJECTION"
    INFORMATION = "INFORMATION"


class Outcome(StrEnum):
    """What was decided: of one controller's part, or of the whole request."""

    GRANTED = "GRANTED"
    PARTLY = "PARTLY"
    REFUSED = "REFUSED"
    NO_DATA = "NO_DATA"


class ItemNamed(Part):
    """One item of one case that the request is about."""

    case_id: CaseId
    item_id: FactId


class RightsRequestReceived(Fact):
    """The contact point received a request; it counts as a request to every joint controller.

    Source: domain 5.6; legal_ref of the right that is called on.
    """

    type_name: ClassVar[str] = "nl.zvh.rights.request-received.v1"

    request_id: FactId
    """The stream of the request."""
    subject_id: SubjectId
    right: Right
    received_at: Instant
    """When it came in; the term runs from that day."""
    by: Literal["SUBJECT", "REPRESENTATIVE"]
    capacity: Code | None = None
    """From the dated list ``representative``; None when the person asks itself."""
    items: tuple[ItemNamed, ...] = ()
    words: Sealed | None = None
    """What the person asks, in its own words."""
    due: Instant
    """Answered before this moment; the term in force was applied."""


class Representation(Part):
    """What was found about somebody who asks for another."""

    capacity: Code
    authority: Code
    """From the dated list ``authority-proof``: from what the authority appears, or that it does not."""
    conflict: bool
    """Whether the interests of the representative and of the person are at odds."""


class IdentityChecked(Fact):
    """It was looked at who asks, and whether that person may. Source: domain 5.6; legal_ref "AVG:identity"."""

    type_name: ClassVar[str] = "nl.zvh.rights.identity-checked.v1"

    method: Code
    """From the dated list ``identity-proof``."""
    confirmed: bool
    """Whether the person, or its representative, is who it says."""
    under_age: bool
    """Whether the person is younger than the age from which it acts itself; the date of birth is not kept."""
    representation: Representation | None = None
    may_act: bool
    """Whether the request may be handled for whoever made it, by the rules of the day."""


class PartOpened(Part):
    """The part of one joint controller in the request."""

    controller: OrgCode
    has_data: bool
    """False when it neither gave nor got anything about this person here; then there is nothing for it to decide."""


class RequestFannedOut(Fact):
    """Every joint controller got its part of the request. Source: domain 5.6; legal_ref "BGS:contact-point"."""

    type_name: ClassVar[str] = "nl.zvh.rights.request-fanned-out.v1"

    parts: Annotated[tuple[PartOpened, ...], Field(min_length=1)]
    cases: tuple[CaseId, ...]
    """Cases that hold data about the person, as far as was known then."""
    parts_due: Instant
    """Until when a controller decides on its part, so that the one answer is in time."""


class RequestSpecified(Fact):
    """It became clear which data the request is about. Source: domain 5.6."""

    type_name: ClassVar[str] = "nl.zvh.rights.request-specified.v1"

    items: Annotated[tuple[ItemNamed, ...], Field(min_length=1)]


class RequestExtended(Fact):
    """The person was told, within the first month and with reasons, that the answer takes longer.

    Source: domain 5.6; legal_ref "AVG:answer-term".
    """

    type_name: ClassVar[str] = "nl.zvh.rights.request-extended.v1"

    told_on: Day
    reason_code: Code
    """From the dated list ``extension-reason``."""
    reason: Sealed
    due: Instant
    parts_due: Instant


class PartDecided(Fact):
    """The right controller decided its part of the request. Source: domain 5.6; legal_ref of the right."""

    type_name: ClassVar[str] = "nl.zvh.rights.part-decided.v1"

    controller: OrgCode
    controller_task: Task
    outcome: Outcome
    ground: Code | None = None
    """From the dated list ``refusal-ground``; None when nothing was refused."""
    reason: Sealed


class ObjectionWeighed(Fact):
    """A controller weighed an objection against its own reasons to go on. Source: domain 5.6; "AVG:objection"."""

    type_name: ClassVar[str] = "nl.zvh.rights.objection-weighed.v1"

    controller: OrgCode
    upheld: bool
    """Whether the person's interest weighs more, so that the processing stops."""
    interest: Code | None = None
    """The compelling ground to go on, from the dated list ``compelling-ground``; None when the objection is upheld."""
    weighing: Sealed


class WithheldCount(Part):
    """How many entries are kept back on one ground."""

    ground: Code
    entries: Annotated[int, Field(ge=1)]


class CaseAt(Part):
    """A case up to and including one of its facts."""

    case_id: CaseId
    sequence: Annotated[int, Field(ge=1)]


class AccessReportMade(Fact):
    """The account for the person was made, out of exactly these facts. Committed before anybody reads it.

    Shown and withheld entries together are all entries there are. Source: domain 5.6; legal_ref "AVG:access".
    """

    type_name: ClassVar[str] = "nl.zvh.rights.access-report-made.v1"

    report_id: FactId
    cases: tuple[CaseAt, ...]
    log_size: Annotated[int, Field(ge=0)]
    complete: bool
    """False when the overviews did not hold every fact of the log at that moment."""
    shown: Annotated[int, Field(ge=0)]
    withheld: tuple[WithheldCount, ...]
    digest: Digest
    """SHA-256 over the RFC 8785 JSON of the report, which holds no values."""
    consultation_id: FactId | None = None
    """The look at the ledger that this was (``LedgerConsulted``); None for an account of before these were recorded."""


class RequestAnswered(Fact):
    """The person got the one answer for all controllers. Source: domain 5.6; legal_ref "AVG:answer-term"."""

    type_name: ClassVar[str] = "nl.zvh.rights.request-answered.v1"

    outcome: Outcome
    told_on: Day
    late: bool
    report_id: FactId | None = None
    retain_until: Instant
    """Until when the words in the request are kept."""


class RequestRefused(Fact):
    """The request as a whole was refused, with the way to the supervisor and the court. Source: domain 5.6."""

    type_name: ClassVar[str] = "nl.zvh.rights.request-refused.v1"

    ground: Code
    """From the dated list ``refusal-ground``."""
    reason: Sealed
    remedies: Annotated[Codes, Field(min_length=1)]
    """The ways that the person was told of, from the dated list ``remedy``."""
    told_on: Day
    late: bool
    """Whether that was after the first month; a longer term is for an answer, not for a refusal."""
    retain_until: Instant
    """Until when the words in the request are kept."""


class RequestWithdrawn(Fact):
    """The person took the request back. Source: domain 5.6."""

    type_name: ClassVar[str] = "nl.zvh.rights.request-withdrawn.v1"

    retain_until: Instant
    """Until when the words in the request are kept."""


class LegalRemedyFiled(Fact):
    """The person took the answer further; until that ends, nothing of these cases is destroyed.

    Source: domain 5.6, last row of the table; legal_ref "AVG:remedies".
    """

    type_name: ClassVar[str] = "nl.zvh.rights.legal-remedy-filed.v1"

    remedy_id: FactId
    kind: Code
    """From the dated list ``remedy``."""
    filed_on: Day


class LegalRemedyEnded(Fact):
    """What the person filed came to its end. Source: domain 5.6."""

    type_name: ClassVar[str] = "nl.zvh.rights.legal-remedy-ended.v1"

    remedy_id: FactId


class RequestCarriedThrough(Fact):
    """All that the request asks of its cases up to here stands in those cases; nothing is left half done."""

    type_name: ClassVar[str] = "nl.zvh.rights.request-carried-through.v1"

    cases: tuple[CaseId, ...]
