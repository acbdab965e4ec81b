"""One example of every type of fact, with fixed ids, for golden files and as given facts in stories."""

from datetime import UTC, datetime
from uuid import UUID

from events.assessment import CriteriaAssessed, CriterionPart, PanelMember, TriageOpened
from events.case import (
    AuthorisationRenewed,
    CaseAccepted,
    CaseDirectorNamed,
    CaseRejected,
    CaseStarted,
    CommandRefused,
    RegimeChanged,
)
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.confidentiality import ConfidentialityAccepted
from events.consultation import AgreedTask, ConsultationHeld, ConsultationPlanned, InvitationAnswered, Present
from events.correction import DataAccessed, DisclosureCorrected, RecipientNotified
from events.decision import AccessDecided, Evaluation, Named
from events.disclosure import DataDisclosed, DisclosureRefused, ItemShown, RuleApplied, SubjectShown
from events.elsewhere import ElsewhereChecked
from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    ItemsProvided,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.erasure import ErasureRepeated, KeyGone, SubjectErased
from events.escalation import (
    AdministrativeEscalationRequested,
    CaseDeescalated,
    CaseEscalated,
    DeescalationDeclined,
    DeescalationProposed,
    EscalationDeclined,
    EscalationProposed,
)
from events.export import BundleExported, WholeStream
from events.fact import Envelope, Fact, Recorded
from events.governance import GovernanceDecided, GovernanceProposed, TableChange
from events.granting import DisclosureDecided, DisclosureRequested, GrantEnded
from events.informing import InformingDeferred, SubjectInformed
from events.ledger import LedgerConsulted
from events.oversight import (
    AdviceFollowedUp,
    AdviceGiven,
    AuditFollowedUp,
    AuditRecorded,
    BreachHandled,
    BreachRecorded,
    Finding,
    ImpactAssessed,
    ReportPublished,
)
from events.plan import (
    ActionReported,
    AftercareStarted,
    AimWeighed,
    MonitoringStarted,
    PlanAction,
    PlanAgreed,
    PlanAim,
    PlanConfirmed,
    PlanEvaluated,
    PlanProposed,
    PlanRevised,
)
from events.policy_set import PolicySetActivated
from events.referral import (
    Condition,
    InformStatus,
    Item,
    Person,
    ReferralReturned,
    ReferralSubmitted,
    ReferralSupplemented,
    ReferralWithdrawn,
)
from events.result import PrivacyAdviceGiven, ResultMade, ResultReleased
from events.retention import CaseDestroyed, HoldLifted, HoldPlaced, RetentionExtended
from events.rights import (
    AccessReportMade,
    CaseAt,
    IdentityChecked,
    ItemNamed,
    LegalRemedyEnded,
    LegalRemedyFiled,
    ObjectionWeighed,
    Outcome,
    PartDecided,
    PartOpened,
    Representation,
    RequestAnswered,
    RequestCarriedThrough,
    RequestExtended,
    RequestFannedOut,
    RequestRefused,
    RequestSpecified,
    RequestWithdrawn,
    Right,
    RightsRequestReceived,
    WithheldCount,
)
from events.rights_effects import (
    EntriesWithheld,
    EntryNamed,
    ItemRectified,
    ProcessingRestricted,
    RestrictionLifted,
    RightsHandlingEnded,
    RightsHandlingOpened,
    StatementAdded,
    WithholdingLifted,
    WithholdingReviewed,
)
from events.sealed import Sealed
from events.signal import SignalRegistered
from events.submission import OriginalDestroyed, SubmissionRefused
from events.supervision import SupervisionEnded, SupervisionOpened
from events.terms import TermMissed, TermReminded
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
RENEWED = AuthorisationRenewed(
    occurred_at=NOON,
    legal_ref="WGS:authorisation",
    participants=(POLICE,),
    leaving=(SAFE_HOME,),
    authorised_until=LATER,
    reason=SEALED,
)
NAMED = CaseDirectorNamed(occurred_at=NOON, legal_ref="WGS:authorisation", case_director="p-0123456789abcdef")
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

