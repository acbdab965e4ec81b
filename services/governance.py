"""Joint governance: the rules of the rooms change only by a decision of the controllers, seen by four eyes (domain 7).

All decisions of one house stand in one stream of facts, beside the cases. A decision is in force from a later day, so
that every process has read it before it holds.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from events.errors import BadSetting
from events.fact import Fact, Recorded
from events.governance import GovernanceDecided, GovernanceProposed, TableChange
from events.receipt import Effect
from events.vocabulary import CaseId, FactId, OrgCode
from policies.reference import Reference
from policies.tables import day_of
from services.acting import Acting
from services.case_file import CaseFile
from services.handling import Handling, Order
from services.ports import FactStore
from services.workflow.mandate import holds_mandate
from services.workflow.scene import command

STREAMS = UUID("6f0c3b52-2f5e-5d8a-9b0e-0d9b7b6a3c14")
"""Name space of governance streams (UUIDv5 of the house's OIN)."""


def governance_stream(house_oin: str) -> CaseId:
    """Return the id of the stream in which the decisions of this house stand."""
    return uuid5(STREAMS, house_oin)


@command
class ProposeGovernance:
    """Propose new entries of the dated tables, all in force from one later day."""

    changes: tuple[TableChange, ...]
    valid_from: date


@command
class DecideGovernance:
    """These organisations decided what was proposed."""

    proposal: FactId
    deciders: tuple[OrgCode, ...]


class Governance:
    """Takes proposals and decisions, and keeps the reference data of this process as they were decided."""

    def __init__(self, handling: Handling, reference: Reference, house_oin: str) -> None:
        self._handling, self._reference = handling, reference
        self.stream = governance_stream(house_oin)

    def propose(self, order: Order, asked: ProposeGovernance) -> Effect:
        """Record a proposal. Raises: Refusal with NOT_AHEAD, UNKNOWN_TABLE, WRONG_HAT; Conflict; Unavailable."""

        def decide(case: CaseFile, now: datetime) -> Sequence[Fact]:
            self._may("ProposeGovernance", case, order.acting, now)
            self._fits(asked.changes, asked.valid_from, now)
            return [
                GovernanceProposed(
                    occurred_at=now,
                    legal_ref="ZVH:governance",
                    proposal_id=order.command_id,
                    changes=asked.changes,
                    valid_from=asked.valid_from.isoformat(),
                )
            ]

        return self._handling.carry_out_plain(order, decide)

    def decide(self, order: Order, asked: DecideGovernance) -> Effect:
        """Record the decision on a proposal, by another person than proposed it, for enough controllers.

        Raises: Refusal with UNKNOWN_ITEM, ALREADY_ANSWERED, FOUR_EYES, NOT_A_CONTROLLER, NOT_AHEAD; Conflict;
            Unavailable.
        """

        def decided(case: CaseFile, now: datetime) -> Sequence[Fact]:
            self._may("DecideGovernance", case, order.acting, now)
            proposed = self._open(asked.proposal)
            fact = proposed.fact
            assert isinstance(fact, GovernanceProposed)  # noqa: S101 - for the type checker
            if proposed.envelope.actor == order.acting.person:
                raise self._reference.refuse("FOUR_EYES")
            self._quorum(asked.deciders, now)
            self._fits(fact.changes, date.fromisoformat(fact.valid_from), now)
            return [
                GovernanceDecided(
                    occurred_at=now,
                    legal_ref="ZVH:governance",
                    proposal_id=asked.proposal,
                    deciders=asked.deciders,
                    changes=fact.changes,
                    valid_from=fact.valid_from,
                )
            ]

        effect = self._handling.carry_out_plain(order, decided)
        renew(self._reference, self._handling.store, self.stream)
        return effect

    def history(self) -> list[Recorded]:
        """Return all proposals and decisions. Raises: Unavailable."""
        return self._handling.store.history(self.stream)

    def _may(self, name: str, case: CaseFile, acting: Acting, now: datetime) -> None:
        holds_mandate(name, case, acting, self._reference, now)

    def _open(self, proposal: FactId) -> Recorded:
        facts = self.history()
        found = next(
            (one for one in facts if isinstance(one.fact, GovernanceProposed) and one.fact.proposal_id == proposal),
            None,
        )
        if found is None:
            raise self._reference.refuse("UNKNOWN_ITEM")
        if any(isinstance(one.fact, GovernanceDecided) and one.fact.proposal_id == proposal for one in facts):
            raise self._reference.refuse("ALREADY_ANSWERED")
        return found

    def _quorum(self, deciders: Sequence[OrgCode], now: datetime) -> None:
        for org in deciders:
            participant = self._reference.participant(org, now)
            if participant is None or not participant.controller:
                raise self._reference.refuse("NOT_A_CONTROLLER")
        if len(set(deciders)) < self._reference.term("quorum-controllers", now).value:
            raise self._reference.refuse("FOUR_EYES")

    def _fits(self, changes: Sequence[TableChange], valid_from: date, now: datetime) -> None:
        """Refuse a change that is not ahead, starts on another day than it says, or that the tables do not take."""
        if valid_from <= day_of(now):
            raise self._reference.refuse("NOT_AHEAD")
        if not changes:
            raise self._reference.refuse("MISSING_FIELD", "changes")
        if any(one.entry.get("valid_from") != valid_from.isoformat() for one in changes):
            raise self._reference.refuse("BAD_DATE", "valid_from")
        try:
            self._reference.amended(changes_of(self.history()) + list(changes))
        except BadSetting:
            raise self._reference.refuse("UNKNOWN_TABLE") from None


def changes_of(history: Sequence[Recorded]) -> list[TableChange]:
    """Return every change that was decided, in order."""
    return [change for one in history if isinstance(one.fact, GovernanceDecided) for change in one.fact.changes]


def renew(reference: Reference, store: FactStore, stream: CaseId) -> None:
    """Bring *reference* to what was decided until now. Raises: Unavailable; BadSetting."""
    reference.renew(changes_of(store.history(stream)))
