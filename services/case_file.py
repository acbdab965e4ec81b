"""The case as its facts tell it: the state on which every story decides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from types import MappingProxyType
from typing import TypeVar

from events.assessment import CriteriaAssessed, PanelMember, TriageOpened
from events.case import (
    AuthorisationRenewed,
    CaseAccepted,
    CaseDirectorNamed,
    CaseRejected,
    CaseStarted,
    RegimeChanged,
)
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.confidentiality import ConfidentialityAccepted
from events.consultation import ConsultationHeld, ConsultationPlanned, InvitationAnswered
from events.correction import DataAccessed
from events.disclosure import DataDisclosed
from events.elsewhere import ElsewhereChecked
from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    ItemsProvided,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.erasure import ErasureRepeated, SubjectErased
from events.escalation import (
    AdministrativeEscalationRequested,
    CaseDeescalated,
    CaseEscalated,
    DeescalationDeclined,
    DeescalationProposed,
    EscalationDeclined,
    EscalationProposed,
)
from events.fact import Recorded
from events.informing import InformingDeferred, SubjectInformed
from events.plan import (
    ActionReported,
    AftercareStarted,
    MonitoringStarted,
    PlanAgreed,
    PlanConfirmed,
    PlanEvaluated,
    PlanProposed,
    PlanRevised,
)
from events.referral import (
    InformStatus,
    Item,
    Person,
    ReferralReturned,
    ReferralSubmitted,
    ReferralSupplemented,
    ReferralWithdrawn,
)
from events.retention import CaseDestroyed, HoldLifted, HoldPlaced, RetentionExtended
from events.signal import SignalRegistered
from events.terms import TermMissed, TermReminded
from events.vocabulary import Answer, CaseId, FactId, Room, Stage, SubjectRole
from services.case_granting import access_ended, disclosing, only_between
from services.case_parts import (
    CaseFile,
    Confirmed,
    Invitation,
    KnownCheck,
    Participation,
    PlacedItem,
    Plan,
    Proposer,
    Question,
    ReceiptDue,
    Weighed,
)
from services.case_rights import kept_back, request, rights

__all__ = ["CaseFile", "Participation", "PlacedItem", "case_file", "evolve"]

K = TypeVar("K")
V = TypeVar("V")


def case_file(case_id: CaseId, history: Iterable[Recorded]) -> CaseFile:
    """Return the case as *history* tells it."""
    return reduce(evolve, history, CaseFile(case_id))


def evolve(case: CaseFile, recorded: Recorded) -> CaseFile:
    """Return the case after one more fact. Total: the past has already happened, so this never refuses."""
    written = recorded.envelope.recorded_at
    case = replace(
        case,
        sequence=recorded.envelope.sequence,
        first_processed=case.first_processed or written,
        began_at=case.began_at or min(recorded.fact.occurred_at, written),
    )
    for part in _PARTS:
        case = part(case, recorded)
    return case


def _run_up(case: CaseFile, recorded: Recorded) -> CaseFile:
    match recorded.fact:
        case SignalRegistered() as fact:
            return replace(
                case,
                stage=Stage.SIGNALLED,
                channel=fact.channel,
                regime=fact.regime,
                referrer_org=fact.org,
                referrer_task=fact.org_task,
                signal_due=fact.due,
                persons=(Person(subject_id=fact.subject_id, role=SubjectRole.SUBJECT),),
            )
        case ReferralSubmitted() as fact:
            return replace(
                case,
                stage=Stage.REFERRED,
                channel=fact.channel,
                regime=fact.regime,
                triage_regime=fact.triage_regime or "",
                referrer_org=fact.referrer_org,
                referrer_task=fact.referrer_task,
                persons=fact.persons,
                bound=case.bound | {(recorded.envelope.actor, fact.referrer_org, fact.referrer_task)},
                inform=fact.inform_status,
                inform_by=fact.inform_by,
                items=_with_items(replace(case, regime=fact.regime), fact.items, recorded),
            )
        case ReferralSupplemented() as fact:
            stage = Stage.REFERRED if case.stage is Stage.RETURNED else case.stage
            return replace(case, stage=stage, items=_with_items(case, fact.items, recorded))
        case ReferralReturned() as fact:
            return replace(case, stage=Stage.RETURNED, supplement_by=fact.supplement_by)
        case ReferralWithdrawn() | CaseRejected() as fact:
            return replace(access_ended(case), stage=Stage.NOT_ACCEPTED, retain_until=fact.destroy_after)
        case ConfidentialityAccepted() as fact:
            return replace(case, bound=case.bound | {(fact.person, fact.org, fact.org_task)})
        case SubjectInformed() as fact:
            return replace(case, inform=InformStatus(status="INFORMED", on=fact.on))
        case InformingDeferred() as fact:
            return replace(case, inform=InformStatus(status="DEFERRED", review_by=fact.review_by))
        case _:
            return case


def _weighing(case: CaseFile, recorded: Recorded) -> CaseFile:
    match recorded.fact:
        case TriageOpened() as fact:
            return replace(case, stage=Stage.IN_TRIAGE, panel=fact.panel)
        case ElsewhereChecked() as fact:
            return replace(case, elsewhere=fact)
        case KnownCheckRequested() as fact:
            return replace(case, checks=_with(case.checks, fact.check_id, KnownCheck(fact.asked, fact.due)))
        case KnownCheckAnswered() as fact:
            check = case.checks.get(fact.check_id)
            if check is None:
                return case
            answered = replace(check, answers=_with(check.answers, fact.org, fact.known))
            return replace(case, checks=_with(case.checks, fact.check_id, answered))
        case EnrichmentRequested() as fact:
            question = Question(fact.asked, fact.categories, fact.due)
            return replace(
                case,
                questions=_with(case.questions, fact.question_id, question),
                items=_with_items(_in_triage(case), (fact.question,), recorded),
            )
        case EnrichmentProvided() as fact:
            items = _with_items(_in_triage(case), fact.items, recorded)
            return _answered(replace(case, items=items), fact.question_id)
        case ProviderDeclined() as fact:
            return _answered(case, fact.question_id)
        case CriteriaAssessed() | CriteriaReassessed() as fact:
            by, at = recorded.envelope.actor, recorded.envelope.recorded_at
            assessed = replace(
                case,
                assessment=fact,
                weighed=(*case.weighed, Weighed(fact, by, at)),
                assessed_at=recorded.envelope.recorded_at,
                assessed_in_sequence=recorded.envelope.sequence,
            )
            if isinstance(fact, CriteriaReassessed):
                return replace(assessed, review_on=date.fromisoformat(fact.review_on), close_by=fact.close_by)
            return assessed
        case CaseAccepted() as fact:
            return replace(case, stage=Stage.STARTING, room=fact.room, chamber=fact.chamber or case.chamber)
        case RegimeChanged() as fact:
            return replace(case, regime=fact.after)
        case _:
            return case


def _work(case: CaseFile, recorded: Recorded) -> CaseFile:
    plan = case.plan
    match recorded.fact:
        case CaseStarted() as fact:
            moved = _participate(case, fact.participants, fact.authorised_until, fact.occurred_at)
            return replace(moved, stage=Stage.IN_CONSULTATION, case_director=fact.case_director)
        case AuthorisationRenewed() as fact:
            return _participate(case, fact.participants, fact.authorised_until, fact.occurred_at)
        case CaseDirectorNamed() as fact:
            return replace(case, case_director=fact.case_director)
        case ItemsProvided() as fact:
            return replace(case, items=_with_items(case, fact.items, recorded))
        case ConsultationPlanned() as fact:
            return replace(case, invitations=_with(case.invitations, fact.consultation_id, Invitation(fact)))
        case InvitationAnswered() as fact:
            invitation = case.invitations.get(fact.consultation_id)
            if invitation is None:
                return case
            told = replace(invitation, answers=_with(invitation.answers, (fact.org, fact.org_task), fact.attends))
            return replace(case, invitations=_with(case.invitations, fact.consultation_id, told))
        case ConsultationHeld() as fact:
            left = {key: one for key, one in case.invitations.items() if key != fact.consultation_id}
            return replace(
                case,
                invitations=MappingProxyType(left),
                items=_with_items(case, (fact.decisions,), recorded),
                tasks=MappingProxyType({**case.tasks, **{one.task_id: one for one in fact.tasks}}),
            )
        case PlanProposed() as fact:
            proposed = replace(plan, proposed=fact, confirmed=frozenset())
            return replace(case, plan=proposed, items=_with_items(case, (fact.content,), recorded))
        case PlanConfirmed() as fact:
            return replace(case, plan=replace(plan, confirmed=plan.confirmed | {(fact.org, fact.org_task)}))
        case PlanAgreed() | PlanRevised():
            agreed = Plan(recorded.fact.version, plan.proposed, None, frozenset(), plan.status, evaluated=False)
            return replace(case, stage=Stage.PLAN_AGREED, plan=agreed)
        case MonitoringStarted() as fact:
            return replace(case, stage=Stage.MONITORING, review_on=date.fromisoformat(fact.review_on))
        case ActionReported() as fact:
            return replace(case, plan=replace(plan, status=_with(plan.status, fact.action_id, fact.status)))
        case PlanEvaluated() as fact:
            reached = all(one.reached is Answer.YES for one in fact.aims)
            return replace(case, plan=replace(plan, evaluated=True, reached=reached))
        case AftercareStarted() as fact:
            return replace(case, stage=Stage.AFTERCARE, aftercare_until=date.fromisoformat(fact.until))
        case _:
            return case


def _moves(case: CaseFile, recorded: Recorded) -> CaseFile:
    envelope = recorded.envelope
    proposer = {
        "proposed_by": Proposer(envelope.actor, envelope.recorded_at),
        "proposed_in_sequence": envelope.sequence,
    }
    match recorded.fact:
        case EscalationProposed() as fact:
            return replace(case, open_escalation=fact, **proposer)  # type: ignore[arg-type]  # the two fields above
        case DeescalationProposed() as fact:
            return replace(case, open_deescalation=fact, **proposer)  # type: ignore[arg-type]
        case EscalationDeclined():
            return replace(case, open_escalation=None)
        case DeescalationDeclined():
            return replace(case, open_deescalation=None)
        case AdministrativeEscalationRequested() as fact:
            return replace(case, items=_with_items(case, (fact.request,), recorded))
        case CaseEscalated() as fact:
            moved = _participate(case, fact.participants, fact.authorised_until, fact.occurred_at)
            return replace(
                moved,
                stage=Stage.IN_CONSULTATION,
                room=Room.HOUSE,
                chamber="",
                invitations=MappingProxyType({}),
                open_escalation=None,
                panel=fact.panel,
                before_house=case.before_house | {p.member.org for p in case.participants},
                local_items=frozenset(case.items),
                items_along=frozenset(fact.items_along),
            )
        case CaseDeescalated() as fact:
            moved = _participate(case, fact.participants, fact.authorised_until, fact.occurred_at)
            return replace(
                moved,
                stage=Stage.MONITORING,
                room=Room.LOCAL_CHAMBER,
                chamber=fact.chamber,
                case_director=fact.case_director,
                invitations=MappingProxyType({}),
                open_deescalation=None,
                returned_at=fact.occurred_at,
                items_along=None,
            )
        case _:
            return case


def _ending(case: CaseFile, recorded: Recorded) -> CaseFile:
    match recorded.fact:
        case CaseReopened() as fact:
            # What was asked for the first weighing is no longer open, and may be asked anew for this one.
            return replace(
                case,
                stage=Stage.IN_TRIAGE,
                panel=fact.panel,
                assessment=None,
                close_by=None,
                asked_before=case.asked_before | case.everybody_asked(),
                checks=MappingProxyType({}),
                questions=MappingProxyType({}),
                invitations=MappingProxyType({}),
            )
        case CaseClosed() as fact:
            return replace(
                access_ended(case),
                stage=Stage.CLOSED,
                retain_until=fact.retain_until,
                open_escalation=None,
                open_deescalation=None,
                invitations=MappingProxyType({}),
            )
        case RetentionExtended() as fact:
            return replace(case, retain_until=fact.retain_until)
        case HoldPlaced() as fact:
            return replace(case, holds=case.holds | {fact.hold_id})
        case HoldLifted() as fact:
            return replace(case, holds=case.holds - {fact.hold_id})
        case CaseDestroyed():
            return replace(access_ended(case), stage=Stage.DESTROYED)
        case SubjectErased() as fact:
            return replace(case, erased=case.erased | {fact.subject_id})
        case ErasureRepeated() as fact if fact.subject_id is not None:
            return replace(case, erased=case.erased | {fact.subject_id})
        case TermReminded() | TermMissed() as fact:
            return replace(case, told=case.told | {(type(fact).__name__, fact.kind, fact.about, fact.org, fact.due)})
        case _:
            return case


def _receipts(case: CaseFile, recorded: Recorded) -> CaseFile:
    match recorded.fact:
        case DataDisclosed() as fact if fact.receipt_by is not None:
            owed = ReceiptDue(fact.recipient_org, fact.receipt_by)
            return replace(case, receipts=_with(case.receipts, fact.disclosure_id, owed))
        case DataAccessed() as fact:
            left = {key: one for key, one in case.receipts.items() if key != fact.disclosure_id}
            return replace(case, receipts=MappingProxyType(left), confirmed=Confirmed(fact, case.confirmed))
        case _:
            return case


_PARTS: tuple[Callable[[CaseFile, Recorded], CaseFile], ...] = (
    _run_up,
    _weighing,
    _work,
    _moves,
    _ending,
    disclosing,
    rights,
    request,
    kept_back,
    _receipts,
)


def _participate(case: CaseFile, members: tuple[PanelMember, ...], until: datetime, at: datetime) -> CaseFile:
    """Return the case with a new list of participants; who is not on it leaves at this moment."""
    leaving = tuple(Participation(p.member, min(p.until, at)) for p in case.participants if p.member not in members)
    case = only_between(case, members)
    return replace(case, participants=tuple(Participation(one, until) for one in members), left=case.left + leaving)


def _answered(case: CaseFile, question_id: FactId) -> CaseFile:
    question = case.questions.get(question_id)
    if question is None:
        return case
    return replace(case, questions=_with(case.questions, question_id, replace(question, answered=True)))


def _in_triage(case: CaseFile) -> CaseFile:
    """Return the case under the law of the exchange before acceptance, when that is told."""
    return replace(case, regime=case.triage_regime or case.regime)


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return MappingProxyType({**mapping, key: value})


def _with_items(case: CaseFile, items: Iterable[Item], recorded: Recorded) -> Mapping[FactId, PlacedItem]:
    fact_id, at = recorded.envelope.id, recorded.envelope.recorded_at
    placed = {item.item_id: PlacedItem(item, fact_id, at, item.regime or case.regime) for item in items}
    return MappingProxyType({**case.items, **placed})
