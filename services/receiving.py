"""From a well-formed submission to the one fact that it leads to, or the refusal. Reads the case, seals, decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from events.fact import Fact
from events.referral import ReferralSubmitted
from events.vocabulary import CaseId, FactId, Oin, OrgCode
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.ports import Clock, FactStore, Pseudonyms, Sealer
from services.reading import Letter, NotTaken
from services.referral import (
    Entrance,
    SubmitReferral,
    SupplementReferral,
    WithdrawReferral,
    may_submit,
    may_supplement,
    may_withdraw,
    submit,
    supplement,
    withdraw,
)
from services.referral_items import Sealing, inform_status, people, referral_items, supplement_items
from services.submission import (
    PartnerEvent,
    ReferralOffered,
    ReferralSupplementOffered,
    Submission,
    WithdrawalOffered,
)
from services.submission_values import moment

NOBODY = "0" * 20
"""Stands for the sender of bytes that name nobody and came on nobody's channel."""

_WHERE = {
    "UNKNOWN_CHANNEL": "data.channel",
    "CHANNEL_NOT_ALLOWED": "data.channel",
    "REGIME_NOT_ALLOWED": "data.regime",
    "WRONG_HAT": "data.task",
    "SECRECY_NOT_ACCEPTED": "data.secrecy_notice_accepted",
    "UNKNOWN_REFERRAL": "data.referral",
    "WRONG_STAGE": "data.referral",
    "NOT_PARTICIPANT": "source",
}


@dataclass(frozen=True)
class Sender:
    """Who sends, as far as the channel and the event tell."""

    org: OrgCode | None
    """None when no admitted participant can be told."""
    oin: Oin


@dataclass(frozen=True)
class Decided:
    """One fact with its place, ready to be committed."""

    outcome: str
    case_id: CaseId
    sequence: int
    fact_id: FactId
    fact: Fact
    acting: Acting


