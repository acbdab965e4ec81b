"""What somebody asked for and had no business with, written down beside the cases (domain 5.7).

A search over all cases (BULK), or a case in which the asker has no place. Nobody writes in a case by asking for it, so
these stand in a stream of the house's own. Each says who asked, by which command and about which case; nothing of what
was typed. The stream is never read to add to it, so an attempt costs the same however many went before.
"""

from typing import Protocol
from uuid import UUID, uuid5

from events.case import CommandRefused
from events.errors import Conflict, Refusal, Unavailable
from events.fact import Envelope, Recorded
from events.receipt import Receipt
from events.vocabulary import CaseId, Code
from policies.reference import Reference
from services.acting import Acting
from services.governance import governance_stream
from services.handling import Order
from services.ports import Clock, FactStore

BULK = "BULK"
TRIES = 20
"""Many may be refused at once, and all attempts stand in one stream."""


class MakesOrders(Protocol):
    """Puts a command in its order."""

    def __call__(
        self, name: str, acting: Acting, case_id: CaseId, content: object, command_id: UUID | None = None
    ) -> Order:
        """Return the order of one command in one stream."""
        ...


class Attempts:
    """Keeps the record of attempts. Safe from several threads."""

    def __init__(
        self, store: FactStore, clock: Clock, reference: Reference, order: MakesOrders, house_oin: str
    ) -> None:
        self._store, self._clock, self._reference, self._order = store, clock, reference, order
        self.stream = uuid5(governance_stream(house_oin), "attempts")

    def bulk(self, name: str, acting: Acting, content: object, command_id: UUID | None = None) -> Refusal:
        """Write down a search over all cases, once per command, and return the refusal to raise.

        Args:
            name: the command, for example ``Disclose``.
        Raises: Conflict when the number belongs to another command; Unavailable.
        """
        return self._kept(self._order(name, acting, self.stream, content, command_id), BULK, None)

    def at_a_case(self, name: str, code: Code, acting: Acting, case_id: CaseId, command_id: UUID) -> None:
        """Write down that somebody without a place in a case, there or not, asked for something of it.

        Under a number of its own: the keys of who asked do not tell whether the case is there.
        Raises: Unavailable.
        """
        self._kept(self._order(name, acting, self.stream, (), uuid5(command_id, f"{name}|{case_id}")), code, case_id)

    def _kept(self, order: Order, code: Code, about: CaseId | None) -> Refusal:
        refused = self._reference.refuse(code)
        receipt = Receipt(order.command_id, f"refused:{code}", order.origin, order.content_digest)
        for _ in range(TRIES):
            before = self._store.effect_of(order.command_id)
            if before is not None:
                if before.receipt.content_digest != order.content_digest:
                    raise Conflict("Dit opdrachtnummer hoort bij een andere opdracht.")
                return refused
            try:
                self._store.commit([self._recorded(order, code, about)], receipt)
            except Conflict:
                continue
            return refused
        raise Unavailable("Anderen doen steeds tegelijk een poging. Probeer het zo opnieuw.")

    def _recorded(self, order: Order, code: Code, about: CaseId | None) -> Recorded:
        now = self._clock.now()
        legal_ref = self._reference.refuse(code).legal_ref
        return Recorded(
            envelope=Envelope(
                id=self._clock.new_id(),
                case_id=self.stream,
                sequence=self._store.last_sequence(self.stream) + 1,
                recorded_at=now,
                actor=order.acting.person,
                on_behalf_of=order.acting.oin,
                task=order.acting.task,
                correlation_id=about or order.correlation_id,
                causation_id=order.command_id,
            ),
            fact=CommandRefused(occurred_at=now, legal_ref=legal_ref, command=order.name, code=code),
        )
