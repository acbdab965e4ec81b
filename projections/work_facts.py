"""How each fact changes what a case waits for."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeVar

import msgspec

from events.assessment import TriageOpened
from events.case import AuthorisationRenewed, CaseAccepted, CaseDirectorNamed, CaseRejected, CaseStarted
from events.closing import CaseClosed, CaseReopened, CriteriaReassessed
from events.consultation import ConsultationHeld, ConsultationPlanned, InvitationAnswered
from events.correction import DataAccessed
from events.disclosure import DataDisclosed
from events.enquiry import (
    EnrichmentProvided,
    EnrichmentRequested,
    KnownCheckAnswered,
    KnownCheckRequested,
    ProviderDeclined,
)
from events.errors import Corrupt
from events.escalation import (
    CaseDeescalated,
    CaseEscalated,
    DeescalationDeclined,
    DeescalationProposed,
    EscalationDeclined,
    EscalationProposed,
)
from events.fact import rfc3339
from events.granting import DisclosureDecided, DisclosureRequested
from events.informing import InformingDeferred, SubjectInformed
from events.plan import (
    ActionReported,
    AftercareStarted,
    MonitoringStarted,
    PlanAgreed,
    PlanConfirmed,
    PlanProposed,
    PlanRevised,
)
from events.referral import ReferralReturned, ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.result import PrivacyAdviceGiven, ResultMade, ResultReleased
from events.retention import CaseDestroyed, HoldLifted, HoldPlaced, RetentionExtended
from events.rights import (
    IdentityChecked,
    LegalRemedyEnded,
    LegalRemedyFiled,
    PartDecided,
    RequestAnswered,
    RequestCarriedThrough,
    RequestExtended,
    RequestFannedOut,
    RequestRefused,
    RequestSpecified,
    RequestWithdrawn,
    RightsRequestReceived,
)
from events.rights_effects import EntriesWithheld, WithholdingLifted, WithholdingReviewed
from events.signal import SignalRegistered
from events.terms import TermMissed, TermReminded
from events.vocabulary import Stage
from policies.calendar import day_end
from projections import work_shapes as shapes
from projections.reading import part
from projections.waits import Asked, Proposal, Requested, RequestWaits, Todo, Waits, term

DONE = "DONE"
_GRANTED = frozenset({"GRANTED", "PARTLY"})
ADVISED = frozenset({"RESULT_TO_THIRD_PARTY", "TO_OTHER_COLLABORATION"})
"""Kinds of result that wait for the privacy officer's advice."""
T = TypeVar("T")
Change = Callable[[Waits, msgspec.Raw], None]


@lru_cache(maxsize=4096)
def end(day: str) -> str:
    """Return the end of a local date, RFC 3339. Raises: Corrupt."""
    try:
        return rfc3339(day_end(date.fromisoformat(day)))
    except (ValueError, OverflowError):
        raise Corrupt("Een datum in een feit in het logboek bestaat niet. Draai de controle.") from None


def _read(shape: type[T], change: Callable[[Waits, T], None]) -> Change:
    decoder = msgspec.json.Decoder(shape)

    def take(waits: Waits, data: msgspec.Raw) -> None:
        change(waits, part(decoder, data))

    return take


def _to(stage: Stage) -> Change:
    name = stage.value

    def take(waits: Waits, _: msgspec.Raw) -> None:
        waits.stage = name

    return take


def _orgs(members: list[shapes.Member]) -> list[str]:
    return list(dict.fromkeys(one.org for one in members))


def _signalled(waits: Waits, fact: shapes.Signal) -> None:
    waits.stage, waits.referrer, waits.signal = "SIGNALLED", fact.org, fact.due


def _referred(waits: Waits, fact: shapes.Referral) -> None:
    waits.stage, waits.referrer = "REFERRED", fact.referrer_org
    waits.inform, waits.inform_by = fact.inform_status.status, fact.inform_by
    review_by = fact.inform_status.review_by
    waits.deferral = end(review_by) if review_by is not None else None


