"""From a well-formed submission to the one fact that it leads to, or the refusal. Reads the case, seals, decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from events.errors import Refusal
from events.fact import Fact
from events.referral import Condition, ReferralSubmitted
from events.signal import SignalRegistered
from events.vocabulary import CaseId, FactId, Oin, OrgCode, Task
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile
from services.ports import Clock, FactStore, Pseudonyms, Sealer
from services.reading import Letter, NotTaken
from services.receipts import PAIRED, UNPAIRED, AccessTold, knows, receipt
from services.receiving_replies import Replies
from services.referral import (
    Entrance,
    RegisterSignal,
    SubmitReferral,
    SupplementReferral,
    WithdrawReferral,
    may_register,
    may_submit,
    may_supplement,
    may_withdraw,
    register,
    submit,
    supplement,
    wears_own_hat,
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
from services.submission_replies import REPLIES, Reply, SignalOffered
from services.submission_shape import Shape
from services.submission_values import moment
from services.workflow.conditions import conditions_of
from services.workflow.engine import Workflow

NOBODY = "0" * 20
"""Stands for the sender of bytes that name nobody and came on nobody's channel."""

_ABOUT = {
    "UNKNOWN_CHANNEL": ("channel",),
    "CHANNEL_NOT_ALLOWED": ("channel",),
    "REGIME_NOT_ALLOWED": ("regime", "offered"),
    "WRONG_HAT": ("task",),
    "SECRECY_NOT_ACCEPTED": ("secrecy_notice_accepted",),
    "UNKNOWN_REFERRAL": ("referral", "signal"),
    "WRONG_STAGE": ("referral", "signal", "case"),
    "WRONG_ROOM": ("case",),
    "DESTROYED": ("referral", "signal", "case"),
    "UNKNOWN_CASE": ("case",),
    "AUTH_EXPIRED": ("case",),
    "ALREADY_ANSWERED": ("check", "question", "version", "request", "access"),
    "NUMBER_USED": ("stream_seq",),
    "UNKNOWN_QUESTION": ("check", "question", "request"),
    "UNKNOWN_CHOICE": ("reason_code", "status", "secrecy_ground", "conditions"),
    "TIER_EXCEEDED": ("offered", "granted", "categories"),
    "CATEGORY_NOT_ALLOWED": ("offered", "granted", "categories"),
    "MISSING_FIELD": ("offered", "granted", "categories", "conditions"),
    "SECRECY": ("secrecy_ground",),
    "NO_PURPOSE": ("purpose",),
    "NO_BASIS": ("legal_basis",),
    "NO_REASONING": ("necessity",),
    "SELF_DECISION": ("asked_of", "recipient_org"),
    "OTHER_NOT_ON_CASE": ("asked_of", "recipient_org"),
    "UNKNOWN_ITEM": ("granted", "items"),
    "NOT_OWN_ITEM": ("granted",),
    "NOT_ASKED_FOR": ("granted",),
    "SOURCE_CONDITION": ("conditions",),
    "RESTRICTED": ("granted",),
    "NOT_INVITED": ("consultation",),
    "NO_PLAN": ("version",),
    "UNKNOWN_ACTION": ("action", "version"),
    "BAD_DATE": ("on", "valid_until", "conditions"),
}
"""Refusal code -> fields that it may be about; a message is refused on the first of them that its shape has."""


NAMED = ("asked_of", "recipient_org")
"""Fields in which a message names another organisation."""


