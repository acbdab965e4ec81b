"""May I? Asked of the policies without any data being shown, as AuthZEN asks it; the answer is on record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from events.decision import AccessDecided
from events.errors import Conflict
from events.fact import Fact
from events.vocabulary import FactId
from policies import recorded
from policies.engine import Policies
from policies.reference import Reference
from services.case_file import CaseFile
from services.disclosure import Disclose, answer
from services.handling import Handling, Order
from services.policy_sets import PolicySets

STAGES = {
    "NOT_PARTICIPANT": "membership",
    "WRONG_HAT": "membership",
    "NOT_ON_CASE": "membership",
    "AUTH_EXPIRED": "membership",
    "NO_PURPOSE": "purpose",
    "NO_BASIS": "purpose",
    "KIND_NOT_OPEN": "purpose",
    "NO_REASONING": "necessity",
}
"""Refusal code -> which part of the question did not hold; the others speak of the data themselves (``field``)."""


class Evaluating:
    """Answers questions of one case."""

    def __init__(self, handling: Handling, policies: Policies, reference: Reference, sets: PolicySets) -> None:
        self._handling, self._policies, self._reference, self._sets = handling, policies, reference, sets

    def evaluate(self, order: Order, command: Disclose, items: Sequence[FactId]) -> AccessDecided:
        """Return the decision on the case as such, and on each of *items*; without items on the case alone.

        Raises: Refusal with UNKNOWN_CASE or BAD_VALUE; Conflict; Unavailable.
        """
        self._sets.ensure()
        decision_id = self._handling.clock.new_id()

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            asked = replace(command, items=frozenset(items))
            found = answer(case, asked, order.acting, self._policies, self._reference, now)
            questions = found.asked if items else found.asked[:1]
            record = recorded.record(
                decision_id, order.acting.person, found.request, questions, self._policies, self._reference
            )
            return [(decision_id, record)]

        (one,) = self._handling.carry_out(order, decided, "decided").facts
        if not isinstance(one.fact, AccessDecided):
            raise Conflict(
                "Dit opdrachtnummer hoort bij een andere opdracht. Geef een nieuwe opdracht een nieuw nummer."
            )
        return one.fact


def reason_of(code: str) -> str:
    """Return which part of the question did not hold: membership, purpose, necessity or field; never a rule or data."""
    return STAGES.get(code, "field")