def _supplemented(waits: Waits, _: msgspec.Raw) -> None:
    if waits.stage == "RETURNED":
        waits.stage = "REFERRED"


def _returned(waits: Waits, fact: shapes.Returned) -> None:
    waits.stage, waits.supplement = "RETURNED", fact.supplement_by


def _not_accepted(waits: Waits, fact: shapes.Withdrawn) -> None:
    waits.stage, waits.destroy = "NOT_ACCEPTED", fact.destroy_after


def _informed(waits: Waits, _: msgspec.Raw) -> None:
    waits.inform, waits.deferral = "INFORMED", None


def _deferred(waits: Waits, fact: shapes.Deferred) -> None:
    waits.inform, waits.deferral = "DEFERRED", end(fact.review_by)


def _check(waits: Waits, fact: shapes.Check) -> None:
    waits.checks[fact.check_id] = Asked(fact.due, _orgs(fact.asked))


def _check_answer(waits: Waits, fact: shapes.CheckAnswer) -> None:
    _answer(waits.checks, fact.check_id, fact.org)


def _answer(asked: dict[str, Asked], about: str, org: str) -> None:
    one = asked.get(about)
    if one is not None and org in one.orgs:
        one.orgs.remove(org)


def _question(waits: Waits, fact: shapes.Question) -> None:
    waits.questions[fact.question_id] = Asked(fact.due, [fact.asked.org])


def _question_answer(waits: Waits, fact: shapes.Answer) -> None:
    waits.questions.pop(fact.question_id, None)


def _requested(waits: Waits, fact: shapes.Requested) -> None:
    waits.requests[fact.request_id] = Requested(fact.due, fact.asked_of, (fact.recipient_org, fact.recipient_task))


def _request_answer(waits: Waits, fact: shapes.Decided) -> None:
    if fact.request_id is not None:
        waits.requests.pop(fact.request_id, None)


def _result(waits: Waits, fact: shapes.Result) -> None:
    _result_settled(waits, shapes.OfResult(fact.result_id))
    if fact.kind in ADVISED:
        waits.results.append(fact.result_id)


def _result_settled(waits: Waits, fact: shapes.OfResult) -> None:
    if fact.result_id in waits.results:
        waits.results.remove(fact.result_id)


def _started(waits: Waits, fact: shapes.Moved) -> None:
    waits.stage, waits.director = "IN_CONSULTATION", True
    _listed(waits, fact)


def _directed(waits: Waits, _: msgspec.Raw) -> None:
    waits.director = True


def _listed(waits: Waits, fact: shapes.Moved) -> None:
    """Take a new list of participants, and drop what was asked by, or of, who is not on it."""
    waits.access = fact.authorised_until
    hats = {(one.org, one.task) for one in fact.participants}
    sources = {org for org, _ in hats}
    left = {name: one for name, one in waits.requests.items() if one.asker in hats and one.org in sources}
    waits.requests = left


def _planned(waits: Waits, fact: shapes.Consultation) -> None:
    waits.consultations[fact.consultation_id] = Asked(fact.answer_due, _orgs(fact.invited), fact.planned_for)


def _invitation_answer(waits: Waits, fact: shapes.InvitationAnswer) -> None:
    _answer(waits.consultations, fact.consultation_id, fact.org)


def _held(waits: Waits, fact: shapes.Held) -> None:
    waits.consultations.pop(fact.consultation_id, None)
    for one in fact.tasks:
        waits.tasks[one.task_id] = Todo(one.task_id, one.owner.org, end(one.due))


def _proposed(waits: Waits, fact: shapes.Plan) -> None:
    owners = dict.fromkeys((one.owner.org, one.owner.task) for one in fact.actions)
    actions = [Todo(one.action_id, one.owner.org, end(one.due)) for one in fact.actions]
    waits.proposal = Proposal(fact.content.item_id, fact.confirm_by, list(owners), actions)


