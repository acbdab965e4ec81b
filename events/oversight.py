"""Facts of account: breaches, audits, the committee's advice, impact assessments, and reports that were published.

They stand in one stream of the house, beside the cases. There are codes, numbers and digests in them and no text: what
somebody wrote about a breach or in an audit stays in that document, and the digest says which one it was.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.fact import Codes, Fact, Instant, Part
from events.plan import Day
from events.vocabulary import CaseId, Code, Digest, FactId

Reference = Annotated[str, Field(pattern=r"^[A-Z]{2,8}-[0-9]{4}-[0-9]{1,6}$")]
"""Number in a register of the house, for example ``DPIA-2026-1``: it names a document and says nothing of anybody."""


class BreachRecorded(Fact):
    """Personal data were lost, or came where they should not be. Source: domain 5.6 (AVG 33); legal_ref "AVG:breach".

    ``occurred_at`` is when it happened, ``discovered_at`` when the house found out: the term runs from there.
    """

    type_name: ClassVar[str] = "nl.zvh.oversight.breach-recorded.v1"

    breach_id: FactId
    kind: Code
    """From the dated list ``breach-kind``."""
    discovered_at: Instant
    report_by: Instant
    """Until when it may be reported to the authority; the term in force was applied."""
    categories: Codes
    """Kinds of data it is about."""
    recipients: Codes
    """Organisations that got what they should not have; empty when it is not known or nobody did."""
    cases: tuple[CaseId, ...]
    """The cases it is about, as far as known: who is in them, the ledger tells."""


class BreachHandled(Fact):
    """Somebody else than who recorded it decided whether the authority and the persons are told. Source: AVG 33, 34."""

    type_name: ClassVar[str] = "nl.zvh.oversight.breach-handled.v1"

    breach_id: FactId
    reported: bool
    in_time: bool | None = None
    """Whether it was reported before the end of the term; None when it was not reported."""
    subjects_told: bool


class Finding(Part):
    """One finding of an audit."""

    finding_id: FactId
    code: Code
    """From the dated list ``audit-finding``."""


class AuditRecorded(Fact):
    """An audit took place; its findings by code. Source: domain 1 and 6; legal_ref "WGS:audit"."""

    type_name: ClassVar[str] = "nl.zvh.oversight.audit-recorded.v1"

    audit_id: FactId
    kind: Code
    """From the dated list ``audit-kind``."""
    held_on: Day
    findings: tuple[Finding, ...]
    document: Digest
    """SHA-256 of the audit's own report."""


class AuditFollowedUp(Fact):
    """What was done with one finding, by the decision of somebody else than who recorded the audit."""

    type_name: ClassVar[str] = "nl.zvh.oversight.audit-followed-up.v1"

    audit_id: FactId
    finding_id: FactId
    status: Code
    """From the dated list ``follow-up``."""


class AdviceGiven(Fact):
    """The lawfulness committee gave its advice. Source: domain 1 and 6; legal_ref "WGS:committee"."""

    type_name: ClassVar[str] = "nl.zvh.oversight.advice-given.v1"

    advice_id: FactId
    topic: Code
    """From the dated list ``advice-topic``."""
    outcome: Code
    """From the dated list ``advice-outcome``."""
    about_case: CaseId | None = None
    """The case that was in doubt, for the topic DOUBTFUL_CASE alone; without anybody's name."""
    document: Digest


class AdviceFollowedUp(Fact):
    """What the house did with the advice, by the decision of somebody else than who recorded it."""

    type_name: ClassVar[str] = "nl.zvh.oversight.advice-followed-up.v1"

    advice_id: FactId
    status: Code
    """From the dated list ``follow-up``."""


class ImpactAssessed(Fact):
    """A data protection impact assessment was made or renewed. Source: domain 6 (AVG 35); legal_ref "AVG:impact"."""

    type_name: ClassVar[str] = "nl.zvh.oversight.impact-assessed.v1"

    assessment_id: FactId
    reference: Reference
    purposes: Annotated[Codes, Field(min_length=1)]
    """The purposes of processing that it covers."""
    high_risk: bool
    """Whether a high risk is left, so that the authority must be asked first (AVG 36)."""
    renew_by: Day
    document: Digest


class ReportPublished(Fact):
    """An edition of a report was given out: made again from these facts it has these bytes. Source: domain 6."""

    type_name: ClassVar[str] = "nl.zvh.oversight.report-published.v1"

    report: Annotated[str, Field(pattern="^[a-z]{3,20}$")]
    definition: Annotated[str, Field(pattern=r"^zvh\.report\.[a-z]{3,20}\.v[0-9]+$")]
    first_day: Day
    last_day: Day
    log_size: Annotated[int, Field(ge=0)]
    root_hash: Digest
    since: Annotated[int, Field(ge=0)] | None = None
    """Log size of the edition before it; None for the first."""
    form: Literal["json"] = "json"
    digest: Digest
    """SHA-256 of the edition in that form."""