PROBATION = PanelMember(org="PROBATION", task="probation-supervision", domain="JUSTICE")
ACTION = UUID("01a00000-0000-7000-8000-000000000007")
AIM = UUID("01a00000-0000-7000-8000-000000000008")
COMPLETE = SUBMITTED.model_copy(
    update={
        "items": (
            IDENTITY.model_copy(update={"fields": ("birth_date", "bsn", "family_name", "given_name")}),
            IDENTITY.model_copy(
                update={
                    "item_id": UUID(int=ITEM.int + 100),
                    "category": "LIFE_DOMAIN",
                    "fields": ("aim", "criteria", "reason"),
                }
            ),
        )
    }
)
"""A referral that lacks nothing."""
SIGNAL = SignalRegistered(
    occurred_at=NOON,
    legal_ref="OWN:task",
    org="POLICE",
    org_task="police-task",
    channel="PARTICIPANT",
    regime="OWN_TASK",
    subject_id=SUBJECT,
    worry=SEALED,
    due=LATER,
)
CHECK_REQUESTED = KnownCheckRequested(
    occurred_at=NOON, legal_ref="AVG:minimisation", check_id=FACT, asked=(PROBATION,), due=LATER
)
QUESTION_ASKED = EnrichmentRequested(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    question_id=FACT,
    asked=PROBATION,
    categories=("LIFE_DOMAIN",),
    question=Item(
        item_id=UUID(int=ITEM.int + 200),
        category="QUESTION",
        tier="T1",
        subject_id=SUBJECT,
        provider_org="HOUSE_STAFF",
        fields=("necessity", "question"),
        addressed_to="PROBATION",
        content=SEALED,
    ),
    due=LATER,
)
CONSULTATION = ConsultationPlanned(
    occurred_at=NOON,
    legal_ref="WGS:purpose",
    consultation_id=FACT,
    room=Room.LOCAL_CHAMBER,
    planned_for=datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
    invited=(POLICE, SAFE_HOME),
    guests=(),
    items=(ITEM,),
    answer_due=datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
)
PLAN = PlanProposed(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    version=1,
    aims=(PlanAim(aim_id=AIM, life_domain="HOUSING"),),
    actions=(PlanAction(action_id=ACTION, aim_id=AIM, owner=POLICE, due="2026-04-01"),),
    content=IDENTITY.model_copy(
        update={"item_id": UUID(int=ITEM.int + 300), "category": "PLAN", "tier": "T3", "fields": ("words",)}
    ),
    confirm_by=LATER,
)
CONFIRMED = PlanConfirmed(occurred_at=NOON, legal_ref="BGS:criteria", version=1, org="POLICE", org_task="police-task")
AGREED = PlanAgreed(occurred_at=NOON, legal_ref="BGS:criteria", version=1, owners=(POLICE,))
MONITORING = MonitoringStarted(occurred_at=NOON, legal_ref="BGS:criteria", review_on="2026-05-01")
EVALUATED = PlanEvaluated(
    occurred_at=NOON,
    legal_ref="WGS:purpose",
    version=1,
    aims=(AimWeighed(aim_id=AIM, reached=Answer.YES),),
    reasoning=SEALED,
)
AFTERCARE = AftercareStarted(occurred_at=NOON, legal_ref="WGS:purpose", watched_by=POLICE, until="2026-08-01")
ESCALATED = CaseEscalated(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    escalation_id=FACT,
    panel=(POLICE, SAFE_HOME),
    participants=(POLICE, SAFE_HOME),
    items_along=(ITEM,),
    authorised_until=LATER,
)
DEESCALATION = DeescalationProposed(
    occurred_at=NOON,
    legal_ref="ZVH:breakthrough",
    deescalation_id=FACT,
    panel=(POLICE, SAFE_HOME),
    ground="BREAKTHROUGH_REACHED",
    reasoning=SEALED,
    chamber="CHAMBER_NORTH",
    answer_due=LATER,
)
DEESCALATED = CaseDeescalated(
    occurred_at=NOON,
    legal_ref="WGS:authorisation",
    deescalation_id=FACT,
    chamber="CHAMBER_NORTH",
    case_director="p-0123456789abcdef",
    participants=(POLICE,),
    authorised_until=LATER,
)
REASSESSED = CriteriaReassessed(
    occurred_at=NOON,
    legal_ref="BGS:criteria",
    assessment_id=FACT,
    criteria_version=datetime(2025, 3, 1, tzinfo=UTC),
    parts=(CriterionPart(criterion="C1", part="LOCUS", answer=Answer.YES),),
    failed=("C2",),
    needed=(POLICE, SAFE_HOME),
    local_test_holds=True,
    breakthrough_holds=False,
    answers=SEALED,
    review_on="2026-06-01",
    close_by=LATER,
)
CLOSED = CaseClosed(
    occurred_at=NOON,
    legal_ref="WGS:retention",
    reason_code="AIMS_MET",
    reason=SEALED,
    anchor="FIRST_PROCESSED",
    retain_until=LATER,
)
CHANGE = TableChange(
    table="terms",
    key="escalation-answer",
    entry={
        "name": "escalation-answer",
        "value": 10,
        "unit": "days",
        "legal_ref": "ZVH:breakthrough",
        "mark": "D",
        "valid_from": "2027-01-01",
    },
)