def _confirmed(waits: Waits, fact: shapes.Confirmed) -> None:
    owner = (fact.org, fact.org_task)
    if waits.proposal is not None and owner in waits.proposal.unconfirmed:
        waits.proposal.unconfirmed.remove(owner)


def _agreed(waits: Waits, _: msgspec.Raw) -> None:
    waits.stage = "PLAN_AGREED"
    waits.actions = waits.proposal.actions if waits.proposal is not None else []
    waits.proposal = None


def _reported(waits: Waits, fact: shapes.Reported) -> None:
    if fact.action_id in waits.done:
        waits.done.remove(fact.action_id)
    if fact.status == DONE:
        waits.done.append(fact.action_id)


def _monitored(waits: Waits, fact: shapes.Review) -> None:
    waits.stage, waits.review = "MONITORING", end(fact.review_on)


def _reassessed(waits: Waits, fact: shapes.Review) -> None:
    waits.review, waits.close = end(fact.review_on), fact.close_by


def _aftercare(waits: Waits, fact: shapes.Until) -> None:
    waits.stage, waits.aftercare = "AFTERCARE", end(fact.until)


def _escalation(waits: Waits, fact: shapes.Escalation) -> None:
    waits.escalation = (fact.escalation_id, fact.answer_due)


def _escalated(waits: Waits, fact: shapes.Moved) -> None:
    waits.stage, waits.escalation = "IN_CONSULTATION", None
    _listed(waits, fact)
    waits.consultations.clear()


def _escalation_declined(waits: Waits, _: msgspec.Raw) -> None:
    waits.escalation = None


def _deescalation(waits: Waits, fact: shapes.Deescalation) -> None:
    waits.deescalation = (fact.deescalation_id, fact.answer_due)


def _deescalated(waits: Waits, fact: shapes.Moved) -> None:
    waits.stage, waits.deescalation, waits.director = "MONITORING", None, True
    _listed(waits, fact)
    waits.consultations.clear()


def _deescalation_declined(waits: Waits, _: msgspec.Raw) -> None:
    waits.deescalation = None


def _reopened(waits: Waits, _: msgspec.Raw) -> None:
    waits.stage, waits.close = "IN_TRIAGE", None
    waits.checks.clear()
    waits.questions.clear()
    waits.consultations.clear()


def _closed(waits: Waits, fact: shapes.Kept) -> None:
    waits.stage, waits.destroy = "CLOSED", fact.retain_until
    waits.escalation = waits.deescalation = None
    waits.consultations.clear()


def _kept(waits: Waits, fact: shapes.Kept) -> None:
    waits.destroy = fact.retain_until


def _hold(waits: Waits, fact: shapes.Hold) -> None:
    if fact.hold_id not in waits.holds:
        waits.holds.append(fact.hold_id)


def _lift(waits: Waits, fact: shapes.Hold) -> None:
    if fact.hold_id in waits.holds:
        waits.holds.remove(fact.hold_id)


def _disclosed(waits: Waits, fact: shapes.Disclosed) -> None:
    if fact.receipt_by is not None:
        waits.receipts[fact.disclosure_id] = (fact.recipient_org, fact.receipt_by)


def _accessed(waits: Waits, fact: shapes.Accessed) -> None:
    waits.receipts.pop(fact.disclosure_id, None)


def _reminded(waits: Waits, fact: shapes.Term) -> None:
    name = term(fact.kind, fact.about, fact.org, fact.due)
    _, missed = waits.told.get(name, (None, None))
    waits.told[name] = (waits.last_index, missed)


def _missed(waits: Waits, fact: shapes.Term) -> None:
    name = term(fact.kind, fact.about, fact.org, fact.due)
    reminded, _ = waits.told.get(name, (None, None))
    waits.told[name] = (reminded, waits.last_index)


