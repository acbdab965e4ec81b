"""Escalation: the local chamber proposes, the house takes the case or declines (domain 4, commands 16 and 17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import rfc8785

from events.assessment import CriterionPart
from events.escalation import CaseEscalated, EscalationDeclined, EscalationProposed
from events.fact import Fact
from events.receipt import Effect
from events.sealed import Sealed
from events.vocabulary import Answer, FactId, OrgCode, Room, Task
from policies.criteria import Breakthrough, RoomTest, assess_room
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.guards import (
    leads_the_case,
    members,
    panel_is_joint,
    panel_spans_domains,
    says_something,
    staff_acts,
    stage_allows,
)
from services.handling import Handling, Order
from services.ports import Sealer


@dataclass(frozen=True)
class ProposeEscalation:
    """Ask the house to take the case. Holds free text in clear."""

    room_test: RoomTest
    breakthrough: Breakthrough


@dataclass(frozen=True)
class AcceptEscalation:
    """The house takes the case, with its own panel, a new list of participants and the items that go along."""

    panel: tuple[tuple[OrgCode, Task], ...]
    participants: tuple[tuple[OrgCode, Task], ...]
    items_along: frozenset[FactId]


@dataclass(frozen=True)
class DeclineEscalation:
    """The house does not take the case, with its reason in clear."""

    reason: str


def decide_propose(
    case: CaseFile,
    command: ProposeEscalation,
    escalation_id: FactId,
    record: Sealed,
    reference: Reference,
    now: datetime,
) -> list[Fact]:
    """Propose, or refuse when a part of the breakthrough is missing (domain 4.2)."""
    stage_allows("ProposeEscalation", case, reference)
    if case.room is not Room.LOCAL_CHAMBER or case.open_escalation is not None:
        raise reference.refuse("WRONG_STAGE")
    parts: Sequence[CriterionPart] = assess_room(command.room_test, command.breakthrough)
    missing = [part.part for part in parts if part.answer is not Answer.YES]
    wanted_from, wanted_by = command.breakthrough.wanted_from, command.breakthrough.by
    if missing or wanted_from is None or wanted_by is None:
        raise reference.refuse("BREAKTHROUGH_MISSING", ", ".join(missing))
    if reference.participant(wanted_from, now) is None:
        raise reference.refuse("NOT_PARTICIPANT")
    return [
        EscalationProposed(
            occurred_at=now,
            legal_ref="ZVH:breakthrough",
            escalation_id=escalation_id,
            parts=tuple(parts),
            wanted_from=wanted_from,
            wanted_by=wanted_by.isoformat(),
            record=record,
            answer_due=now + timedelta(days=reference.term("escalation-answer", now).value),
        )
    ]


def decide_accept(
    case: CaseFile, command: AcceptEscalation, acting: Acting, reference: Reference, now: datetime
) -> list[Fact]:
    """Take the case into the house, or refuse: the criteria still hold, and each item is chosen by itself."""
    stage_allows("AcceptEscalation", case, reference)
    staff_acts(acting, reference, now)
    if case.open_escalation is None:
        raise reference.refuse("WRONG_STAGE")
    if case.assessment is None or case.assessment.failed:
        raise reference.refuse("CRITERIA_NOT_MET", ", ".join(case.assessment.failed) if case.assessment else "")
    panel = members(command.panel, reference, now)
    panel_is_joint(panel, case, reference, now)
    panel_spans_domains(panel, reference, now)
    if not command.items_along <= case.items.keys():
        raise reference.refuse("ITEM_NOT_SHARED")
    return [
        CaseEscalated(
            occurred_at=now,
            legal_ref="BGS:criteria",
            escalation_id=case.open_escalation.escalation_id,
            panel=panel,
            participants=members(command.participants, reference, now),
            items_along=tuple(sorted(command.items_along)),
            authorised_until=now + timedelta(days=reference.term("authorisation", now).value),
        )
    ]


def decide_decline(case: CaseFile, reason: Sealed, acting: Acting, reference: Reference, now: datetime) -> list[Fact]:
    """Decline an open escalation; room and stage stay."""
    stage_allows("DeclineEscalation", case, reference)
    staff_acts(acting, reference, now)
    if case.open_escalation is None:
        raise reference.refuse("WRONG_STAGE")
    return [
        EscalationDeclined(
            occurred_at=now,
            legal_ref="ZVH:breakthrough",
            escalation_id=case.open_escalation.escalation_id,
            reason=reason,
        )
    ]


class Escalation:
    """Carries out the commands between the two rooms."""

    def __init__(self, handling: Handling, sealer: Sealer, reference: Reference) -> None:
        self._handling, self._sealer, self._reference = handling, sealer, reference

    def propose(self, order: Order, command: ProposeEscalation) -> Effect:
        """Propose to the house. Raises: Refusal, Conflict, Unavailable; so do the others."""
        fact_id = self._handling.clock.new_id()
        content = rfc8785.dumps(
            {
                "room_test": command.room_test.model_dump(mode="json", by_alias=True),
                "breakthrough": command.breakthrough.model_dump(mode="json", by_alias=True),
            }
        )

        def decide(case: CaseFile, now: datetime) -> list[tuple[FactId, Fact]]:
            stage_allows("ProposeEscalation", case, self._reference)
            leads_the_case(case, order.acting, self._reference, now)
            record = self._sealer.seal(case.case_id, case.subject.subject_id, fact_id, "record", content)
            return [(fact_id, f) for f in decide_propose(case, command, fact_id, record, self._reference, now)]

        return self._handling.carry_out(order, decide)

    def accept(self, order: Order, command: AcceptEscalation) -> Effect:
        """Take the case into the house."""
        return self._handling.carry_out_plain(
            order, lambda case, now: decide_accept(case, command, order.acting, self._reference, now)
        )

    def decline(self, order: Order, command: DeclineEscalation) -> Effect:
        """Decline the escalation."""
        fact_id = self._handling.clock.new_id()

        def decide(case: CaseFile, now: datetime) -> list[tuple[FactId, Fact]]:
            stage_allows("DeclineEscalation", case, self._reference)
            says_something(command.reason, self._reference)
            subject = case.subject.subject_id
            reason = self._sealer.seal(case.case_id, subject, fact_id, "reason", command.reason.encode())
            return [(fact_id, f) for f in decide_decline(case, reason, order.acting, self._reference, now)]

        return self._handling.carry_out(order, decide)
