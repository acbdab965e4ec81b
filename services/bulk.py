"""Searching without a case or person, or in several cases at once: refused, and written down beside the cases.

Domain 5.7, code BULK. The record says who asked and by which command, and nothing of what was typed.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from events.case import CommandRefused
from events.errors import Refusal
from events.fact import Fact
from events.vocabulary import CaseId
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.governance import governance_stream
from services.handling import Handling, Order

BULK = "BULK"


class MakesOrders(Protocol):
    """Puts a command in its order."""

    def __call__(
        self, name: str, acting: Acting, case_id: CaseId, content: object, command_id: UUID | None = None
    ) -> Order:
        """Return the order of one command in one stream."""
        ...


class Bulk:
    """Keeps the record of what was asked for in bulk, in a stream of the house's own."""

    def __init__(self, handling: Handling, reference: Reference, order: MakesOrders, house_oin: str) -> None:
        self._handling, self._reference, self._order = handling, reference, order
        self.stream = uuid5(governance_stream(house_oin), "bulk")

    def refusal(self, name: str, acting: Acting, content: object, command_id: UUID | None = None) -> Refusal:
        """Write down that this was asked for, once per command, and return the refusal to raise.

        Args:
            name: the command, for example ``Disclose``.
        Raises: Conflict when the number belongs to another command; Unavailable.
        """
        refused = self._reference.refuse(BULK)

        def decided(case: CaseFile, now: datetime) -> Sequence[Fact]:
            return [CommandRefused(occurred_at=now, legal_ref=refused.legal_ref, command=name, code=BULK)]

        order = self._order(name, acting, self.stream, content, command_id)
        with suppress(Refusal):  # the same command again: it stands there already
            self._handling.carry_out_plain(order, decided)
        return refused
