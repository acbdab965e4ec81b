"""Who may ask which question of the ledger, and for what: a dated table that the policies hold a question against."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from events.vocabulary import Code, LegalRef
from policies.entries import Entry

LedgerRole = Literal[
    "PRIVACY_OFFICER",
    "CONTACT_POINT",
    "CHAIN_MANAGER",
    "PROCESS_DIRECTOR",
    "SUPERVISOR",
    "SUPERVISOR_WITHOUT_CONTENT",
    "OWN_ORGANISATION",
]
"""What somebody is towards the ledger."""
LEDGER_ROLES: tuple[LedgerRole, ...] = get_args(LedgerRole)
Question = Literal["SUBJECT", "PARTICIPANT", "ITEM", "AS_OF", "WITHOUT_BASIS", "REFUSALS", "PURPOSE", "GAPS", "EXPORT"]
"""Questions to the ledger (domain 5.8)."""


class LedgerRight(Entry):
    """What one role may ask of the ledger."""

    role: LedgerRole
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    purposes: Annotated[tuple[Code, ...], Field(min_length=1)]
    """For which it may look."""
    legal_ref: LegalRef
    confidential: bool = False
    """Whether it also sees what is kept from the person for now; whoever answers the person does not."""
