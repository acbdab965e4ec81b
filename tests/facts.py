"""One example of every type of fact, with fixed ids, for golden files and as given facts in stories."""

from datetime import UTC, datetime
from uuid import UUID

from events.assessment import CriteriaAssessed, CriterionPart, PanelMember, TriageOpened
from events.case import CaseAccepted, CaseRejected, CaseStarted, CommandRefused, RegimeChanged
from events.disclosure import DataDisclosed, DisclosureRefused, ItemShown, RuleApplied, SubjectShown
from events.escalation import CaseEscalated, EscalationDeclined, EscalationProposed
from events.fact import Envelope, Fact, Recorded
from events.referral import (
    InformStatus,
    Item,
    Person,
    ReferralReturned,
    ReferralSubmitted,
    ReferralSupplemented,
    ReferralWithdrawn,
)
from events.sealed import Sealed
from events.submission import SubmissionRefused
from events.vocabulary import Answer, Decision, Room, Stage, SubjectRole

HOUSE_OIN = "00000004003214345900"
POLICE_OIN = "00000001003214345000"
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
LATER = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
CASE = UUID("01a00000-0000-7000-8000-000000000001")
SUBJECT = UUID("01a00000-0000-4000-8000-000000000002")
ITEM = UUID("01a00000-0000-7000-8000-000000000003")
FACT = UUID("01a00000-0000-7000-8000-000000000004")
COMMAND = UUID("01a00000-0000-4000-8000-000000000005")
KEY = UUID("01a00000-0000-4000-8000-000000000006")

SEALED = Sealed(key_id=KEY, box="A" * 48)
PERSON = Person(subject_id=SUBJECT, role=SubjectRole.SUBJECT)
POLICE = PanelMember(org="POLICE", task="police-task", domain="JUSTICE")
SAFE_HOME = PanelMember(org="SAFE_HOME", task="safe-home", domain="SOCIAL")
IDENTITY = Item(
    item_id=ITEM,
    category="IDENTITY",
    tier="T1",
    subject_id=SUBJECT,
    provider_org="POLICE",
    fields=("given_name", "bsn"),
    content=SEALED,
)
SUBMITTED = ReferralSubmitted(
    occurred_at=NOON,
    legal_ref="WGS:purpose",
    channel="PARTICIPANT",
    regime="OWN_TASK",
    referrer_org="POLICE",
    referrer_task="police-task",
    persons=(PERSON,),
    items=(IDENTITY,),
    inform_status=InformStatus(status="INFORMED", on="2026-03-02"),
    secrecy_notice_accepted=True,
    submission="0" * 64,
)
TRIAGE_OPENED = TriageOpened(occurred_at=NOON, legal_ref="WGS:purpose", panel=(POLICE, SAFE_HOME))
ASSESSED = CriteriaAssessed(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    assessment_id=FACT,
    criteria_version=datetime(2025, 3, 1, tzinfo=UTC),
    parts=(CriterionPart(criterion="C1", part="LOCUS", answer=Answer.YES),),
    failed=(),
    needed=(POLICE, SAFE_HOME),
    local_test_holds=True,
    breakthrough_holds=False,
    answers=SEALED,
)
ACCEPTED = CaseAccepted(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    room=Room.LOCAL_CHAMBER,
    assessment_id=FACT,
    panel=(POLICE, SAFE_HOME),
)
STARTED = CaseStarted(
    occurred_at=NOON,
    legal_ref="WGS:authorisation",
    case_director="p-0123456789abcdef",
    participants=(POLICE, SAFE_HOME),
    authorised_until=LATER,
)
PROPOSED = EscalationProposed(
    occurred_at=NOON,
    legal_ref="ZVH:breakthrough",
    escalation_id=FACT,
    parts=tuple(
        CriterionPart(criterion="ROOM", part=part, answer=Answer.YES)
        for part in ("COMPLEX", "DOMAIN_TRANSCENDING", "COORDINATION", "BREAKTHROUGH")
    ),
    wanted_from="PROSECUTION",
    wanted_by="2026-04-01",
    record=SEALED,
    answer_due=LATER,
)