DECIDED_ON_ACCESS = AccessDecided(
    occurred_at=NOON,
    legal_ref="AVG:accountability",
    decision_id=FACT,
    subject=Named(
        type="recipient",
        id="p-0123456789abcdef",
        properties={"org": "SAFE_HOME", "oin": "00000003273229340001", "task": "safe-home", "itself": True},
    ),
    context={"kind": "WITHIN", "purpose": "COORDINATE_CARE", "stage": "IN_CONSULTATION"},
    evaluations=(
        Evaluation(
            action="read",
            resource=Named(type="item", id=str(ITEM), properties={"category": "IDENTITY", "tier": "T1"}),
            decision=True,
            reason_code="OK",
            policies=("standing-readers",),
        ),
    ),
    entities=({"uid": {"type": "Recipient", "id": "asking"}, "attrs": {"org": "SAFE_HOME"}, "parents": []},),
    attributes={"accepted": True},
    policies="0" * 64,
    policy_set="1" * 64,
    engine="cedarpy 4.12.2",
    reference_date=NOON,
)
GRANT = DisclosureDecided(
    occurred_at=NOON,
    legal_ref="WGS:provision",
    grant_id=FACT,
    request_id=FACT,
    decision=Decision.GRANTED,
    provider_org="MENTAL_HEALTH",
    provider_task="treatment",
    recipient_org="POLICE",
    recipient_task="police-task",
    granted=(ITEM,),
    refused=(),
    categories=("HEALTH",),
    purpose="PREVENT_UNSAFE",
    legal_basis=("WGS:participants", "WGS:purpose"),
    secrecy_ground="CONSENT",
    secrecy_text=SEALED,
    reason_code="OK",
    conditions=(Condition(code="NOT_TO_SUBJECT"),),
    necessity=SEALED,
    proportionality=SEALED,
    subsidiarity=SEALED,
    valid_until=LATER,
)
RESULT = ResultMade(
    occurred_at=NOON,
    legal_ref="WGS:results",
    result_id=FACT,
    kind="RESULT_TO_THIRD_PARTY",
    recipient_org="HOUSING_CORPORATION",
    author="p-0123456789abcdef",
    item=IDENTITY.model_copy(
        update={
            "item_id": UUID(int=ITEM.int + 400),
            "category": "RESULT",
            "tier": "T3",
            "provider_org": "HOUSE_STAFF",
            "fields": ("result",),
            "addressed_to": "HOUSING_CORPORATION",
        }
    ),
)
SUPERVISION = SupervisionOpened(
    occurred_at=NOON,
    legal_ref="AVG:accountability",
    supervision_id=FACT,
    supervisor="AUDITOR",
    supervisor_task="supervision",
    ground="PRIVACY_AUDIT",
    reason=SEALED,
    until=LATER,
)

