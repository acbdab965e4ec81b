"""What a partner hears of its submission, and what is kept of a refused one. Ids, codes and our own sentences only."""

from dataclasses import dataclass
from uuid import UUID, uuid5

import rfc8785

from events.canonical import source_of
from events.consultation import InvitationAnswered
from events.correction import DataAccessed
from events.enquiry import EnrichmentProvided, ItemsProvided, KnownCheckAnswered, ProviderDeclined
from events.fact import Fact, rfc3339
from events.granting import DisclosureDecided, DisclosureRequested
from events.informing import SubjectInformed
from events.plan import ActionReported, PlanConfirmed
from events.receipt import Effect
from events.referral import ReferralSubmitted, ReferralSupplemented, ReferralWithdrawn
from events.sealed import Sealed
from events.signal import SignalRegistered
from events.submission import SubmissionRefused
from events.vocabulary import OrgCode
from policies.reference import Reference
from services.channels import REJECTED, feed_topic

_TYPES = {
    ReferralSubmitted: "nl.zvh.feed.referral-received.v1",
    ReferralSupplemented: "nl.zvh.feed.referral-supplemented.v1",
    ReferralWithdrawn: "nl.zvh.feed.referral-withdrawn.v1",
    SubmissionRefused: "nl.zvh.feed.referral-refused.v1",
}
_SAYS = {
    ReferralSubmitted: "De aanmelding is ontvangen.",
    ReferralSupplemented: "De aanvulling is ontvangen en bij de aanmelding gevoegd.",
    ReferralWithdrawn: "De aanmelding is ingetrokken.",
}
TAKEN = "nl.zvh.feed.message-taken.v1"
TYPES = (*_TYPES.values(), TAKEN)
"""Types of the answers to what a partner sent."""
_TAKEN_SAYS = "Het bericht is ontvangen en bij de zaak vastgelegd."
_UNPAIRED_SAYS = "Deze verstrekking kennen wij niet. Uw bericht is bewaard en wij zoeken het uit."
_STATUS = {
    "BROKEN_JSON": 400,
    "NOT_PARTICIPANT": 403,
    "WRONG_SENDER": 403,
    "WRONG_HAT": 403,
    "CHANNEL_NOT_ALLOWED": 403,
    "UNKNOWN_REFERRAL": 404,
    "UNKNOWN_CASE": 404,
    "NOT_ON_CASE": 403,
    "AUTH_EXPIRED": 403,
    "ALREADY_ANSWERED": 409,
    "NUMBER_USED": 409,
    "WRONG_ROOM": 409,
    "ID_REUSED": 409,
    "WRONG_STAGE": 409,
    "OVERSIZED": 413,
    "INTERNAL": 500,
}
"""HTTP status in the problem document (RFC 9457); the others are 422."""


@dataclass(frozen=True)
class Message:
    """One value for one topic. The same (topic, key) always carries the same answer."""

    topic: str
    key: str
    value: bytes


@dataclass(frozen=True)
class Named:
    """The partner's own name for its event."""

    source: str
    event_id: str


def problem(refused: SubmissionRefused, submission_id: UUID, reference: Reference, house_oin: str) -> dict[str, object]:
    """Return the problem document (RFC 9457) of one refusal: what is wrong, where, and what to do, in Dutch."""
    refusal = reference.refuse(refused.code)
    place = f" Plaats: {refused.where}." if refused.where else ""
    return {
        "type": f"urn:nld:oin:{house_oin}:problem:{refused.outcome.replace('_', '-')}",
        "title": refusal.says,
        "status": _STATUS.get(refused.code, 422),
        "detail": f"{refusal.says}{place} {refusal.remedy}",
        "instance": f"urn:uuid:{submission_id}",
        "code": refused.code,
        "legal_ref": refused.legal_ref,
        **({"where": refused.where} if refused.where else {}),
    }


def answer(effect: Effect, org: OrgCode, named: Named | None, reference: Reference, house_oin: str) -> Message:
    """Return what *org* hears of its submission: a pure function of the fact, so that a second telling is the same.

    Args:
        named: the event's source and id, when they could be read.
    """
    recorded = effect.facts[0]
    fact, envelope, command_id = recorded.fact, recorded.envelope, effect.receipt.command_id
    data: dict[str, object] = {"outcome": effect.receipt.outcome, "submission": str(command_id)}
    if named is not None:
        data["event"] = {"source": named.source, "id": named.event_id}
    if isinstance(fact, SubmissionRefused):
        data["problem"] = problem(fact, command_id, reference, house_oin)
    elif isinstance(fact, DataAccessed) and not fact.paired:
        data["says"] = _UNPAIRED_SAYS  # it stands beside the cases, so there is no case to name
    else:
        data |= {"case_id": str(envelope.case_id), "says": _SAYS.get(type(fact), _TAKEN_SAYS)}
    kind = _TYPES.get(type(fact), TAKEN)
    value = _event(house_oin, kind, uuid5(command_id, "answer"), str(envelope.case_id), effect, data)
    return Message(feed_topic(org), str(command_id), value)


def sender_of(fact: Fact) -> OrgCode | None:
    """Return the organisation that sent what became this fact."""
    match fact:
        case ReferralSubmitted() | ReferralSupplemented() | ReferralWithdrawn():
            return fact.referrer_org
        case SubjectInformed():
            return fact.by_org
        case DisclosureRequested():
            return fact.recipient_org
        case DisclosureDecided():
            return fact.provider_org
        case DataAccessed():
            return fact.recipient_org
        case (
            SignalRegistered()
            | KnownCheckAnswered()
            | EnrichmentProvided()
            | ProviderDeclined()
            | ItemsProvided()
            | InvitationAnswered()
            | PlanConfirmed()
            | ActionReported()
        ):
            return fact.org
        case _:
            return None


def kept_original(
    effect: Effect, place: tuple[int, int], original: Sealed | None, reference: Reference, house_oin: str
) -> Message:
    """Return one part of a refused submission for the topic of rejected events: the sealed bytes and the problem.

    Args:
        place: (number of this part from 0, number of parts).
        original: the sealed part; None when its key was destroyed, and with it the original.
    """
    part, parts = place
    recorded, command_id = effect.facts[0], effect.receipt.command_id
    fact = recorded.fact
    if not isinstance(fact, SubmissionRefused):
        raise TypeError("Only a refused submission is kept as rejected.")
    data: dict[str, object] = {
        "problem": problem(fact, command_id, reference, house_oin),
        "fact_id": str(recorded.envelope.id),
        "part": part,
        "parts": parts,
    }
    if fact.sender_org is not None:
        data["sender_org"] = fact.sender_org
    if original is not None:
        data["original"] = original.model_dump(mode="json")
    type_name = "nl.zvh.submissions.original-kept.v1"
    value = _event(house_oin, type_name, uuid5(command_id, f"original/{part}"), str(command_id), effect, data)
    return Message(REJECTED, f"{command_id}/{part}", value)


def _event(
    house_oin: str, type_name: str, event_id: UUID, subject: str, effect: Effect, data: dict[str, object]
) -> bytes:
    return rfc8785.dumps(
        {
            "specversion": "1.0",
            "id": str(event_id),
            "source": source_of(house_oin),
            "type": type_name,
            "subject": subject,
            "time": rfc3339(effect.facts[0].envelope.recorded_at),
            "datacontenttype": "application/json",
            "data": data,  # type: ignore[dict-item]  # texts, numbers and objects of these
        }
    )
