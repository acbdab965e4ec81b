"""What the policies of the day said about one request, or about one item of it."""

from dataclasses import dataclass

from events.disclosure import RuleApplied
from events.vocabulary import Code, Digest, LegalRef


@dataclass(frozen=True)
class Verdict:
    """The answer, with the policies that gave it."""

    allowed: bool
    code: Code
    """OK, or the refusal code (domain 5.7)."""
    rules: tuple[RuleApplied, ...]
    """The policies that decided, most telling first; empty when nothing permitted it."""
    says: str
    """The deciding policy's own sentence, for the person who asked."""
    legal_ref: LegalRef
    policy_digest: Digest
    rank: int
    """Of several refusals the lowest is told."""

    @property
    def policy_ids(self) -> tuple[str, ...]:
        """Permanent ids of the policies that decided."""
        return tuple(rule.policy_id for rule in self.rules)
