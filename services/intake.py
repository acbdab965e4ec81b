"""The intake: one submission of a partner is one command, has one outcome, and is always answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID, uuid4, uuid5

import structlog

from events.correction import DataAccessed
from events.errors import Conflict, Refusal, Unavailable
from events.fact import Envelope, Recorded
from events.receipt import Effect, Receipt
from events.submission import SubmissionRefused
from events.vocabulary import CaseId, OrgCode, Task
from policies.reference import Reference
from services.acting import Acting
from services.answers import Message, Named, answer, kept_original, sender_of
from services.ledger_desk import ledger_stream
from services.ports import Clock, FactStore, Outbox, Pseudonyms, Sealer
from services.reading import Letter, NotTaken, look, open_letter
from services.receiving import Decided, Receiving, Sender
from services.workflow.engine import Workflow

log = structlog.get_logger(__name__)

SUBMISSIONS = UUID("5b1fd0b6-7d0e-5f0c-9c11-2a4f0e9d3c61")
"""Name space of submission ids (UUIDv5): the same event gets the same id, wherever and however often it arrives."""
PART_BYTES = 262_144
"""Bytes of a rejected original per message, so that its sealed form fits in a Kafka record of one megabyte."""
ATTEMPTS = 5


@dataclass(frozen=True, repr=False)
class Delivery:
    """One thing that arrived. It has no text form, so that its content cannot slip into a log."""

    origin: str
    """The place where it was delivered: topic, partition and offset, or run and line of a file."""
    channel_org: OrgCode | None
    """The participant on whose channel it came; None for a file, where the event's own source says who sends."""
    raw: bytes
    task: Task | None = None
    """The one task of the session that delivers; None for a topic or a file, which may speak for every own task."""


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery."""

    outcome: str
    """For example ``received``, ``duplicate`` or ``bad_bsn``."""
    code: str
    """OK, or the refusal code."""
    case_id: CaseId | None
    """The case, when the submission was taken."""
    submission_id: UUID
    answer: Message | None
    """What the sender heard; None when no participant can be told from it."""


@dataclass(frozen=True, repr=False)
class _Arrival:
    """One delivery with all that is known of it before anything is decided."""

    delivery: Delivery
    letter: Letter
    sender: Sender
    digest: bytes
    """Keyed digest of the content."""
    broken: bool
    """A first try ended in a fault of ours: park it."""


class Intake:
    """Takes submissions. Safe from several threads and processes: the fact store decides who was first."""

    def __init__(
        self,
        store: FactStore,
        clock: Clock,
        pseudonyms: Pseudonyms,
        sealer: Sealer,
        outbox: Outbox,
        reference: Reference,
        house_oin: str,
        workflow: Workflow,
    ) -> None:
        self._store, self._clock, self._pseudonyms, self._sealer = store, clock, pseudonyms, sealer
        self._outbox, self._reference, self._house_oin = outbox, reference, house_oin
        self._receiving = Receiving(
            store, clock, pseudonyms, sealer, reference, self.submission_id, workflow, ledger_stream(house_oin)
        )

    def take(self, delivery: Delivery) -> Outcome:
        """Give one delivery its one outcome: a fact, committed, and then an answer, published.

        The same origin again is a redelivery: same outcome, same answer, no new fact. The same event from another
        origin is a ``duplicate``: same answer, no new fact. A fault of ours parks this one event as INTERNAL.

        Raises: Unavailable when a part we lean on does not answer; take the same delivery again later.
        """
        letter = look(delivery.raw, self._reference.term("intake-size", self._clock.now()).value)
        try:
            outcome = self._take(delivery, letter, broken=False)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a fault in one event may not stop the events behind it
            log.error("submission not handled by a fault of ours", origin=delivery.origin, error=type(error).__name__)
            outcome = self._take(delivery, letter, broken=True)
        log.info("submission taken", outcome=outcome.outcome, submission=str(outcome.submission_id))
        return outcome

    def submission_id(self, oin: str, source: str, event_id: str) -> UUID:
        """Return the id of the submission that *oin* names so; also the id of the command that it is."""
        return uuid5(SUBMISSIONS, f"{oin}|{source}|{event_id}")

    def _take(self, delivery: Delivery, letter: Letter, *, broken: bool) -> Outcome:
        sender = self._receiving.sender(delivery.channel_org, letter, delivery.task)
        arrival = _Arrival(delivery, letter, sender, self._pseudonyms.digest(letter.content), broken)
        for _ in range(ATTEMPTS):
            command_id, effect, reused = self._known(arrival)
            outcome = "duplicate" if effect and effect.receipt.origin != delivery.origin else None
            if effect is None:
                try:
                    effect = self._commit(arrival, command_id, reused=reused)
                except Conflict:
                    continue
            return self._told(arrival, effect, outcome or effect.receipt.outcome)
        raise Unavailable("Andere opdrachten zijn steeds eerder bij dezelfde zaak. Probeer het later opnieuw.")

    def _known(self, arrival: _Arrival) -> tuple[UUID, Effect | None, bool]:
        """Return the command's id, what it did before, and whether its event id was used for something else."""
        letter, digest = arrival.letter, arrival.digest
        by_place = uuid5(SUBMISSIONS, f"{arrival.delivery.origin}|{digest.hex()}")
        parked = self._store.effect_of(by_place)
        if parked is not None or arrival.broken or letter.source is None or letter.event_id is None:
            return by_place, parked, False
        command_id = self.submission_id(arrival.sender.oin, letter.source, letter.event_id)
        effect = self._store.effect_of(command_id)
        if effect is None or effect.receipt.content_digest == digest:
            return command_id, effect, False
        other = uuid5(command_id, digest.hex())
        return other, self._store.effect_of(other), True

    def _commit(self, arrival: _Arrival, command_id: UUID, *, reused: bool) -> Effect:
        try:
            if arrival.broken:
                raise NotTaken("internal")
            if reused:
                raise NotTaken("id_reused", "id")
            self._receiving.sender_fits(arrival.sender, arrival.letter)
            decided = self._receiving.decide(open_letter(arrival.letter), arrival.sender, command_id)
        except NotTaken as reason:
            decided = self._refused(arrival, command_id, reason.outcome, reason.where)
        recorded = Recorded(
            envelope=Envelope(
                id=decided.fact_id,
                case_id=decided.case_id,
                sequence=decided.sequence,
                recorded_at=self._clock.now(),
                actor=decided.acting.person,
                on_behalf_of=decided.acting.oin,
                task=decided.acting.task,
                correlation_id=command_id,
                causation_id=command_id,
            ),
            fact=decided.fact,
        )
        receipt = Receipt(command_id, decided.outcome, arrival.delivery.origin, arrival.digest)
        self._store.commit([recorded], receipt)
        return Effect(receipt, (recorded,))

    def _refused(self, arrival: _Arrival, command_id: UUID, outcome: str, where: str | None) -> Decided:
        letter, code = arrival.letter, outcome.upper()
        named = letter.source is not None and letter.event_id is not None
        fact = SubmissionRefused(
            occurred_at=self._clock.now(),
            legal_ref=self._reference.refuse(code).legal_ref,
            sender_org=arrival.sender.org,
            outcome=outcome,
            code=code,
            where=where,
            submission=self._receiving.digest_of(arrival.sender, letter.source or "", letter.event_id or "")
            if named
            else arrival.digest.hex(),
        )
        house = Acting(person="intake", org="HOUSE_STAFF", oin=self._house_oin, task="intake")
        return Decided(outcome, command_id, 1, self._clock.new_id(), fact, house)

    def _told(self, arrival: _Arrival, effect: Effect, outcome: str) -> Outcome:
        """Publish what the sender hears, after the commit; told again it is the same, key and value."""
        recorded, command_id = effect.facts[0], effect.receipt.command_id
        code, case_id, org = "OK", None, None
        match recorded.fact:
            case SubmissionRefused() as refused:
                code, org = refused.code, refused.sender_org
                self._keep_original(effect, arrival.delivery.raw)
            case DataAccessed(paired=False) as lost:
                org = lost.recipient_org  # it stands beside the cases
            case taken:
                case_id, org = recorded.envelope.case_id, sender_of(taken)
        if org is None:
            return Outcome(outcome, code, case_id, command_id, None)
        letter = arrival.letter
        named = Named(letter.source, letter.event_id) if letter.source and letter.event_id else None
        told = answer(effect, org, named, self._reference, self._house_oin)
        self._outbox.publish(told.topic, told.key, told.value)
        return Outcome(outcome, code, case_id, command_id, told)

    def _keep_original(self, effect: Effect, raw: bytes) -> None:
        command_id, fact_id = effect.receipt.command_id, effect.facts[0].envelope.id
        parts = max(1, -(-len(raw) // PART_BYTES))
        for part in range(parts):
            chunk = raw[part * PART_BYTES : (part + 1) * PART_BYTES]
            try:
                sealed = self._sealer.seal(command_id, command_id, fact_id, f"original/{part}", chunk)
            except Refusal:
                sealed = None  # its key was destroyed: the original may not come back by way of a redelivery
            kept = kept_original(effect, (part, parts), sealed, self._reference, self._house_oin)
            self._outbox.publish(kept.topic, kept.key, kept.value)


def ingest(
    file: BinaryIO,
    intake: Intake,
    progress: Callable[[int, int], None] | None = None,
    run_id: str | None = None,
) -> Mapping[str, object]:
    """Take each line of a JSON Lines file, in order; a line that is no JSON is a delivery too.

    Args:
        progress: is told, after each line, the lines and the bytes that are done.
        run_id: names this run; give the same name again to go on with a run that was broken off.
    Returns: ``{"lines": n, "outcomes": {...}}``, counted per outcome, without zeros.
    Raises: Unavailable; what was taken stays taken.
    """
    run = run_id or f"file:{uuid4()}"
    outcomes: dict[str, int] = {}
    lines = done = 0
    for line in file:
        lines, done = lines + 1, done + len(line)
        taken = intake.take(Delivery(f"{run}:{lines}", None, line.rstrip(b"\r\n")))
        outcomes[taken.outcome] = outcomes.get(taken.outcome, 0) + 1
        if progress is not None:
            progress(lines, done)
    return {"lines": lines, "outcomes": dict(sorted(outcomes.items()))}
