"""The one door of the ledger: who saw what is itself data about people, so every look is decided and written first.

The order is that of the desk (law 2 of the house): decide, commit ``LedgerConsulted``, and only then look. A refusal is
written as well. Looks stand in a stream of their own beside the cases; that stream is never read to add to it, so a
look costs the same however many went before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError

from events.decision import AccessDecided, Evaluation, Named
from events.errors import Conflict, Refusal, Unavailable
from events.fact import Envelope, Fact, Recorded
from events.ledger import LedgerConsulted
from events.receipt import Receipt
from events.vocabulary import CaseId, Code, FactId, Oin, OrgCode, Pseudonym, Task
from policies.engine import Policies
from policies.ledger_looks import LedgerLook
from policies.ledger_rights import LEDGER_ROLES, LedgerRight, LedgerRole
from policies.policy_set import ENGINE
from policies.reference import Reference
from policies.verdict import Verdict
from services.acting import Acting
from services.governance import governance_stream
from services.ledger_documents import row_documents
from services.ledger_gaps import Gap, lag, of_cases, of_numbers
from services.ledger_questions import Found, Question, place_text
from services.ledger_tables import LedgerTables
from services.ports import Clock, FactStore

ATTEMPTS = 20
"""Many may look at once, and all looks stand in one stream."""
UNKNOWN = "UNKNOWN"
"""Stands for a purpose that no table knows: what a person typed could hold anything, and is never written."""
_WELL_FORMED = TypeAdapter(tuple[Pseudonym, OrgCode, Oin, Task])


def ledger_stream(house_oin: str) -> CaseId:
    """Return the id of the stream in which looks at the ledger of this house stand."""
    return uuid5(governance_stream(house_oin), "ledger")


class Log(Protocol):
    """How far the log is, and whether the answers hold all of it."""

    def size(self) -> int:
        """Return how many facts are numbered. Raises: Unavailable."""
        ...


@dataclass(frozen=True)
class Answer:
    """What the ledger says."""

    consultation_id: FactId
    """The record of this look."""
    log_size: int
    """Facts that it is based on: those before this look."""
    found: Found
    gaps: tuple[Gap, ...]
    names: Mapping[str, object]
    rows: list[dict[str, object]] | None = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps

    def document(self) -> dict[str, object]:
        """Return it as JSON."""
        rows: dict[str, object] = {} if self.rows is None else {"rows": self.rows}
        place = self.found.next_place
        return {
            **self.names,
            "complete": self.complete,
            "gaps": [one.document() for one in self.gaps],
            **rows,
            **self.found.more,
            **({} if self.rows is None else {"next": place_text(place) if place else None}),
            "log_size": self.log_size,
            "consultation_id": str(self.consultation_id),
        }


@dataclass(frozen=True)
class _Decided:
    look: LedgerLook
    verdict: Verdict


class LedgerDesk:
    """Answers questions about who saw what. Safe from several threads."""

    def __init__(
        self,
        store: FactStore,
        clock: Clock,
        reference: Reference,
        policies: Policies,
        tables: LedgerTables,
        log: Log,
        complete: Callable[[], bool],
        house_oin: Oin,
        renew: Callable[[datetime], None] = lambda _: None,
        activate: Callable[[], None] = lambda: None,
    ) -> None:
        """Make the desk.

        Args:
            activate: sees to it that the set of policies stands in the log before a decision names it.
        """
        self._store, self._clock, self._reference, self._policies = store, clock, reference, policies
        self._tables, self._log, self._complete, self._renew = tables, log, complete, renew
        self._activate = activate
        self.stream = ledger_stream(house_oin)

    def ask(self, acting: Acting, question: Question, purpose: str | None) -> Answer:
        """Answer *question*, after writing down who asks it and for which purpose.

        Raises: Refusal, on record when the asker has a proper name: NOT_PARTICIPANT, WRONG_HAT or NO_PURPOSE; or
            LOG_UNAVAILABLE: no record, no answer.
        """
        self._well_formed(acting)
        try:
            self._renew(self._clock.now())
            behind = not self._complete()
            size = self._log.size()
            self._activate()
            consultation_id = self._written(acting, question, purpose, size, self._clock.new_id())
        except Unavailable:
            raise self._reference.refuse("LOG_UNAVAILABLE") from None
        return self._answer(question, consultation_id, size, behind=behind)

    def record(self, acting: Acting, question: Question, purpose: str, command_id: UUID) -> FactId:
        """Write down a look that is answered elsewhere, once per number, and return the id of its record.

        Raises: Refusal, as ``ask`` does; Unavailable: no record, no answer.
        """
        self._well_formed(acting)
        self._renew(self._clock.now())
        self._activate()
        return self._written(acting, question, purpose, self._log.size(), command_id)

    def right_of(self, acting: Acting, question: Question) -> LedgerRight | None:
        """Return what whoever acts may ask by the table of today, for this question; None when it is nothing."""
        now = self._clock.now()
        role = self._role(acting, question, now)
        return self._reference.ledger_right(role, now) if role else None

    def _answer(self, question: Question, consultation_id: FactId, size: int, *, behind: bool) -> Answer:
        found = question.find(self._tables, size)
        gaps = [lag()] if behind else []
        # What somebody else misses says nothing about the answer on one organisation, and is not for it to know.
        gaps += of_numbers(one for one in self._tables.missing() if question.org in (None, one.org))
        rows = None
        if found.rows is not None:
            cases = {row.case_id for row in found.rows}
            gaps += of_cases(self._tables.broken(sorted(cases)))
            disclosures = {row.disclosure_id for row in found.rows}
            receipts, corrections = self._tables.receipts(disclosures), self._tables.corrections(disclosures)
            rows = row_documents(found.rows, receipts, corrections)
        return Answer(consultation_id, size, found, (*gaps, *found.gaps), question.names, rows)

    def _well_formed(self, acting: Acting) -> None:
        try:
            _WELL_FORMED.validate_python((acting.person, acting.org, acting.oin, acting.task))
        except ValidationError:
            raise self._reference.refuse("BAD_VALUE") from None

    def _written(self, acting: Acting, question: Question, purpose: str | None, size: int, command_id: UUID) -> FactId:
        """Commit the decision and the look, and return its id. Raises: Refusal after that; Unavailable."""
        for _ in range(ATTEMPTS):
            now = self._clock.now()
            decided = self._decide(acting, question, purpose, now)
            ids = self._clock.new_id(), self._clock.new_id()
            known = purpose if purpose and self._reference.purpose(purpose, now) else None
            facts = (
                self._decision(ids[0], acting, question, known, decided),
                self._look(ids, acting, question, known, decided, size),
            )
            refusal = self._refusal_of(decided.verdict)
            receipt = Receipt(
                command_id, f"refused:{refusal.code}" if refusal else "consulted", "ledger", command_id.bytes
            )
            sequence = self._store.last_sequence(self.stream)
            recorded = [
                self._recorded(fact_id, sequence + number, fact, acting, command_id, now)
                for number, (fact_id, fact) in enumerate(zip(ids, facts, strict=True), start=1)
            ]
            try:
                self._store.commit(recorded, receipt)
            except Conflict:
                before = self._before(command_id)
                if before is None:
                    continue
                return before
            if refusal is not None:
                raise refusal
            return ids[1]
        raise Unavailable("Anderen vragen steeds tegelijk iets aan het register. Probeer het zo opnieuw.")

    def _before(self, command_id: UUID) -> FactId | None:
        """Return the look that was written down under this number; None when there is none. Raises: Refusal."""
        effect = self._store.effect_of(command_id)
        look = effect.facts[-1].fact if effect is not None else None
        if not isinstance(look, LedgerConsulted):
            return None
        if not look.granted:
            raise self._reference.refuse(look.reason_code)
        return look.consultation_id

    def _decide(self, acting: Acting, question: Question, purpose: str | None, now: datetime) -> _Decided:
        listed = self._listed(acting.org, now)
        look = LedgerLook(self._role(acting, question, now), listed, question.code, purpose, now)
        return _Decided(look, self._policies.may_consult(look))

    def _role(self, acting: Acting, question: Question, now: datetime) -> LedgerRole | None:
        """Return what whoever acts is towards the ledger; None when it is nothing."""
        own: LedgerRole | None = (
            "OWN_ORGANISATION" if (question.org, question.task) == (acting.org, acting.task) else None
        )
        staff = self._reference.staff_role(acting.org, acting.task, now)
        if staff is not None:
            return next((one for one in LEDGER_ROLES if one == staff), own)
        watching = self._reference.supervisor(acting.org, now)
        if watching is not None and watching.oin == acting.oin and acting.task in watching.tasks:
            return "SUPERVISOR" if watching.content else "SUPERVISOR_WITHOUT_CONTENT"
        participant = self._reference.participant(acting.org, now)
        if participant is None or participant.oin != acting.oin or acting.task not in participant.domains:
            return None
        return own

    def _decision(
        self, fact_id: FactId, acting: Acting, question: Question, purpose: str | None, decided: _Decided
    ) -> AccessDecided:
        look, verdict = decided.look, decided.verdict
        told = look.told(self._reference)
        return AccessDecided(
            occurred_at=look.at,
            legal_ref="AVG:accountability",
            decision_id=fact_id,
            subject=Named(
                type="looker",
                id=acting.person,
                properties={"org": acting.org, "oin": acting.oin, "task": acting.task},
            ),
            context={"role": look.role, "listed": look.listed, "purpose": purpose},
            evaluations=(
                Evaluation(
                    action="consult",
                    resource=Named(type="ledger", id=question.code, properties={"own": question.org == acting.org}),
                    decision=verdict.allowed,
                    reason_code=verdict.code,
                    policies=verdict.policy_ids,
                ),
            ),
            entities=tuple(dict(one) for one in told.entities),
            attributes=dict(told.context),
            policies=verdict.policy_digest,
            policy_set=self._policies.text.digest,
            engine=ENGINE,
            reference_date=look.at,
            status="Error" if verdict.code == "POLICY_ERROR" else "Ok",
        )

    def _look(
        self,
        ids: tuple[FactId, FactId],
        acting: Acting,
        question: Question,
        purpose: str | None,
        decided: _Decided,
        size: int,
    ) -> LedgerConsulted:
        verdict, now = decided.verdict, decided.look.at
        right = self._reference.ledger_right(decided.look.role, now) if decided.look.role else None
        return LedgerConsulted(
            occurred_at=now,
            legal_ref=right.legal_ref if verdict.allowed and right else verdict.legal_ref,
            consultation_id=ids[1],
            question=question.code,
            subject_id=question.subject,
            about_org=self._known_org(question.org, now),
            item_id=question.item,
            at=question.at,
            purpose=purpose or UNKNOWN,
            legal_basis=(right.legal_ref,) if right else (),
            recipient_org=acting.org,
            recipient_task=acting.task,
            recipient_person=acting.person,
            decision_id=ids[0],
            granted=verdict.allowed,
            reason_code=verdict.code,
            log_size=size,
        )

    def _refusal_of(self, verdict: Verdict) -> Refusal | None:
        if verdict.allowed:
            return None
        text = self._reference.refusal(verdict.code)
        return Refusal(verdict.code, verdict.says, text.remedy, verdict.legal_ref)

    def knows(self, org: str) -> bool:
        """Say whether the house knows an organisation, or ever gave or refused it something. Raises: Unavailable."""
        return self._known_org(org, self._clock.now()) is not None

    def _known_org(self, org: str | None, now: datetime) -> Code | None:
        """Return the organisation that was typed, if it is one that the house knows or ever gave something."""
        if org is None:
            return None
        return org if self._listed(org, now) or self._tables.knows_recipient(org) else None

    def _listed(self, org: str, now: datetime) -> bool:
        """Say whether the house knows the organisation: as a participant, as its own people, as a supervisor."""
        reference = self._reference
        known = reference.participant(org, now) or reference.supervisor(org, now)
        return known is not None or org == reference.staff.code

    def _recorded(
        self, fact_id: FactId, sequence: int, fact: Fact, acting: Acting, command_id: FactId, now: datetime
    ) -> Recorded:
        return Recorded(
            envelope=Envelope(
                id=fact_id,
                case_id=self.stream,
                sequence=sequence,
                recorded_at=now,
                actor=acting.person,
                on_behalf_of=acting.oin,
                task=acting.task,
                correlation_id=command_id,
                causation_id=command_id,
            ),
            fact=fact,
        )
