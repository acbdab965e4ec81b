"""One command, one transaction, one decision: read the case, decide, write, and try again when somebody was first."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from uuid import UUID

from events.case import CommandRefused
from events.disclosure import Asked
from events.errors import Conflict, Refusal
from events.fact import Envelope, Fact, Recorded
from events.receipt import Effect, Receipt
from events.vocabulary import CaseId, FactId
from services.acting import Acting
from services.case_file import CaseFile
from services.case_memory import CaseMemory
from services.ports import Clock, FactStore

PAUSE_SECONDS = 0.01
_CHANCE = SystemRandom()
ATTEMPTS = 20
"""How often a command is decided anew when others were first: at its case, or at the numbers of its recipient."""

Decide = Callable[[CaseFile, datetime], Sequence[tuple[FactId, Fact]]]
"""Pure: the case and the present moment in; facts with their ids out; or it raises Refusal."""


@dataclass(frozen=True)
class Order:
    """What every command carries around its own content."""

    command_id: UUID
    case_id: CaseId
    acting: Acting
    name: str
    """Name of the command, for example ``AcceptCase``."""
    origin: str
    """Where the command was delivered."""
    content_digest: bytes
    correlation_id: UUID
    expected: int | None = None
    """The sequence that the case must have, as whoever asks saw it last; None to decide on whatever it is."""


class Handling:
    """Carries out decisions on the fact store."""

    def __init__(self, store: FactStore, clock: Clock, renew: Callable[[datetime], None] = lambda _: None) -> None:
        self.store, self.clock, self._renew = store, clock, renew
        self.cases = CaseMemory(store)

    def carry_out(self, order: Order, decide: Decide, outcome: str = "done") -> Effect:
        """Carry out one command and return its effect; a command that had its effect before returns that one.

        A refusal is written as ``CommandRefused`` in an existing case, and then raised.

        Raises: Refusal, Unavailable, Conflict when others keep being first, or when the number of the command belongs
            to another command, case or person.
        """
        self._renew(self.clock.now())
        for attempt in range(ATTEMPTS):
            before = self.store.effect_of(order.command_id)
            if before is not None:
                return self._again(before, order)
            case = self.cases.case(order.case_id)
            now = self.clock.now()
            if order.expected is not None and order.expected != case.sequence:
                raise Conflict("Iemand anders heeft de zaak intussen gewijzigd. Bekijk de zaak opnieuw en beslis dan.")
            refusal: Refusal | None = None
            try:
                facts = decide(case, now)
            except Refusal as error:
                if case.stage is None:
                    raise
                refusal = error
                facts = [(self.clock.new_id(), _refused(order, case, error, now))]
            receipt = Receipt(
                order.command_id, f"refused:{refusal.code}" if refusal else outcome, order.origin, order.content_digest
            )
            recorded = self._recorded(order, case, facts, now)
            try:
                self.store.commit(recorded, receipt)
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
                # At unequal moments, so that those who met do not meet again.
                time.sleep(_CHANCE.uniform(0, PAUSE_SECONDS * (attempt + 1)))
                continue
            if refusal is not None:
                raise refusal
            return Effect(receipt, tuple(recorded))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def carry_out_plain(self, order: Order, decide: Callable[[CaseFile, datetime], Sequence[Fact]]) -> Effect:
        """Carry out a command whose facts hold no sealed value, so that their ids may be drawn afterwards."""
        return self.carry_out(order, lambda case, now: [(self.clock.new_id(), fact) for fact in decide(case, now)])

    def _again(self, before: Effect, order: Order) -> Effect:
        if before.receipt.content_digest != order.content_digest or not _same_asker(order, before.facts[0]):
            raise Conflict(
                "Dit opdrachtnummer hoort bij een andere opdracht. Geef een nieuwe opdracht een nieuw nummer."
            )
        first = before.facts[0].fact
        if isinstance(first, CommandRefused):
            raise Refusal(
                first.code,
                "Deze opdracht is eerder geweigerd.",
                "Pas de opdracht aan en geef die opnieuw, met een nieuw nummer.",
                first.legal_ref,
            )
        return before

    def _recorded(
        self, order: Order, case: CaseFile, facts: Sequence[tuple[FactId, Fact]], now: datetime
    ) -> list[Recorded]:
        return [
            Recorded(
                envelope=Envelope(
                    id=fact_id,
                    case_id=order.case_id,
                    sequence=case.sequence + number,
                    recorded_at=now,
                    actor=order.acting.person,
                    on_behalf_of=order.acting.oin,
                    task=order.acting.task,
                    correlation_id=order.correlation_id,
                    causation_id=order.command_id,
                ),
                fact=fact,
            )
            for number, (fact_id, fact) in enumerate(self._counted(facts), start=1)
        ]

    def _counted(self, facts: Sequence[tuple[FactId, Fact]]) -> Iterator[tuple[FactId, Fact]]:
        """Yield *facts*, each record of a disclosure or refusal with its number for the recipient organisation."""
        orgs = {fact.recipient_org for _, fact in facts if isinstance(fact, Asked)}
        last = dict(self.store.last_numbers(orgs)) if orgs else {}
        for fact_id, fact in facts:
            if isinstance(fact, Asked):
                org = fact.recipient_org
                last[org] = last.get(org, 0) + 1
                yield fact_id, fact.model_copy(update={"recipient_number": last[org]})
            else:
                yield fact_id, fact


def _same_asker(order: Order, recorded: Recorded) -> bool:
    envelope, acting = recorded.envelope, order.acting
    done = (envelope.case_id, envelope.actor, envelope.on_behalf_of, envelope.task)
    return done == (order.case_id, acting.person, acting.oin, acting.task)


def _refused(order: Order, case: CaseFile, error: Refusal, now: datetime) -> CommandRefused:
    return CommandRefused(
        occurred_at=now, legal_ref=error.legal_ref, command=order.name, code=error.code, stage=case.stage
    )
