"""The run-up of a case: a referral is submitted, supplemented or withdrawn (domain 4, commands 2 to 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.referral import (
    InformStatus,
    Item,
    Person,
    ReferralSubmitted,
    ReferralSupplemented,
    ReferralWithdrawn,
)
from events.sealed import Sealed
from events.signal import SignalRegistered
from events.vocabulary import OrgCode, SubjectId
from policies.calendar import end_of
from policies.entries import day_of
from policies.reference import Channel, Participant, Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.guards import stage_allows


@dataclass(frozen=True)
class Entrance:
    """How a referral comes in: what its guards look at. Holds no personal data."""

    channel: str
    regime: str
    secrecy_notice_accepted: bool


@dataclass(frozen=True)
class SubmitReferral:
    """A participant brings a case before the room. The values are sealed already."""

    entrance: Entrance
    occurred_at: datetime
    persons: tuple[Person, ...]
    """The subject first; each person once."""
    items: tuple[Item, ...]
    inform_status: InformStatus
    submission: str


@dataclass(frozen=True)
class RegisterSignal:
    """An organisation writes down a worry for itself; the text is sealed already."""

    channel: str
    occurred_at: datetime
    subject_id: SubjectId
    worry: Sealed


@dataclass(frozen=True)
class SupplementReferral:
    """The referrer adds what was missing. The values are sealed already."""

    occurred_at: datetime
    items: tuple[Item, ...]


@dataclass(frozen=True)
class WithdrawReferral:
    """The referrer takes the referral back, with a sealed reason."""

    occurred_at: datetime
    reason: Sealed


def may_register(case: CaseFile, channel: str, acting: Acting, reference: Reference, now: datetime) -> Channel:
    """Return the channel, or refuse a signal by its channel or task (domain 4.3). Raises: Refusal."""
    stage_allows("RegisterSignal", case, reference)
    wears_own_hat(acting, reference, now)
    found = reference.channel(channel, now)
    if found is None:
        raise reference.refuse("UNKNOWN_CHANNEL")
    if acting.org not in found.organisations:
        raise reference.refuse("CHANNEL_NOT_ALLOWED")
    return found


def register(
    case: CaseFile, command: RegisterSignal, acting: Acting, reference: Reference, now: datetime
) -> SignalRegistered:
    """Turn a signal into its fact, or refuse it; it stays with its organisation. Raises: Refusal."""
    channel = may_register(case, command.channel, acting, reference, now)
    return SignalRegistered(
        occurred_at=command.occurred_at,
        legal_ref=channel.legal_ref,
        org=acting.org,
        org_task=acting.task,
        channel=channel.code,
        regime=channel.regime,
        subject_id=command.subject_id,
        worry=command.worry,
        due=end_of(reference.term("signal", now), now),
    )


def may_submit(case: CaseFile, entrance: Entrance, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse a referral by its channel, regime, task or secrecy notice (domain 4.3). Raises: Refusal."""
    stage_allows("SubmitReferral", case, reference)
    participant = wears_own_hat(acting, reference, now)
    channel = reference.channel(entrance.channel, now)
    if channel is None:
        raise reference.refuse("UNKNOWN_CHANNEL")
    if not participant.may_refer or acting.org not in channel.organisations:
        raise reference.refuse("CHANNEL_NOT_ALLOWED")
    if entrance.regime != channel.regime:
        raise reference.refuse("REGIME_NOT_ALLOWED")
    if not entrance.secrecy_notice_accepted:
        raise reference.refuse("SECRECY_NOT_ACCEPTED")


def submit(
    case: CaseFile, command: SubmitReferral, acting: Acting, reference: Reference, now: datetime
) -> ReferralSubmitted:
    """Turn a referral into its fact, or refuse it. Same input, same answer. Raises: Refusal."""
    may_submit(case, command.entrance, acting, reference, now)
    return ReferralSubmitted(
        occurred_at=command.occurred_at,
        legal_ref="WGS:purpose",
        channel=command.entrance.channel,
        regime=command.entrance.regime,
        triage_regime=reference.setting("triage-regime", now),
        referrer_org=acting.org,
        referrer_task=acting.task,
        persons=command.persons,
        items=command.items,
        inform_status=_reviewed_in_time(command.inform_status, reference, now),
        inform_by=end_of(reference.term("inform", now), now) if command.inform_status.status == "PENDING" else None,
        secrecy_notice_accepted=True,
        submission=command.submission,
    )


def _reviewed_in_time(status: InformStatus, reference: Reference, now: datetime) -> InformStatus:
    """Return *status* with a review no later than the term of the house: a deferral does not go on by itself (5.4)."""
    if status.review_by is None:
        return status
    latest = day_of(end_of(reference.term("deferral-review", now), now) - timedelta(microseconds=1)).isoformat()
    return status.model_copy(update={"review_by": min(status.review_by, latest)})


def may_supplement(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse a supplement by anybody else, or too late. Raises: Refusal."""
    _is_referrer(case, acting.org, reference)
    wears_own_hat(acting, reference, now)
    stage_allows("SupplementReferral", case, reference)


def supplement(
    case: CaseFile, command: SupplementReferral, acting: Acting, reference: Reference, now: datetime
) -> ReferralSupplemented:
    """Turn a supplement into its fact, or refuse it. Raises: Refusal."""
    may_supplement(case, acting, reference, now)
    return ReferralSupplemented(
        occurred_at=command.occurred_at, legal_ref="WGS:purpose", referrer_org=acting.org, items=command.items
    )


def may_withdraw(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse a withdrawal by anybody else, or too late. Raises: Refusal."""
    _is_referrer(case, acting.org, reference)
    wears_own_hat(acting, reference, now)
    stage_allows("WithdrawReferral", case, reference)
    if case.room is not None:
        # A reopened case was accepted once: it is no longer the referrer's alone.
        raise reference.refuse("WRONG_STAGE")


def withdraw(
    case: CaseFile, command: WithdrawReferral, acting: Acting, reference: Reference, now: datetime
) -> ReferralWithdrawn:
    """Turn a withdrawal into its fact, or refuse it; the term in force now says when the content goes (domain 5.5).

    Raises: Refusal.
    """
    may_withdraw(case, acting, reference, now)
    return ReferralWithdrawn(
        occurred_at=command.occurred_at,
        legal_ref="AVG:storage-limitation",
        referrer_org=acting.org,
        reason=command.reason,
        destroy_after=end_of(reference.term("not-accepted-content", now), now),
    )


def _is_referrer(case: CaseFile, org: OrgCode, reference: Reference) -> None:
    # Another's referral and no referral give one answer, so that nobody learns which referrals exist.
    if case.stage is None or case.referrer_org != org:
        raise reference.refuse("UNKNOWN_REFERRAL")


def wears_own_hat(acting: Acting, reference: Reference, now: datetime) -> Participant:
    """Return the participant, or refuse whoever is none and a task that is not its own. Raises: Refusal."""
    participant = reference.participant(acting.org, now)
    if participant is None:
        raise reference.refuse("NOT_PARTICIPANT")
    if acting.task not in participant.domains:
        raise reference.refuse("WRONG_HAT")
    return participant
