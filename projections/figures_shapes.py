"""What of each fact the counts of reports read: shapes to decode with, every other field left alone.

Nothing that names a person is among them: no actor, no subject, no text.
"""

import msgspec

from events.catalogue import BY_TYPE


class Data(msgspec.Struct, gc=False):
    """What every fact has: when it happened."""

    occurred_at: str


class Member(msgspec.Struct, gc=False):
    org: str
    task: str
    domain: str


class Inform(msgspec.Struct, gc=False):
    status: str


class Item(msgspec.Struct, gc=False):
    category: str


class Providing(Data, gc=False):
    """By which a participant brings data to the room."""

    items: list[Item]


class ReferralSubmitted(Providing, gc=False, kw_only=True):
    channel: str
    referrer_org: str
    inform_status: Inform


class ReferralSupplemented(Providing, gc=False, kw_only=True):
    referrer_org: str


class ItemsProvided(Providing, gc=False, kw_only=True):
    org: str
    purpose: str | None = None


class EnrichmentProvided(Providing, gc=False, kw_only=True):
    org: str


class ReferralReturned(Data, gc=False):
    missing: list[str]


class TriageOpened(Data, gc=False):
    panel: list[Member]


class CaseReopened(Data, gc=False):
    panel: list[Member]


class CriteriaAssessed(Data, gc=False):
    needed: list[Member]


class CriteriaReassessed(Data, gc=False):
    needed: list[Member]
    failed: list[str]


class CaseAccepted(Data, gc=False):
    room: str
    panel: list[Member]
    chamber: str | None = None


class CaseRejected(Data, gc=False):
    failed: list[str]


class CaseStarted(Data, gc=False):
    participants: list[Member]
    authorised_until: str


class AuthorisationRenewed(Data, gc=False):
    participants: list[Member]
    authorised_until: str


class CaseEscalated(Data, gc=False):
    panel: list[Member]
    participants: list[Member]
    authorised_until: str


class CaseDeescalated(Data, gc=False):
    chamber: str
    participants: list[Member]
    authorised_until: str


class DeescalationProposed(Data, gc=False):
    ground: str


class AdministrativeEscalationRequested(Data, gc=False):
    portfolio_holder: str


class CommandRefused(Data, gc=False):
    code: str


class SubmissionRefused(Data, gc=False):
    code: str


class KnownCheckRequested(Data, gc=False):
    asked: list[Member]


class KnownCheckAnswered(Data, gc=False):
    org: str


class EnrichmentRequested(Data, gc=False):
    asked: Member


class ProviderDeclined(Data, gc=False):
    org: str
    reason_code: str


class ConsultationPlanned(Data, gc=False):
    room: str
    invited: list[Member]
    guests: list[Member] = []


class InvitationAnswered(Data, gc=False):
    org: str
    attends: bool


class Present(msgspec.Struct, gc=False):
    org: str


class AgreedTask(msgspec.Struct, gc=False):
    task_id: str
    owner: Member
    due: str


class ConsultationHeld(Data, gc=False):
    present: list[Present]
    not_present: list[Member]
    tasks: list[AgreedTask]


class Aim(msgspec.Struct, gc=False):
    life_domain: str


class Action(msgspec.Struct, gc=False):
    action_id: str
    owner: Member
    due: str


class PlanProposed(Data, gc=False):
    aims: list[Aim]
    actions: list[Action]


class PlanRevised(Data, gc=False):
    reason_code: str


class ActionReported(Data, gc=False):
    action_id: str
    org: str
    status: str


class Weighed(msgspec.Struct, gc=False):
    reached: str


class PlanEvaluated(Data, gc=False):
    aims: list[Weighed]


class CaseClosed(Data, gc=False):
    reason_code: str


class RetentionExtended(Data, gc=False):
    deciders: list[str]


class HoldPlaced(Data, gc=False):
    ground: str


class CaseDestroyed(Data, gc=False):
    due: str


class InformingDeferred(Data, gc=False):
    ground: str


class TermMissed(Data, gc=False):
    kind: str
    org: str


class TermReminded(Data, gc=False):
    kind: str
    org: str


class AccessDecided(Data, gc=False):
    decision_id: str
    status: str = "Ok"


class DataDisclosed(Data, gc=False):
    disclosure_id: str
    kind: str
    recipient_org: str
    categories: list[str]
    legal_basis: list[str]
    purpose: str | None = None
    decision_id: str | None = None


class DisclosureRefused(Data, gc=False):
    recipient_org: str
    reason_code: str


class DataAccessed(Data, gc=False):
    disclosure_id: str
    recipient_org: str


class Change(msgspec.Struct, gc=False):
    table: str
    key: str


class GovernanceProposed(Data, gc=False):
    proposal_id: str
    changes: list[Change]
    valid_from: str


class GovernanceDecided(Data, gc=False):
    proposal_id: str
    deciders: list[str]
    changes: list[Change]
    valid_from: str


class PolicySetActivated(Data, gc=False):
    policy_set: str
    version: str


class BreachRecorded(Data, gc=False):
    breach_id: str
    kind: str
    discovered_at: str
    categories: list[str]
    recipients: list[str]
    cases: list[str]


class BreachHandled(Data, gc=False):
    breach_id: str
    reported: bool
    subjects_told: bool
    in_time: bool | None = None


class Finding(msgspec.Struct, gc=False):
    code: str


class AuditRecorded(Data, gc=False):
    kind: str
    findings: list[Finding]


class AuditFollowedUp(Data, gc=False):
    status: str


class AdviceGiven(Data, gc=False):
    topic: str
    outcome: str


class AdviceFollowedUp(Data, gc=False):
    status: str


class ImpactAssessed(Data, gc=False):
    reference: str
    purposes: list[str]
    high_risk: bool
    renew_by: str
    document: str


class RequestReceived(Data, gc=False):
    right: str
    due: str


class RequestExtended(Data, gc=False):
    due: str


class RequestAnswered(Data, gc=False):
    outcome: str
    late: bool


class RequestRefused(Data, gc=False):
    late: bool


class LegalRemedyFiled(Data, gc=False):
    kind: str


RIGHTS: dict[str, type[Data]] = {
    "nl.zvh.rights.request-received.v1": RequestReceived,
    "nl.zvh.rights.request-extended.v1": RequestExtended,
    "nl.zvh.rights.request-answered.v1": RequestAnswered,
    "nl.zvh.rights.request-refused.v1": RequestRefused,
    "nl.zvh.rights.request-withdrawn.v1": Data,
    "nl.zvh.rights.legal-remedy-filed.v1": LegalRemedyFiled,
}
"""Facts of requests of persons, by their permanent names."""
_ANY = msgspec.json.Decoder(Data)
_DECODERS: dict[str, msgspec.json.Decoder[Data]] = {
    fact.type_name: msgspec.json.Decoder(shape)
    for fact in BY_TYPE.values()
    if (shape := globals().get(fact.__name__)) is not None
} | {name: msgspec.json.Decoder(shape) for name, shape in RIGHTS.items()}


def decoder_of(type_name: str) -> msgspec.json.Decoder[Data]:
    """Return how the data of a type of fact are read; only the moment when no count needs more."""
    return _DECODERS.get(type_name, _ANY)