def _received(waits: Waits, fact: shapes.Received) -> None:
    waits.rights_request = RequestWaits(fact.due, fact.right)


def _of_request(change: Callable[[RequestWaits, T], None]) -> Callable[[Waits, T], None]:
    def take(waits: Waits, fact: T) -> None:
        if waits.rights_request is not None:
            change(waits.rights_request, fact)

    return take


def _identified(request: RequestWaits, fact: shapes.Identity) -> None:
    request.identified = fact.may_act


def _fanned_out(request: RequestWaits, fact: shapes.FannedOut) -> None:
    request.parts, request.parts_due = {one.controller: not one.has_data for one in fact.parts}, fact.parts_due
    request.granted = []
    request.to_carry = fact.occurred_at


def _specified(request: RequestWaits, fact: shapes.Happened) -> None:
    if request.parts:
        request.to_carry = fact.occurred_at


def _extended(request: RequestWaits, fact: shapes.Extended) -> None:
    request.due, request.parts_due = fact.due, fact.parts_due


def _part_decided(request: RequestWaits, fact: shapes.PartDecided) -> None:
    request.parts[fact.controller] = True
    request.granted = [one for one in request.granted if one != fact.controller]
    if fact.outcome in _GRANTED:
        request.granted.append(fact.controller)


def _request_ended(request: RequestWaits, fact: shapes.RequestEnded) -> None:
    request.ended, request.to_carry, request.destroy = True, fact.occurred_at, fact.retain_until


def _filed(request: RequestWaits, fact: shapes.Remedy) -> None:
    if fact.remedy_id not in request.remedies:
        request.remedies.append(fact.remedy_id)
    request.to_carry = fact.occurred_at


def _remedy_ended(request: RequestWaits, fact: shapes.Remedy) -> None:
    if fact.remedy_id in request.remedies:
        request.remedies.remove(fact.remedy_id)
    request.to_carry = fact.occurred_at


def _destroyed(waits: Waits, _: msgspec.Raw) -> None:
    waits.stage = Stage.DESTROYED.value
    if waits.rights_request is not None:
        waits.rights_request.destroy = None


def _carried(request: RequestWaits, _: shapes.Happened) -> None:
    request.to_carry = None


def _withheld(waits: Waits, fact: shapes.Withheld) -> None:
    waits.withholdings[fact.withholding_id] = Todo(fact.withholding_id, fact.decided_for, end(fact.review_by))


def _withheld_again(waits: Waits, fact: shapes.Withholding) -> None:
    known = waits.withholdings.get(fact.withholding_id)
    if known is not None:
        known.due = end(fact.review_by)


def _visible(waits: Waits, fact: shapes.Withholding) -> None:
    waits.withholdings.pop(fact.withholding_id, None)


