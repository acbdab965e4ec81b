"""Triage: the panel opens the weighing, answers the four criteria, and takes or does not take the case (domain 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import rfc8785

from events.assessment import CriteriaAssessed, TriageOpened
from events.case import CaseAccepted, CaseRejected, RegimeChanged
from events.fact import Fact
from events.receipt import Effect
from events.referral import ReferralReturned
from events.sealed import Sealed
from events.vocabulary import Code, FactId, OrgCode, Room, Task
from policies.criteria import Breakthrough, CriteriaAnswers, RoomTest, assess
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.guards import (
    codes_only,
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
class OpenTriage:
    """The process director opens the weighing with this panel of (organisation, task)."""

    panel: tuple[tuple[OrgCode, Task], ...]


@dataclass(frozen=True)
class RecordAssessment:
    """The panel's answers to each part of the criteria and of the room test. Holds personal data in clear."""

    answers: CriteriaAnswers
    room_test: RoomTest | None
    breakthrough: Breakthrough | None


@dataclass(frozen=True)
class AcceptCase:
    """The panel takes the case into *room*."""

    room: Room


@dataclass(frozen=True)
class RejectCase:
    """The panel does not take the case, with advice for the referrer. Holds free text in clear."""

    advice: str


@dataclass(frozen=True)
class ReturnReferral:
    """Process support sends the referral back with the list of missing parts, by code."""

    missing: tuple[str, ...]


def decide_open(case: CaseFile, command: OpenTriage, acting: Acting, reference: Reference, now: datetime) -> list[Fact]:
    """Open the weighing, or refuse."""
    stage_allows("OpenTriage", case, reference)
    staff_acts(acting, reference, now)
    panel = members(command.panel, reference, now)
    panel_is_joint(panel, case, reference, now)
    return [TriageOpened(occurred_at=now, legal_ref="WGS:purpose", panel=panel)]


def decide_return(
    case: CaseFile, command: ReturnReferral, acting: Acting, reference: Reference, now: datetime
) -> list[Fact]:
    """Send the referral back, or refuse."""
    stage_allows("ReturnReferral", case, reference)
    staff_acts(acting, reference, now)
    codes_only(command.missing, reference)
    return [ReferralReturned(occurred_at=now, legal_ref="AVG:accuracy", missing=command.missing)]


def decide_assessment(
    case: CaseFile,
    command: RecordAssessment,
    assessment_id: FactId,
    answers: Sealed,
    acting: Acting,
    reference: Reference,
    now: datetime,
) -> list[Fact]:
    """Record what the panel answered, whatever it is: an assessment that fails is a fact as well."""
    stage_allows("RecordAssessment", case, reference)
    staff_acts(acting, reference, now)
    found = assess(command.answers, command.room_test, command.breakthrough, reference, now)
    return [
        CriteriaAssessed(
            occurred_at=now,
            legal_ref="BGS:criteria",
            assessment_id=assessment_id,
            criteria_version=found.criteria_version,
            parts=found.parts,
            failed=found.failed,
            needed=found.needed,
            local_test_holds=found.local_test_holds,
            breakthrough_holds=found.breakthrough_holds,
            answers=answers,
        )
    ]


def decide_accept(
    case: CaseFile, command: AcceptCase, acting: Acting, reference: Reference, now: datetime
) -> list[Fact]:
    """Take the case, or refuse: all four criteria, the local test, and for the house the breakthrough (BGS 2.20)."""
    stage_allows("AcceptCase", case, reference)
    staff_acts(acting, reference, now)
    panel_spans_domains(case.panel, reference, now)
    assessment, failed = case.assessment, _failed(case)
    if assessment is None or failed:
        raise reference.refuse("CRITERIA_NOT_MET", ", ".join(failed))
    if command.room is Room.HOUSE and not assessment.breakthrough_holds:
        raise reference.refuse("BREAKTHROUGH_MISSING")
    return [
        CaseAccepted(
            occurred_at=now,
            legal_ref="BGS:criteria",
            room=command.room,
            assessment_id=assessment.assessment_id,
            panel=case.panel,
        ),
        RegimeChanged(occurred_at=now, legal_ref="WGS:purpose", before=case.regime, after="WGS_ZVH"),
    ]


