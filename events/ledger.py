"""The fact of looking at the ledger: who saw what is itself data about a person (domain 5.8, last sentence)."""

from typing import ClassVar

from events.fact import Fact, Instant
from events.vocabulary import Code, FactId, LegalRef, OrgCode, Pseudonym, SubjectId, Task


class LedgerConsulted(Fact):
    """Somebody asked the ledger a question; committed before the answer is shown.

    Stands in the house's own stream of the ledger, not in a case. Source: domain 5.8; legal_ref "AVG:accountability".
    """

    type_name: ClassVar[str] = "nl.zvh.ledger.ledger-consulted.v1"

    consultation_id: FactId
    question: Code
    """SUBJECT, PARTICIPANT, ITEM, AS_OF, WITHOUT_BASIS, REFUSALS, PURPOSE, GAPS or EXPORT."""
    subject_id: SubjectId | None = None
    about_org: OrgCode | None = None
    item_id: FactId | None = None
    at: Instant | None = None
    """The moment the question is about, for AS_OF."""
    purpose: Code
    """Why the asker looks, from the closed list."""
    legal_basis: tuple[LegalRef, ...]
    recipient_org: OrgCode
    recipient_task: Task
    recipient_person: Pseudonym
    decision_id: FactId
    """The decision of the policies that let it pass."""
    granted: bool
    reason_code: Code
    log_size: int
    """Facts that the answer is based on."""