CHANGES: dict[str, Change] = {
    SignalRegistered.type_name: _read(shapes.Signal, _signalled),
    ReferralSubmitted.type_name: _read(shapes.Referral, _referred),
    ReferralSupplemented.type_name: _supplemented,
    ReferralReturned.type_name: _read(shapes.Returned, _returned),
    ReferralWithdrawn.type_name: _read(shapes.Withdrawn, _not_accepted),
    TriageOpened.type_name: _to(Stage.IN_TRIAGE),
    KnownCheckRequested.type_name: _read(shapes.Check, _check),
    KnownCheckAnswered.type_name: _read(shapes.CheckAnswer, _check_answer),
    EnrichmentRequested.type_name: _read(shapes.Question, _question),
    EnrichmentProvided.type_name: _read(shapes.Answer, _question_answer),
    ProviderDeclined.type_name: _read(shapes.Answer, _question_answer),
    CaseAccepted.type_name: _to(Stage.STARTING),
    CaseRejected.type_name: _read(shapes.Withdrawn, _not_accepted),
    CaseStarted.type_name: _read(shapes.Moved, _started),
    AuthorisationRenewed.type_name: _read(shapes.Moved, _listed),
    CaseDirectorNamed.type_name: _directed,
    ConsultationPlanned.type_name: _read(shapes.Consultation, _planned),
    InvitationAnswered.type_name: _read(shapes.InvitationAnswer, _invitation_answer),
    ConsultationHeld.type_name: _read(shapes.Held, _held),
    PlanProposed.type_name: _read(shapes.Plan, _proposed),
    PlanConfirmed.type_name: _read(shapes.Confirmed, _confirmed),
    PlanAgreed.type_name: _agreed,
    PlanRevised.type_name: _agreed,
    MonitoringStarted.type_name: _read(shapes.Review, _monitored),
    ActionReported.type_name: _read(shapes.Reported, _reported),
    AftercareStarted.type_name: _read(shapes.Until, _aftercare),
    EscalationProposed.type_name: _read(shapes.Escalation, _escalation),
    CaseEscalated.type_name: _read(shapes.Moved, _escalated),
    EscalationDeclined.type_name: _escalation_declined,
    DeescalationProposed.type_name: _read(shapes.Deescalation, _deescalation),
    CaseDeescalated.type_name: _read(shapes.Moved, _deescalated),
    DeescalationDeclined.type_name: _deescalation_declined,
    CriteriaReassessed.type_name: _read(shapes.Review, _reassessed),
    CaseReopened.type_name: _reopened,
    CaseClosed.type_name: _read(shapes.Kept, _closed),
    RetentionExtended.type_name: _read(shapes.Kept, _kept),
    HoldPlaced.type_name: _read(shapes.Hold, _hold),
    HoldLifted.type_name: _read(shapes.Hold, _lift),
    CaseDestroyed.type_name: _destroyed,
    SubjectInformed.type_name: _informed,
    InformingDeferred.type_name: _read(shapes.Deferred, _deferred),
    RightsRequestReceived.type_name: _read(shapes.Received, _received),
    IdentityChecked.type_name: _read(shapes.Identity, _of_request(_identified)),
    RequestFannedOut.type_name: _read(shapes.FannedOut, _of_request(_fanned_out)),
    RequestSpecified.type_name: _read(shapes.Happened, _of_request(_specified)),
    RequestExtended.type_name: _read(shapes.Extended, _of_request(_extended)),
    PartDecided.type_name: _read(shapes.PartDecided, _of_request(_part_decided)),
    RequestAnswered.type_name: _read(shapes.RequestEnded, _of_request(_request_ended)),
    RequestRefused.type_name: _read(shapes.RequestEnded, _of_request(_request_ended)),
    RequestWithdrawn.type_name: _read(shapes.RequestEnded, _of_request(_request_ended)),
    LegalRemedyFiled.type_name: _read(shapes.Remedy, _of_request(_filed)),
    LegalRemedyEnded.type_name: _read(shapes.Remedy, _of_request(_remedy_ended)),
    RequestCarriedThrough.type_name: _read(shapes.Happened, _of_request(_carried)),
    EntriesWithheld.type_name: _read(shapes.Withheld, _withheld),
    WithholdingReviewed.type_name: _read(shapes.Withholding, _withheld_again),
    WithholdingLifted.type_name: _read(shapes.Withholding, _visible),
    DisclosureRequested.type_name: _read(shapes.Requested, _requested),
    DisclosureDecided.type_name: _read(shapes.Decided, _request_answer),
    ResultMade.type_name: _read(shapes.Result, _result),
    PrivacyAdviceGiven.type_name: _read(shapes.OfResult, _result_settled),
    ResultReleased.type_name: _read(shapes.OfResult, _result_settled),
    DataDisclosed.type_name: _read(shapes.Disclosed, _disclosed),
    DataAccessed.type_name: _read(shapes.Accessed, _accessed),
    TermReminded.type_name: _read(shapes.Term, _reminded),
    TermMissed.type_name: _read(shapes.Term, _missed),
}
"""Every type of fact that opens, closes or marks work."""
