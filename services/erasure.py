"""Erasing one person, in the cases that are named or in all of them (domain 5.6; legal_ref "AVG:erasure").

For whoever grants a request: ``Erasure.erase`` is the one verb. The keys of the person die, and with them every value
in the store, on Kafka, in overviews and backups; facts and proofs stay byte for byte. In a case that is about the
person the whole case goes, since nothing is left to process for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from events.erasure import SubjectErased
from events.errors import Refusal
from events.fact import Fact, Recorded
from events.retention import CaseDestroyed
from events.rights import Right
from events.vocabulary import CaseId, Code, FactId, OrgCode, Stage, SubjectId
from policies.reference import Reference
from services.acting import Acting
from services.case_file import CaseFile, case_file
from services.destruction import ERASURE, Destruction
from services.guards import codes_only
from services.handling import Handling, Order
from services.ports import KeyDestroyer
from services.rights.controllers import answering
from services.rights.effects import granted, not_agreed
from services.rights.recipients import notified
from services.workflow.mandate import holds_mandate

COMMAND = "EraseSubject"
ERASED_BY = (Right.ERASURE, Right.OBJECTION)
"""Rights of which the granting may end in erasing."""


@dataclass(frozen=True)
class EraseSubject:
    """These controllers decided that this person is erased. Holds no personal data beside the pseudonym."""

    subject: SubjectId
    ground: Code
    """From the list ``erasure-ground``."""
    deciders: tuple[OrgCode, ...]
    cases: tuple[CaseId, ...] | None = None
    """None for every case that holds a value of the person."""
    request: FactId | None = None
    """The request that was granted."""


@dataclass(frozen=True)
class Erased:
    """What became of it, case by case."""

    erasure_id: UUID
    facts: tuple[Recorded, ...]
    """The ``SubjectErased`` of each case in which the person was erased, its ``CaseDestroyed`` where it has one, and
    the notices to who got the data.
    """
    refused: Mapping[CaseId, Refusal]
    """Cases in which the person was not erased, and why; each refusal is on record in its case."""

    @property
    def keys(self) -> int:
        """How many keys died, those of others in a case that went as a whole included."""
        erasing = [one.fact for one in self.facts if isinstance(one.fact, SubjectErased | CaseDestroyed)]
        return len({key.key_id for fact in erasing for key in fact.keys or ()})


class MakesOrders(Protocol):
    """Puts a command in its order."""

    def __call__(self, name: str, acting: Acting, case_id: CaseId, content: object, command_id: UUID) -> Order:
        """Return the order of one command in one case."""
        ...


class Erasure:
    """Erases persons. Safe to repeat: the same number has one effect, and finishes what a crash left half done."""

    def __init__(
        self,
        handling: Handling,
        destruction: Destruction,
        keys: KeyDestroyer,
        reference: Reference,
        order: MakesOrders,
    ) -> None:
        self._handling, self._destruction, self._keys = handling, destruction, keys
        self._reference, self._order = reference, order

    def erase(self, command: EraseSubject, acting: Acting, erasure_id: UUID) -> Erased:
        """Erase a person, and return what was done and what was refused.

        Args:
            acting: who writes it down, with the mandate for ``EraseSubject``.
            erasure_id: number of this decision, chosen by whoever asks; the same one again is the same decision.
        Raises: Conflict; Unavailable; BadSetting where there is no erasure ledger; Corrupt. A refusal (WRONG_HAT,
            ON_HOLD, DESTROYED, UNKNOWN_CASE, UNKNOWN_PERSON, UNKNOWN_CHOICE, NOT_A_CONTROLLER, MISSING_FIELD,
            ERASURE_NOT_DECIDED) is returned, since other cases may have gone well.
        """
        wanted = command.cases
        if wanted is None:
            wanted = tuple(filter(self._is_case, self._keys.cases_of(command.subject)))
        facts: list[Recorded] = []
        refused: dict[CaseId, Refusal] = {}
        for case_id in dict.fromkeys(wanted):
            try:
                facts += self._erase_in(case_id, command, acting, erasure_id)
            except Refusal as refusal:
                refused[case_id] = refusal
        self._keys.sweep()
        return Erased(erasure_id, tuple(facts), refused)

    def _erase_in(self, case_id: CaseId, command: EraseSubject, acting: Acting, erasure_id: UUID) -> Sequence[Recorded]:
        content = (command.subject, command.ground, command.deciders, command.request)
        order = self._order(COMMAND, acting, case_id, content, uuid5(erasure_id, str(case_id)))

        new_id = self._handling.clock.new_id

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            self._may(case, command, acting, now)
            facts = [(new_id(), fact) for fact in self._facts(case, command, erasure_id, now)]
            # Whoever got any of it hears in the same command that it is gone here (AVG 19).
            items = [one.item.item_id for one in case.items.values() if one.item.subject_id == command.subject]
            told = notified(case, items, "ERASED", facts[0][0], new_id, now)
            return [*facts, *((new_id(), notice) for notice in told)]

        return self._destruction.carry_out(
            case_id, command.subject, lambda: self._handling.carry_out(order, decided)
        ).facts

    def _is_case(self, stream: CaseId) -> bool:
        """Say whether it is a case: a request of the person, which is kept for whoever takes it further, is none."""
        return case_file(stream, self._handling.store.history(stream)).rights_request is None

    def _may(self, case: CaseFile, command: EraseSubject, acting: Acting, now: datetime) -> None:
        reference = self._reference
        if case.stage is None:
            raise reference.refuse("UNKNOWN_CASE")
        holds_mandate(COMMAND, case, acting, reference, now)
        if case.stage is Stage.DESTROYED or command.subject in case.erased:
            raise reference.refuse("DESTROYED")
        if command.subject not in {one.subject_id for one in case.persons}:
            raise reference.refuse("UNKNOWN_PERSON")
        if command.ground not in {one.code for one in reference.choices("erasure-ground", now)}:
            raise reference.not_listed("erasure-ground", now)
        if command.request is not None and command.request not in case.handlings:
            raise reference.refuse("NO_HANDLING")
        codes_only(command.deciders, reference)
        for org in command.deciders:
            participant = reference.participant(org, now)
            if participant is None or not participant.controller:
                raise reference.refuse("NOT_A_CONTROLLER")
        undecided = self._undecided(case, command, now)
        if undecided:
            raise reference.refuse("ERASURE_NOT_DECIDED", ", ".join(sorted(undecided)))
        if case.holds:
            raise reference.refuse("ON_HOLD")

    def _undecided(self, case: CaseFile, command: EraseSubject, now: datetime) -> set[OrgCode]:
        """Return the controllers that answer for what would go, or are named as deciders, and did not decide so."""
        if command.request is None:
            return answering(case, command.subject, self._reference, now) - set(command.deciders)
        request = self._handling.cases.case(command.request).rights_request
        if request is None or request.subject_id != command.subject or request.right not in ERASED_BY:
            return set(command.deciders)
        return not_agreed(case, request, self._reference) | (set(command.deciders) - granted(request))

    def _facts(self, case: CaseFile, command: EraseSubject, erasure_id: UUID, now: datetime) -> list[Fact]:
        # Read at the moment of the decision: whoever adds a key with a value has changed the case by then.
        facts: list[Fact] = [
            SubjectErased(
                occurred_at=now,
                legal_ref=ERASURE,
                erasure_id=erasure_id,
                subject_id=command.subject,
                ground=command.ground,
                deciders=command.deciders,
                request_id=command.request,
                keys=self._keys.keys_of(case.case_id, command.subject),
            )
        ]
        if command.subject == case.subject.subject_id:
            keys = self._keys.keys_of(case.case_id)
            facts.append(CaseDestroyed(occurred_at=now, legal_ref=ERASURE, due=now, keys=keys))
        return facts
