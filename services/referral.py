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
from events.vocabulary import OrgCode
from policies.reference import Participant, Reference
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
class SupplementReferral:
    """The referrer adds what was missing. The values are sealed already."""

    occurred_at: datetime
    items: tuple[Item, ...]


@dataclass(frozen=True)
class WithdrawReferral:
    """The referrer takes the referral back, with a sealed reason."""

    occurred_at: datetime
    reason: Sealed


def may_submit(case: CaseFile, entrance: Entrance, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse a referral by its channel, regime, task or secrecy notice (domain 4.3). Raises: Refusal."""
    stage_allows("SubmitReferral", case, reference)
    participant = _wears_own_hat(acting, reference, now)
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
        referrer_org=acting.org,
        referrer_task=acting.task,
        persons=command.persons,
        items=command.items,
        inform_status=command.inform_status,
        secrecy_notice_accepted=True,
        submission=command.submission,
    )


def may_supplement(case: CaseFile, acting: Acting, reference: Reference, now: datetime) -> None:
    """Be silent, or refuse a supplement by anybody else, or too late. Raises: Refusal."""
    _is_referrer(case, acting.org, reference)
    _wears_own_hat(acting, reference, now)
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
    _wears_own_hat(acting, reference, now)
    stage_allows("WithdrawReferral", case, reference)


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
        destroy_after=now + timedelta(days=reference.term("not-accepted-content", now).value),
    )


def _is_referrer(case: CaseFile, org: OrgCode, reference: Reference) -> None:
    # Another's referral and no referral give one answer, so that nobody learns which referrals exist.
    if case.stage is None or case.referrer_org != org:
        raise reference.refuse("UNKNOWN_REFERRAL")


def _wears_own_hat(acting: Acting, reference: Reference, now: datetime) -> Participant:
    participant = reference.participant(acting.org, now)
    if participant is None:
        raise reference.refuse("NOT_PARTICIPANT")
    if acting.task not in participant.domains:
        raise reference.refuse("WRONG_HAT")
    return participant
