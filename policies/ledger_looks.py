"""A question to the ledger, as the policies are asked about it (domain 5.8: such a look is a disclosure too)."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from events.decision import AccessDecided
from events.errors import Corrupt
from events.vocabulary import Code
from policies.information import Information, entity
from policies.ledger_rights import LEDGER_ROLES, LedgerRole
from policies.policy_set import Question
from policies.reference import Reference


@dataclass(frozen=True)
class LedgerLook:
    """Who asks the ledger what, and for which purpose."""

    role: LedgerRole | None
    """What whoever asks is towards the ledger; None when it is nothing."""
    listed: bool
    """The house knows the organisation: a participant, its own people, a supervisor."""
    question: Code
    purpose: str | None
    at: datetime

    @property
    def question_to_the_engine(self) -> Question:
        """The same for the engine."""
        return Question("consult", "Ledger", self.question, "Looker")

    def told(self, reference: Reference) -> Information:
        """Return what the engine is told, by the table of the day. A purpose that no table knows goes no further."""
        right = reference.ledger_right(self.role, self.at) if self.role else None
        known = self.purpose if self.purpose and reference.purpose(self.purpose, self.at) else ""
        looker: dict[str, JsonValue] = {
            "role": self.role or "",
            "listed": self.listed,
            "questions": [*right.questions] if right else [],
            "purposes": [*right.purposes] if right else [],
        }
        asked = entity("Ledger", self.question, {"question": self.question})
        return Information((entity("Looker", "asking", looker), asked), {"purpose": known})


def look_of(found: AccessDecided) -> LedgerLook:
    """Return the question of a record, as it was asked. Raises: Corrupt when it is no look at the ledger."""
    role, listed = found.context.get("role"), found.context.get("listed")
    purpose = found.context.get("purpose")
    if not isinstance(listed, bool) or not (purpose is None or isinstance(purpose, str)):
        raise Corrupt(f"Het besluit {found.decision_id} is geen vraag aan het register.")
    known = next((one for one in LEDGER_ROLES if one == role), None)
    return LedgerLook(known, listed, found.evaluations[0].resource.id, purpose, found.reference_date)