class Receiving:
    """Decides what a submission leads to. Writes nothing but keys and pseudonyms."""

    def __init__(
        self,
        store: FactStore,
        clock: Clock,
        pseudonyms: Pseudonyms,
        sealer: Sealer,
        reference: Reference,
        submission_id: Callable[[str, str, str], UUID],
    ) -> None:
        self._store, self._clock, self._pseudonyms, self._sealer = store, clock, pseudonyms, sealer
        self._reference, self._submission_id = reference, submission_id
        self._sealing = Sealing(sealer, clock)

    def sender(self, channel_org: OrgCode | None, letter: Letter) -> Sender:
        """Return who sends: the owner of the channel, or for a file the organisation that the source names."""
        now = self._clock.now()
        if channel_org is not None:
            owner = self._reference.participant(channel_org, now)
            return Sender(channel_org, owner.oin if owner is not None else NOBODY)
        if letter.oin is None:
            return Sender(None, NOBODY)
        found = self._reference.participant_by_oin(letter.oin, now)
        return Sender(found.code if found is not None else None, letter.oin)

    def sender_fits(self, sender: Sender, letter: Letter) -> None:
        """Be silent, or refuse an event of a non-participant or in another's name. Raises: NotTaken."""
        if letter.oin is None or letter.document is None or letter.trouble is not None:
            return  # the trouble of the envelope is told by the one who opens it
        now = self._clock.now()
        if self._reference.participant_by_oin(letter.oin, now) is None or sender.org is None:
            raise NotTaken("not_participant", "source")
        if letter.oin != sender.oin:
            raise NotTaken("wrong_sender", "source")
        if letter.document.get("onbehalfof") not in (None, letter.oin):
            raise NotTaken("wrong_sender", "onbehalfof")
        data = letter.document.get("data")
        if isinstance(data, dict) and data.get("on_behalf_of") not in (None, letter.oin):
            raise NotTaken("wrong_sender", "data.on_behalf_of")

    def where(self, code: str) -> str | None:
        """Return the field that a refusal of the referral story is about."""
        return _WHERE.get(code)

    def digest_of(self, sender: Sender, source: str, event_id: str) -> str:
        """Return what stands in a fact for the partner's own name of its event (64 hex digits)."""
        return self._pseudonyms.digest(f"{sender.oin}|{source}|{event_id}".encode()).hex()

    def decide(self, submission: Submission, sender: Sender, command_id: UUID) -> Decided:
        """Return the fact of one submission. Raises: Refusal, Unavailable."""
        event, data, now = submission.event, submission.data, self._clock.now()
        if isinstance(data, ReferralOffered):
            return self._submit(event, data, sender, command_id, now)
        case = self._referred(event, data.referral, sender)
        acting = self._acting(sender, data.reporter or event.source, data.task or case.referrer_task)
        if isinstance(data, WithdrawalOffered):
            return self._withdraw(event, data, case, acting, now)
        return self._supplement(event, data, case, acting, now)

    def _submit(
        self, event: PartnerEvent, data: ReferralOffered, sender: Sender, command_id: UUID, now: datetime
    ) -> Decided:
        # The id follows from the command, so that a second try after a crash finds the keys that the first one made.
        case = CaseFile(uuid5(command_id, "case"))
        acting = self._acting(sender, data.reporter, data.task)
        entrance = Entrance(data.channel, data.regime, data.secrecy_notice_accepted)
        may_submit(case, entrance, acting, self._reference, now)
        fact_id = self._clock.new_id()
        persons, clear = people(data, self._pseudonyms.subject)
        clear.extend(referral_items(data, persons[0].subject_id))
        command = SubmitReferral(
            entrance=entrance,
            occurred_at=moment(data.occurred_at),
            persons=persons,
            items=self._sealing.items(case.case_id, fact_id, acting.org, clear),
            inform_status=inform_status(data.inform_status),
            submission=self.digest_of(sender, event.source, event.id),
        )
        fact = submit(case, command, acting, self._reference, now)
        return Decided("received", case.case_id, 1, fact_id, fact, acting)

    def _supplement(
        self, event: PartnerEvent, data: ReferralSupplementOffered, case: CaseFile, acting: Acting, now: datetime
    ) -> Decided:
        may_supplement(case, acting, self._reference, now)
        fact_id = self._clock.new_id()
        clear = list(supplement_items(data, case.subject.subject_id))
        items = self._sealing.items(case.case_id, fact_id, acting.org, clear)
        fact = supplement(
            case, SupplementReferral(_when(event, data.occurred_at, now), items), acting, self._reference, now
        )
        return Decided("supplemented", case.case_id, case.sequence + 1, fact_id, fact, acting)

    def _withdraw(
        self, event: PartnerEvent, data: WithdrawalOffered, case: CaseFile, acting: Acting, now: datetime
    ) -> Decided:
        may_withdraw(case, acting, self._reference, now)
        fact_id = self._clock.new_id()
        reason = self._sealer.seal(case.case_id, case.subject.subject_id, fact_id, "reason", data.reason.encode())
        command = WithdrawReferral(_when(event, data.occurred_at, now), reason)
        fact = withdraw(case, command, acting, self._reference, now)
        return Decided("withdrawn", case.case_id, case.sequence + 1, fact_id, fact, acting)

    def _referred(self, event: PartnerEvent, referral: str, sender: Sender) -> CaseFile:
        """Return the case that the sender's own event *referral*, from the same source, brought in."""
        effect = self._store.effect_of(self._submission_id(sender.oin, event.source, referral))
        if effect is None or not isinstance(effect.facts[0].fact, ReferralSubmitted):
            raise self._reference.refuse("UNKNOWN_REFERRAL")
        case_id = effect.facts[0].envelope.case_id
        return case_file(case_id, self._store.history(case_id))

    def _acting(self, sender: Sender, name: str, task: str) -> Acting:
        assert sender.org is not None  # noqa: S101 - for the type checker; sender_fits has seen to it
        return Acting(self._pseudonyms.person(sender.oin, name), sender.org, sender.oin, task)


def _when(event: PartnerEvent, occurred_at: str | None, now: datetime) -> datetime:
    told = occurred_at or event.time
    return moment(told) if told else now