EXAMPLES: tuple[Fact, ...] = (
    SubmissionRefused(
        occurred_at=NOON,
        legal_ref="AVG:accuracy",
        sender_org="POLICE",
        outcome="bad_bsn",
        code="BAD_BSN",
        submission="0" * 64,
    ),
    SUBMITTED,
    ReferralSupplemented(occurred_at=NOON, legal_ref="WGS:purpose", referrer_org="POLICE", items=(IDENTITY,)),
    ReferralReturned(occurred_at=NOON, legal_ref="AVG:accuracy", missing=("REASON", "AIM")),
    ReferralWithdrawn(
        occurred_at=NOON, legal_ref="AVG:minimisation", referrer_org="POLICE", reason=SEALED, destroy_after=LATER
    ),
    TRIAGE_OPENED,
    ASSESSED,
    ACCEPTED,
    RegimeChanged(occurred_at=NOON, legal_ref="WGS:purpose", before="OWN_TASK", after="WGS_ZVH"),
    CaseRejected(
        occurred_at=NOON,
        legal_ref="BGS:criteria",
        assessment_id=FACT,
        failed=("C2", "C4"),
        advice=SEALED,
        destroy_after=LATER,
    ),
    STARTED,
    CommandRefused(
        occurred_at=NOON,
        legal_ref="BGS:criteria",
        command="AcceptCase",
        code="CRITERIA_NOT_MET",
        stage=Stage.IN_TRIAGE,
    ),
    PROPOSED,
    CaseEscalated(
        occurred_at=NOON,
        legal_ref="BGS:criteria",
        escalation_id=FACT,
        panel=(POLICE, SAFE_HOME),
        participants=(POLICE,),
        items_along=(ITEM,),
        authorised_until=LATER,
    ),
    EscalationDeclined(occurred_at=NOON, legal_ref="ZVH:breakthrough", escalation_id=FACT, reason=SEALED),
    DataDisclosed(
        occurred_at=NOON,
        legal_ref="AVG:accountability",
        disclosure_id=FACT,
        kind="WITHIN",
        room=Room.LOCAL_CHAMBER,
        stage=Stage.IN_CONSULTATION,
        regime="WGS_ZVH",
        recipient_org="SAFE_HOME",
        recipient_person="p-0123456789abcdef",
        recipient_task="safe-home",
        subjects=(SubjectShown(subject_id=SUBJECT, role=SubjectRole.SUBJECT),),
        purpose="COORDINATE_CARE",
        legal_basis=("WGS:participants", "WGS:purpose"),
        reason_code="OK",
        policy_digest="0" * 64,
        rules=(RuleApplied(policy_id="matrix-standing-reader", legal_ref="WGS:provision"),),
        reference_date=NOON,
        decision=Decision.PARTLY,
        categories=("IDENTITY",),
        withheld=("HEALTH",),
        items=(
            ItemShown(
                item_id=ITEM,
                version=1,
                category="IDENTITY",
                subject_id=SUBJECT,
                provider_org="POLICE",
                fields=("bsn", "given_name"),
            ),
        ),
        necessity=SEALED,
        proportionality=SEALED,
        subsidiarity=SEALED,
        retention_until=LATER,
    ),
    DisclosureRefused(
        occurred_at=NOON,
        legal_ref="AVG:purpose-limitation",
        disclosure_id=FACT,
        kind="WITHIN",
        room=None,
        stage=Stage.IN_TRIAGE,
        regime="OWN_TASK",
        recipient_org="POLICE",
        recipient_person="p-0123456789abcdef",
        recipient_task="police-task",
        subjects=(),
        purpose=None,
        legal_basis=(),
        reason_code="NO_PURPOSE",
        policy_digest="0" * 64,
        rules=(),
        reference_date=NOON,
        categories=("POLICE_DATA",),
    ),
)


def recorded(fact: Fact, sequence: int = 1, fact_id: UUID = FACT, case_id: UUID = CASE) -> Recorded:
    """Put *fact* in an envelope with fixed ids and times."""
    return Recorded(
        envelope=Envelope(
            id=fact_id,
            case_id=case_id,
            sequence=sequence,
            recorded_at=NOON,
            actor="p-0123456789abcdef",
            on_behalf_of=POLICE_OIN,
            task="police-task",
            correlation_id=COMMAND,
            causation_id=COMMAND,
        ),
        fact=fact,
    )


def history(*facts: Fact) -> list[Recorded]:
    """Return *facts* as one case's history, numbered from 1."""
    return [recorded(fact, sequence, UUID(int=FACT.int + sequence)) for sequence, fact in enumerate(facts, start=1)]