REQUEST_ID = UUID("01a00000-0000-5000-8000-000000000011")
STATEMENT = UUID("01a00000-0000-7000-8000-000000000012")
REQUEST = RightsRequestReceived(
    occurred_at=NOON,
    legal_ref="AVG:access",
    request_id=REQUEST_ID,
    subject_id=SUBJECT,
    right=Right.ACCESS,
    received_at=NOON,
    by="REPRESENTATIVE",
    capacity="PARENT",
    items=(ItemNamed(case_id=CASE, item_id=ITEM),),
    words=SEALED,
    due=datetime(2026, 4, 2, 22, 0, tzinfo=UTC),
)
IDENTIFIED = IdentityChecked(
    occurred_at=NOON,
    legal_ref="AVG:representation",
    method="ID_DOCUMENT",
    confirmed=True,
    under_age=True,
    representation=Representation(capacity="PARENT", authority="CUSTODY_REGISTER", conflict=False),
    may_act=True,
)
FANNED_OUT = RequestFannedOut(
    occurred_at=NOON,
    legal_ref="BGS:contact-point",
    parts=(PartOpened(controller="POLICE", has_data=True), PartOpened(controller="MAYOR", has_data=False)),
    cases=(CASE,),
    parts_due=datetime(2026, 3, 26, 23, 0, tzinfo=UTC),
)
PART_DECIDED = PartDecided(
    occurred_at=NOON,
    legal_ref="AVG:access",
    controller="POLICE",
    controller_task="police-task",
    outcome=Outcome.PARTLY,
    ground="EXCEPTION",
    reason=SEALED,
)
RESTRICTED = ProcessingRestricted(
    occurred_at=NOON,
    legal_ref="AVG:restriction",
    restriction_id=FACT,
    request_id=REQUEST_ID,
    items=(ITEM,),
    ground="ACCURACY_CONTESTED",
)
WITHHELD = EntriesWithheld(
    occurred_at=NOON,
    legal_ref="AVG:exceptions",
    withholding_id=FACT,
    subject_id=SUBJECT,
    entries=(EntryNamed(item_id=ITEM),),
    ground="CRIMINAL_INQUIRY",
    reason=SEALED,
    decided_for="POLICE",
    decided_task="police-task",
    review_by="2026-05-01",
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
    SIGNAL,
    CHECK_REQUESTED,
    KnownCheckAnswered(
        occurred_at=NOON,
        legal_ref="AVG:minimisation",
        check_id=FACT,
        org="PROBATION",
        org_task=PROBATION.task,
        known=True,
    ),
    QUESTION_ASKED,
    EnrichmentProvided(
        occurred_at=NOON,
        legal_ref="WGS:provision",
        question_id=FACT,
        org="PROBATION",
        org_task=PROBATION.task,
        items=(IDENTITY,),
    ),
    ProviderDeclined(
        occurred_at=NOON,
        legal_ref="WGS:provision",
        question_id=FACT,
        org="PROBATION",
        org_task=PROBATION.task,
        reason_code="SECRECY",
    ),
    ItemsProvided(
        occurred_at=NOON,
        legal_ref="WGS:provision",
        org="MENTAL_HEALTH",
        org_task="treatment",
        items=(IDENTITY,),
        secrecy_ground="CONSENT",
    ),
    CONSULTATION,
    InvitationAnswered(
        occurred_at=NOON,
        legal_ref="WGS:purpose",
        consultation_id=FACT,
        org="POLICE",
        org_task="police-task",
        attends=True,
    ),
    ConsultationHeld(
        occurred_at=NOON,
        legal_ref="WGS:purpose",
        consultation_id=FACT,
        held_at=NOON,
        present=(Present(person="p-0123456789abcdef", org="POLICE", task="police-task", absent_for=(ITEM,)),),
        not_present=(SAFE_HOME,),
        items=(ITEM,),
        decisions=IDENTITY,
        tasks=(AgreedTask(task_id=FACT, owner=POLICE, due="2026-04-01"),),
    ),
    PLAN,
    CONFIRMED,
    AGREED,
    MONITORING,
    PlanRevised(
        occurred_at=NOON,
        legal_ref="BGS:criteria",
        version=2,
        replaces=1,
        owners=(POLICE,),
        reason_code="NEW_FACTS",
        reason=SEALED,
    ),
    ActionReported(
        occurred_at=NOON,
        legal_ref="WGS:purpose",
        action_id=ACTION,
        org="POLICE",
        org_task="police-task",
        status="DONE",
        note=SEALED,
    ),
    EVALUATED,
    AFTERCARE,
    AdministrativeEscalationRequested(
        occurred_at=NOON, legal_ref="ZVH:breakthrough", portfolio_holder="MAYOR", request=IDENTITY
    ),
    DEESCALATION,
    DEESCALATED,
    DeescalationDeclined(occurred_at=NOON, legal_ref="ZVH:breakthrough", deescalation_id=FACT, reason=SEALED),
    REASSESSED,
    CaseReopened(occurred_at=NOON, legal_ref="BGS:criteria", reason=SEALED, panel=(POLICE, SAFE_HOME)),
    CLOSED,
    RetentionExtended(
        occurred_at=NOON,
        legal_ref="WGS:retention",
        deciders=("POLICE", "MAYOR"),
        reason=SEALED,
        before=LATER,
        retain_until=LATER,
    ),
    HoldPlaced(occurred_at=NOON, legal_ref="AVG:restriction", hold_id=FACT, ground="COURT"),
    HoldLifted(occurred_at=NOON, legal_ref="AVG:restriction", hold_id=FACT),
    CaseDestroyed(occurred_at=NOON, legal_ref="AVG:storage-limitation", due=LATER),
    SubjectInformed(occurred_at=NOON, legal_ref="AVG:information", on="2026-03-02", by_org="POLICE"),
    InformingDeferred(
        occurred_at=NOON, legal_ref="AVG:information", ground="SAFETY", reason=SEALED, review_by="2026-04-01"
    ),
    ConfidentialityAccepted(
        occurred_at=NOON, legal_ref="WGS:secrecy", person="p-00000000000000aa", org="POLICE", org_task="police-task"
    ),
    TermReminded(occurred_at=NOON, legal_ref="ZVH:terms", kind="known-check", about=FACT, org="PROBATION", due=LATER),
    TermMissed(occurred_at=NOON, legal_ref="ZVH:terms", kind="known-check", about=FACT, org="PROBATION", due=LATER),
    ElsewhereChecked(occurred_at=NOON, legal_ref="AVG:minimisation", found=("HOUSE", "RUN_UP"), earlier=True),
    GovernanceProposed(
        occurred_at=NOON, legal_ref="ZVH:governance", proposal_id=FACT, changes=(CHANGE,), valid_from="2027-01-01"
    ),
    GovernanceDecided(
        occurred_at=NOON,
        legal_ref="ZVH:governance",
        proposal_id=FACT,
        deciders=("POLICE", "MAYOR"),
        changes=(CHANGE,),
        valid_from="2027-01-01",
    ),
    PolicySetActivated(
        occurred_at=NOON,
        legal_ref="ZVH:governance",
        policy_set="0" * 64,
        files={"permit.cedar": "permit (principal, action, resource);\n"},
        tables={"terms": [CHANGE.entry]},
        version="0.1.0",
    ),
    DECIDED_ON_ACCESS,
    DisclosureRequested(
        occurred_at=NOON,
        legal_ref="WGS:provision",
        request_id=FACT,
        recipient_org="POLICE",
        recipient_task="police-task",
        asked_of="MENTAL_HEALTH",
        categories=("HEALTH",),
        items=(ITEM,),
        purpose="PREVENT_UNSAFE",
        legal_basis=("WGS:participants", "WGS:purpose"),
        necessity=SEALED,
        proportionality=SEALED,
        subsidiarity=SEALED,
        due=LATER,
    ),
    GRANT,
    GrantEnded(occurred_at=NOON, legal_ref="WGS:provision", grant_id=FACT, provider_org="MENTAL_HEALTH", reason=SEALED),
    DataAccessed(
        occurred_at=NOON,
        legal_ref="AVG:accountability",
        access_id=FACT,
        disclosure_id=FACT,
        recipient_org="SAFE_HOME",
        recipient_task="safe-home",
        recipient_person="p-0123456789abcdef",
        accessed_at=NOON,
        stream_seq=1,
    ),
    DisclosureCorrected(
        occurred_at=NOON,
        legal_ref="AVG:accuracy",
        correction_id=FACT,
        disclosure_id=FACT,
        what="WRONG_PURPOSE",
        purpose="PREVENT_UNSAFE",
        legal_basis=("WGS:participants", "WGS:purpose"),
        explanation=SEALED,
    ),
    RecipientNotified(
        occurred_at=NOON,
        legal_ref="AVG:rectification",
        notice_id=FACT,
        recipient_org="SAFE_HOME",
        recipient_task="safe-home",
        what="RECTIFIED",
        items=(ITEM,),
        disclosures=(FACT,),
        cause=FACT,
    ),
    RESULT,
    PrivacyAdviceGiven(occurred_at=NOON, legal_ref="AVG:accountability", result_id=FACT, positive=True, advice=SEALED),
    ResultReleased(
        occurred_at=NOON,
        legal_ref="WGS:results",
        result_id=FACT,
        decided_for="MAYOR",
        purpose="PREVENT_UNSAFE",
        legal_basis=("WGS:participants", "WGS:purpose"),
        necessity=SEALED,
        proportionality=SEALED,
        subsidiarity=SEALED,
    ),
    SUPERVISION,
    SupervisionEnded(occurred_at=NOON, legal_ref="AVG:accountability", supervision_id=FACT),
    LedgerConsulted(
        occurred_at=NOON,
        legal_ref="AVG:accountability",
        consultation_id=FACT,
        question="SUBJECT",
        subject_id=SUBJECT,
        purpose="SUPERVISION",
        legal_basis=("AVG:accountability",),
        recipient_org="HOUSE_STAFF",
        recipient_task="privacy-office",
        recipient_person="p-0123456789abcdef",
        decision_id=FACT,
        granted=True,
        reason_code="OK",
        log_size=7,
    ),
    OriginalDestroyed(
        occurred_at=NOON,
        legal_ref="AVG:storage-limitation",
        due=NOON,
        keys=(KeyGone(key_id=KEY, subject_id=SUBJECT),),
    ),
    SubjectErased(
        occurred_at=NOON,
        legal_ref="AVG:erasure",
        erasure_id=COMMAND,
        subject_id=SUBJECT,
        ground="UNLAWFUL",
        deciders=("POLICE",),
        request_id=FACT,
        keys=(KeyGone(key_id=KEY, subject_id=SUBJECT),),
    ),
    ErasureRepeated(
        occurred_at=NOON,
        legal_ref="AVG:erasure",
        first_fact_id=FACT,
        first_erased_at=NOON,
        subject_id=SUBJECT,
        keys=(KeyGone(key_id=KEY, subject_id=SUBJECT),),
        ledger_line=1,
        ledger_digest="0" * 64,
    ),
    BundleExported(
        occurred_at=NOON,
        legal_ref="AVG:accountability",
        export_id=FACT,
        scope="CASE",
        case_id=CASE,
        purpose="SUPERVISION",
        log_size=7,
        facts=3,
        whole=(WholeStream(case_id=CASE, last=3),),
        counters={"POLICE": 2, "SAFE_HOME": 1},
        contents="0" * 64,
    ),
    REQUEST,
    IDENTIFIED,
    FANNED_OUT,
    RequestSpecified(occurred_at=NOON, legal_ref="AVG:rectification", items=(ItemNamed(case_id=CASE, item_id=ITEM),)),
    RequestExtended(
        occurred_at=NOON,
        legal_ref="AVG:answer-term",
        told_on="2026-03-20",
        reason_code="COMPLEX",
        reason=SEALED,
        due=LATER,
        parts_due=LATER,
    ),
    PART_DECIDED,
    ObjectionWeighed(
        occurred_at=NOON,
        legal_ref="AVG:objection",
        controller="POLICE",
        upheld=False,
        interest="SAFETY_OF_SOMEBODY",
        weighing=SEALED,
    ),
    AccessReportMade(
        occurred_at=NOON,
        legal_ref="AVG:access",
        report_id=FACT,
        cases=(CaseAt(case_id=CASE, sequence=9),),
        log_size=12,
        complete=True,
        shown=4,
        withheld=(WithheldCount(ground="CRIMINAL_INQUIRY", entries=2),),
        digest="0" * 64,
    ),
    RequestAnswered(
        occurred_at=NOON,
        legal_ref="AVG:answer-term",
        outcome=Outcome.PARTLY,
        told_on="2026-03-28",
        late=False,
        report_id=FACT,
        retain_until=LATER,
    ),
    RequestRefused(
        occurred_at=NOON,
        legal_ref="AVG:answer-term",
        ground="NO_AUTHORITY",
        reason=SEALED,
        remedies=("COURT", "OBJECTION", "SUPERVISOR"),
        told_on="2026-03-28",
        late=False,
        retain_until=LATER,
    ),
    RequestWithdrawn(occurred_at=NOON, legal_ref="AVG:rights", retain_until=LATER),
    LegalRemedyFiled(
        occurred_at=NOON, legal_ref="AVG:remedies", remedy_id=FACT, kind="OBJECTION", filed_on="2026-04-10"
    ),
    LegalRemedyEnded(occurred_at=NOON, legal_ref="AVG:remedies", remedy_id=FACT),
    RequestCarriedThrough(occurred_at=NOON, legal_ref="BGS:contact-point", cases=(CASE,)),
    RightsHandlingOpened(
        occurred_at=NOON, legal_ref="AVG:access", request_id=REQUEST_ID, subject_id=SUBJECT, right=Right.ACCESS
    ),
    RightsHandlingEnded(occurred_at=NOON, legal_ref="AVG:access", request_id=REQUEST_ID),
    ItemRectified(
        occurred_at=NOON,
        legal_ref="AVG:rectification",
        request_id=REQUEST_ID,
        item=IDENTITY.model_copy(update={"version": 2}),
    ),
    StatementAdded(
        occurred_at=NOON,
        legal_ref="AVG:rectification",
        request_id=REQUEST_ID,
        about=ITEM,
        item=IDENTITY.model_copy(update={"item_id": STATEMENT, "fields": ("statement",)}),
    ),
    RESTRICTED,
    RestrictionLifted(occurred_at=NOON, legal_ref="AVG:restriction", restriction_id=FACT, told_on="2026-03-27"),
    WITHHELD,
    WithholdingReviewed(
        occurred_at=NOON, legal_ref="AVG:exceptions", withholding_id=FACT, reason=SEALED, review_by="2026-06-01"
    ),
    WithholdingLifted(occurred_at=NOON, legal_ref="AVG:exceptions", withholding_id=FACT),
    BreachRecorded(
        occurred_at=NOON,
        legal_ref="AVG:breach",
        breach_id=FACT,
        kind="WRONG_RECIPIENT",
        discovered_at=NOON,
        report_by=LATER,
        categories=("IDENTITY",),
        recipients=("POLICE",),
        cases=(CASE,),
    ),
    BreachHandled(
        occurred_at=NOON, legal_ref="AVG:breach", breach_id=FACT, reported=True, in_time=True, subjects_told=False
    ),
    AuditRecorded(
        occurred_at=NOON,
        legal_ref="WGS:audit",
        audit_id=FACT,
        kind="PRIVACY_AUDIT",
        held_on="2026-03-02",
        findings=(Finding(finding_id=FACT, code="LOGGING"),),
        document="0" * 64,
    ),
    AuditFollowedUp(occurred_at=NOON, legal_ref="WGS:audit", audit_id=FACT, finding_id=FACT, status="DONE"),
    AdviceGiven(
        occurred_at=NOON,
        legal_ref="WGS:committee",
        advice_id=FACT,
        topic="DOUBTFUL_CASE",
        outcome="LAWFUL_IF",
        about_case=CASE,
        document="0" * 64,
    ),
    AdviceFollowedUp(occurred_at=NOON, legal_ref="WGS:committee", advice_id=FACT, status="DONE"),
    ImpactAssessed(
        occurred_at=NOON,
        legal_ref="AVG:impact",
        assessment_id=FACT,
        reference="DPIA-2026-1",
        purposes=("ASSESS_CRITERIA",),
        high_risk=False,
        renew_by="2029-03-02",
        document="0" * 64,
    ),
    ReportPublished(
        occurred_at=NOON,
        legal_ref="WGS:report",
        report="annual",
        definition="zvh.report.annual.v1",
        first_day="2026-01-01",
        last_day="2026-12-31",
        log_size=7,
        root_hash="0" * 64,
        since=3,
        digest="1" * 64,
    ),
    RENEWED,
    NAMED,
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
