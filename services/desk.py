"""The one door: personal data leave here and nowhere else, and only after what leaves was written down.

The order is the promise (law 2 of the house): decide, commit ``DataDisclosed`` or ``DisclosureRefused``, and only then
unseal. A value may be recorded as shown and never reach the screen; it can never be shown without its record.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from events.disclosure import DataDisclosed, DisclosureRefused
from events.errors import Conflict, Corrupt, Refusal, Unavailable
from events.fact import Fact, Recorded
from events.sealed import Sealed
from events.vocabulary import CaseId, Code, Decision, FactId, Oin, OrgCode, Pseudonym, SubjectId, Task
from infra.unsealing import Destroyed, OpeningKeys, Unsealer
from policies.engine import Policies
from policies.reference import Reference
from services.case_file import CaseFile, PlacedItem
from services.disclosure import Disclose, SealedReasons, answer, decide
from services.handling import Handling, Order
from services.ports import Sealer

_WELL_FORMED = TypeAdapter(tuple[Pseudonym, OrgCode, Oin, Task])

__all__ = ["Desk", "Disclose", "Opened", "Value"]


@dataclass(frozen=True)
class Value:
    """One item, opened. It exists only after the fact that says who saw it."""

    item_id: FactId
    subject_id: SubjectId
    category: Code
    provider_org: OrgCode
    content: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """What the desk hands over."""

    disclosure_id: FactId
    case_id: CaseId
    decision: Decision
    values: tuple[Value, ...]
    withheld: tuple[Code, ...]
    """Categories that were asked for and are not shown."""
    destroyed: tuple[FactId, ...] = ()
    """Items that were granted and that nobody can read any more."""
    bound: bool = False
    """Whether whoever looks accepted the duty of secrecy for this case."""


class Desk:
    """Takes requests for data. It makes its own unsealer, and nobody else has one."""

    def __init__(
        self,
        handling: Handling,
        sealer: Sealer,
        keys: OpeningKeys,
        policies: Policies,
        reference: Reference,
        activate: Callable[[], None] = lambda: None,
    ) -> None:
        """Make the desk.

        Args:
            activate: sees to it that the set of policies stands in the log before it decides anything.
        """
        self._handling, self._sealer, self._unsealer = handling, sealer, Unsealer(keys)
        self._policies, self._reference, self._activate = policies, reference, activate

    def disclose(self, order: Order, command: Disclose) -> Opened:
        """Hand over what the policies allow, after writing it down.

        A command that is repeated at once, because its answer was lost, gives the same disclosure and writes nothing
        more. Repeated later, or when less is allowed by then, it is a new look, decided and written down as one.

        Raises:
            Refusal: with the refusal on record when the case exists and the asker has a proper name; or
                LOG_UNAVAILABLE: no record, no data.
            Conflict: others keep changing the case, or the number of the command belongs to another one.
            Corrupt: a stored value is damaged, or does not belong where it stands.
        """
        acting = order.acting
        try:
            _WELL_FORMED.validate_python((acting.person, acting.org, acting.oin, acting.task))
        except ValidationError:
            # Nothing can be written down of somebody without a proper name, and the library's own text quotes it.
            raise self._reference.refuse("BAD_VALUE") from None
        try:
            return self._disclose(order, command)
        except Unavailable:
            raise self._reference.refuse("LOG_UNAVAILABLE") from None

    def _disclose(self, order: Order, command: Disclose) -> Opened:
        self._activate()
        ids = (self._handling.clock.new_id(), self._handling.clock.new_id())

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            answered = answer(case, command, order.acting, self._policies, self._reference, now)
            reasons = self._seal_reasons(case, command, ids[1]) if answered.grants else None
            policies, reference = self._policies, self._reference
            made = decide(case, command, order.acting, ids, answered, reasons, policies, reference, now)
            return list(zip(ids, made, strict=True))

        # The record of the decision comes first, the disclosure after it.
        recorded = self._handling.carry_out(order, decided, "disclosure").facts[-1]
        fact = recorded.fact
        if not isinstance(fact, DataDisclosed | DisclosureRefused):
            raise Conflict(
                "Dit opdrachtnummer hoort bij een andere opdracht. Geef een nieuwe opdracht een nieuw nummer."
            )
        if isinstance(fact, DisclosureRefused):
            raise self._refusal_of(fact)
        if recorded.envelope.id != ids[1] and not self._still_stands(order, command, recorded, fact):
            return self._disclose(replace(order, command_id=self._handling.clock.new_id()), command)
        return self._open(recorded, fact)

    def _seal_reasons(self, case: CaseFile, command: Disclose, fact_id: FactId) -> SealedReasons:
        def seal(name: str, text: str) -> Sealed:
            return self._sealer.seal(case.case_id, case.subject.subject_id, fact_id, name, text.encode())

        return SealedReasons(
            seal("necessity", command.necessity),
            seal("proportionality", command.proportionality),
            seal("subsidiarity", command.subsidiarity),
        )

    def _still_stands(self, order: Order, command: Disclose, recorded: Recorded, fact: DataDisclosed) -> bool:
        """Say whether an earlier disclosure may be handed over once more without a new record."""
        now = self._handling.clock.now()
        term = self._reference.term("disclosure-retry", now)
        if now - recorded.envelope.recorded_at > timedelta(minutes=term.value):
            return False
        case = self._handling.cases.case(order.case_id)
        answered = answer(case, command, order.acting, self._policies, self._reference, now)
        return answered.grants >= {shown.item_id for shown in fact.items}

    def _open(self, recorded: Recorded, fact: DataDisclosed) -> Opened:
        """Unseal what the committed fact names, as it stood then, and nothing else."""
        case_id, sequence = recorded.envelope.case_id, recorded.envelope.sequence
        case = self._handling.cases.case(case_id, sequence - 1)
        who = (recorded.envelope.actor, recorded.envelope.task)
        values, destroyed = [], []
        for shown in fact.items:
            try:
                values.append(self._value(case_id, case.items[shown.item_id]))
            except Destroyed:
                destroyed.append(shown.item_id)
        if not values:
            raise self._reference.refuse("DESTROYED")
        return Opened(
            fact.disclosure_id,
            case_id,
            fact.decision,
            tuple(values),
            fact.withheld,
            tuple(destroyed),
            bound=who in {(person, task) for person, _, task in case.bound},
        )

    def _value(self, case_id: CaseId, placed: PlacedItem) -> Value:
        item = placed.item
        place = f"items/{item.item_id}"
        content = self._unsealer.open(case_id, item.subject_id, placed.fact_id, place, item.content)
        try:
            values = json.loads(content)
        except ValueError:
            raise Corrupt(f"De verzegelde waarde {item.item_id} heeft geen leesbare vorm.") from None
        return Value(item.item_id, item.subject_id, item.category, item.provider_org, values)

    def _refusal_of(self, fact: DisclosureRefused) -> Refusal:
        text = self._reference.refusal(fact.reason_code)
        policy = self._policies.rules.get(fact.rules[0].policy_id) if fact.rules else None
        return Refusal(fact.reason_code, policy.says if policy else text.says, text.remedy, fact.legal_ref)