@dataclass(frozen=True)
class Sender:
    """Who sends, as far as the channel and the event tell."""

    org: OrgCode | None
    """None when no admitted participant can be told."""
    oin: Oin
    task: Task | None = None
    """The only task that may be spoken for; None for every task of the organisation."""


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
        workflow: Workflow,
        ledger: CaseId,
    ) -> None:
        self._ledger = ledger
        self._store, self._clock, self._pseudonyms, self._sealer = store, clock, pseudonyms, sealer
        self._reference, self._submission_id = reference, submission_id
        self._sealing, self._replies = Sealing(sealer, clock), Replies(reference, workflow)
        self._cases = workflow.cases

    def sender(self, channel_org: OrgCode | None, letter: Letter, task: Task | None = None) -> Sender:
        """Return who sends: the owner of the channel, or for a file the organisation that the source names."""
        now = self._clock.now()
        if channel_org is not None:
            owner = self._reference.participant(channel_org, now)
            return Sender(channel_org, owner.oin if owner is not None else NOBODY, task)
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

    def digest_of(self, sender: Sender, source: str, event_id: str) -> str:
        """Return what stands in a fact for the partner's own name of its event (64 hex digits)."""
        return self._pseudonyms.digest(f"{sender.oin}|{source}|{event_id}".encode()).hex()

    def decide(self, submission: Submission, sender: Sender, command_id: UUID) -> Decided:
        """Return the fact of one submission. Raises: NotTaken, named by the code of the refusal; Unavailable."""
        try:
            return self._decided(submission, sender, command_id, self._clock.now())
        except Refusal as refusal:
            raise NotTaken(refusal.code.lower(), _where(refusal.code, submission.data)) from refusal

    def _decided(self, submission: Submission, sender: Sender, command_id: UUID, now: datetime) -> Decided:
        event, data = submission.event, submission.data
        if isinstance(data, ReferralOffered):
            return self._submit(event, data, sender, command_id, now)
        if isinstance(data, SignalOffered):
            return self._register(data, sender, command_id, now)
        if isinstance(data, AccessTold):
            return self._accessed(event, data, sender, now)
        if isinstance(data, Reply):
            return self._reply(event, data, sender, now)
        case = self._referred(event, data.referral, sender)
        acting = self._acting(sender, data.reporter or event.source, data.task or case.referrer_task)
        if isinstance(data, WithdrawalOffered):
            return self._withdraw(event, data, case, acting, now)
        return self._supplement(event, data, case, acting, now)

    def _submit(
        self, event: PartnerEvent, data: ReferralOffered, sender: Sender, command_id: UUID, now: datetime
    ) -> Decided:
        # The id follows from the command, so that a second try after a crash finds the keys that the first one made.
        case = (
            CaseFile(uuid5(command_id, "case")) if data.signal is None else self._signalled(event, data.signal, sender)
        )
        acting = self._acting(sender, data.reporter, data.task)
        entrance = Entrance(data.channel, data.regime, data.secrecy_notice_accepted)
        may_submit(case, entrance, acting, self._reference, now)
        conditions = self._conditions(data, now)
        if data.signal is not None and self._pseudonyms.find_subject(data.subject.bsn) != case.subject.subject_id:
            raise self._reference.refuse("UNKNOWN_REFERRAL")  # the signal was about somebody else
        fact_id = self._clock.new_id()
        persons, clear = people(data, self._pseudonyms.subject)
        clear.extend(referral_items(data, persons[0].subject_id))
        command = SubmitReferral(
            entrance=entrance,
            occurred_at=moment(data.occurred_at),
            persons=persons,
            items=self._sealing.items(case.case_id, fact_id, acting.org, clear, conditions),
            inform_status=inform_status(data.inform_status),
            submission=self.digest_of(sender, event.source, event.id),
        )
        fact = submit(case, command, acting, self._reference, now)
        return Decided("received", case.case_id, case.sequence + 1, fact_id, fact, acting)

    def _register(self, data: SignalOffered, sender: Sender, command_id: UUID, now: datetime) -> Decided:
        case = CaseFile(uuid5(command_id, "case"))
        acting = self._acting(sender, data.reporter, data.task)
        may_register(case, data.channel, acting, self._reference, now)
        fact_id, subject_id = self._clock.new_id(), self._pseudonyms.subject(data.subject.bsn)
        worry = self._sealer.seal(case.case_id, subject_id, fact_id, "worry", data.worry.encode())
        command = RegisterSignal(data.channel, moment(data.occurred_at), subject_id, worry)
        fact = register(case, command, acting, self._reference, now)
        return Decided("signalled", case.case_id, 1, fact_id, fact, acting)

    def _reply(self, event: PartnerEvent, data: Reply, sender: Sender, now: datetime) -> Decided:
        case = self._cases.case(data.case)
        acting = self._acting(sender, data.reporter or event.source, data.task)
        fact_id, fact = self._replies.decide(data, case, acting, now)
        told = fact.model_copy(update={"occurred_at": _when(event, data.occurred_at, now)})
        return Decided(REPLIES[event.type][1], case.case_id, case.sequence + 1, fact_id, told, acting)

    def _accessed(self, event: PartnerEvent, data: AccessTold, sender: Sender, now: datetime) -> Decided:
        """Put a receipt beside its disclosure; one of a disclosure that the house does not know goes to the ledger."""
        acting = self._acting(sender, data.reporter or event.source, data.task)
        wears_own_hat(acting, self._reference, now)
        case = self._cases.case(data.case)
        paired = knows(case, data.disclosure, acting)
        stream = data.case if paired else self._ledger
        numbered = self._store.access_numbered(acting.org, acting.task, data.stream_seq)
        if numbered not in (None, data.access):
            raise self._reference.refuse("NUMBER_USED")
        # What was told of an unknown disclosure may still be told of the right one.
        if case.confirmed_before(acting.org, data.access) if paired else numbered == data.access:
            raise self._reference.refuse("ALREADY_ANSWERED")
        sequence = case.sequence if paired else self._store.last_sequence(stream)
        fact = receipt(data, acting, paired=paired)
        return Decided(PAIRED if paired else UNPAIRED, stream, sequence + 1, self._clock.new_id(), fact, acting)

    def _signalled(self, event: PartnerEvent, signal: str, sender: Sender) -> CaseFile:
        """Return the case that the sender's own event *signal*, from the same source, began."""
        effect = self._store.effect_of(self._submission_id(sender.oin, event.source, signal))
        if effect is None or not isinstance(effect.facts[0].fact, SignalRegistered):
            raise self._reference.refuse("UNKNOWN_REFERRAL")
        return self._cases.case(effect.facts[0].envelope.case_id)

    def _supplement(
        self, event: PartnerEvent, data: ReferralSupplementOffered, case: CaseFile, acting: Acting, now: datetime
    ) -> Decided:
        may_supplement(case, acting, self._reference, now)
        conditions = self._conditions(data, now)
        fact_id = self._clock.new_id()
        clear = list(supplement_items(data, case.subject.subject_id))
        items = self._sealing.items(case.case_id, fact_id, acting.org, clear, conditions)
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
        return self._cases.case(effect.facts[0].envelope.case_id)

    def _conditions(self, data: ReferralOffered | ReferralSupplementOffered, now: datetime) -> tuple[Condition, ...]:
        return conditions_of((one.wish() for one in data.conditions), self._reference, now)

    def _acting(self, sender: Sender, name: str, task: str) -> Acting:
        assert sender.org is not None  # noqa: S101 - for the type checker; sender_fits has seen to it
        if sender.task not in (None, task):
            raise self._reference.refuse("WRONG_HAT")
        return Acting(self._pseudonyms.person(sender.oin, name), sender.org, sender.oin, task)


def _when(event: PartnerEvent, occurred_at: str | None, now: datetime) -> datetime:
    told = occurred_at or event.time
    return moment(told) if told else now


def _where(code: str, data: Shape) -> str | None:
    """Return the field that a refusal is about."""
    if code == "NOT_PARTICIPANT":
        # That the sender is one was seen before: what is left is another whom the message names.
        return next((f"data.{name}" for name in NAMED if name in type(data).model_fields), "source")
    return next((f"data.{name}" for name in _ABOUT.get(code, ()) if name in type(data).model_fields), None)