def decide_reject(case: CaseFile, advice: Sealed, acting: Acting, reference: Reference, now: datetime) -> list[Fact]:
    """Do not take the case; only when a criterion fails, and the referrer hears which."""
    stage_allows("RejectCase", case, reference)
    staff_acts(acting, reference, now)
    assessment, failed = case.assessment, _failed(case)
    if assessment is None or not failed:
        raise reference.refuse("NO_REASONING")
    term = reference.term("not-accepted-content", now)
    return [
        CaseRejected(
            occurred_at=now,
            legal_ref="BGS:criteria",
            assessment_id=assessment.assessment_id,
            failed=failed,
            advice=advice,
            destroy_after=now + timedelta(days=term.value),
        )
    ]


def _failed(case: CaseFile) -> tuple[Code, ...]:
    """Return what does not hold in the newest assessment: criteria, or else the test of the local room."""
    if case.assessment is None:
        return ()
    return case.assessment.failed or (() if case.assessment.local_test_holds else ("LOCAL_TEST",))


class Triage:
    """Carries out the commands of triage."""

    def __init__(self, handling: Handling, sealer: Sealer, reference: Reference) -> None:
        self._handling, self._sealer, self._reference = handling, sealer, reference

    def open(self, order: Order, command: OpenTriage) -> Effect:
        """Open the weighing. Raises: Refusal, Conflict, Unavailable; so do the others."""
        return self._handling.carry_out_plain(
            order, lambda case, now: decide_open(case, command, order.acting, self._reference, now)
        )

    def send_back(self, order: Order, command: ReturnReferral) -> Effect:
        """Return the referral to its referrer."""
        return self._handling.carry_out_plain(
            order, lambda case, now: decide_return(case, command, order.acting, self._reference, now)
        )

    def record_assessment(self, order: Order, command: RecordAssessment) -> Effect:
        """Seal and record the panel's answers."""
        content = rfc8785.dumps(
            {
                "criteria": command.answers.model_dump(mode="json", by_alias=True),
                "room_test": command.room_test.model_dump(mode="json", by_alias=True) if command.room_test else None,
                "breakthrough": (
                    command.breakthrough.model_dump(mode="json", by_alias=True) if command.breakthrough else None
                ),
            }
        )
        fact_id = self._handling.clock.new_id()

        def decide(case: CaseFile, now: datetime) -> list[tuple[FactId, Fact]]:
            stage_allows("RecordAssessment", case, self._reference)
            sealed = self._sealer.seal(case.case_id, case.subject.subject_id, fact_id, "answers", content)
            facts = decide_assessment(case, command, fact_id, sealed, order.acting, self._reference, now)
            return [(fact_id, fact) for fact in facts]

        return self._handling.carry_out(order, decide)

    def accept(self, order: Order, command: AcceptCase) -> Effect:
        """Take the case into a room."""
        return self._handling.carry_out_plain(
            order, lambda case, now: decide_accept(case, command, order.acting, self._reference, now)
        )

    def reject(self, order: Order, command: RejectCase) -> Effect:
        """Do not take the case."""
        fact_id = self._handling.clock.new_id()

        def decide(case: CaseFile, now: datetime) -> list[tuple[FactId, Fact]]:
            stage_allows("RejectCase", case, self._reference)
            says_something(command.advice, self._reference)
            subject = case.subject.subject_id
            advice = self._sealer.seal(case.case_id, subject, fact_id, "advice", command.advice.encode())
            return [(fact_id, fact) for fact in decide_reject(case, advice, order.acting, self._reference, now)]

        return self._handling.carry_out(order, decide)
