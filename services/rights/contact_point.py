"""The one contact point: takes a request, brings it to every controller and every case, and gives the one answer.

A request stands in a stream of its own, its effects stand in the cases. The fact about the request comes first; what it
asks of the cases follows under fixed numbers, so that a crash in between is finished later and nothing is done twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from events.case import CommandRefused
from events.errors import Refusal, Unavailable
from events.fact import Fact
from events.receipt import Effect
from events.rights import (
    AccessReportMade,
    CaseAt,
    IdentityChecked,
    Outcome,
    RequestAnswered,
)
from events.vocabulary import CaseId, FactId, SubjectId
from services.acting import Acting
from services.case_file import CaseFile
from services.handling import Handling, Order
from services.rights.account import Account, account, digest_of
from services.rights.carrying import REQUESTS, Carrying, CasesOf, Orders
from services.rights.controllers import concerned, refused_by
from services.rights.deciding import (
    REPORTED,
    AnswerRequest,
    DecidePart,
    EndRemedy,
    FileRemedy,
    RefuseRequest,
    WeighObjection,
)
from services.rights.effects import effects
from services.rights.entries import CaseEntries, entries_of, overdue
from services.rights.guards import handled, known
from services.rights.receiving import (
    CheckIdentity,
    ExtendRequest,
    ReceiveRequest,
    SpecifyRequest,
    WithdrawRequest,
    fan_out,
)
from services.rights.request import RequestFile
from services.workflow.engine import Workflow
from services.workflow.mandate import holds_mandate
from services.workflow.scene import Command, Scene, command

OF_A_REQUEST = frozenset({"check-identity", "answer-request", "decide-part", "carry-out-right", "carry-through"})
"""Kinds of work that wait in the stream of a request, and not in a case."""


@command
class MakeReport:
    """Make the account for the person, out of all facts of now."""


REQUEST_COMMANDS: dict[str, type[Command]] = {
    one.__name__: one
    for one in (
        CheckIdentity,
        SpecifyRequest,
        ExtendRequest,
        WithdrawRequest,
        DecidePart,
        WeighObjection,
        AnswerRequest,
        RefuseRequest,
        FileRemedy,
        EndRemedy,
    )
}
"""Commands on a request that is there, by name."""


class WorkRow(Protocol):
    """One row of the work lists, as far as it names a request."""

    case_id: str
    kind: str


class WorkLists(Protocol):
    """What is or was waited for."""

    def work(self, *, open_only: bool) -> Sequence[WorkRow]:
        """Return the rows. Raises: Unavailable."""
        ...


@dataclass(frozen=True)
class LogState:
    """How far the overviews are."""

    size: int
    complete: bool


@dataclass(frozen=True)
class Made:
    """An account, and the fact that says it was made."""

    fact: AccessReportMade
    subject_id: SubjectId
    account: Account
    items: Mapping[CaseId, frozenset[FactId]]
    """The items of each case that the account shows: a copy holds these and no others."""


class ContactPoint:
    """Takes every command about a request.

    Args:
        system: the house itself, which does in the cases what a request asks.
        log_state: looked at when an account is made.
        look: decides on the look at the ledger that an account is, and writes it down once per number. Raises: Refusal;
            Unavailable.
    """

    def __init__(
        self,
        handling: Handling,
        workflow: Workflow,
        cases: CasesOf,
        orders: Orders,
        system: Acting,
        log_state: Callable[[], LogState],
        look: Callable[[Acting, SubjectId, UUID], FactId],
    ) -> None:
        self._handling, self._workflow, self._cases, self._look = handling, workflow, cases, look
        self._carrying, self._log_state = Carrying(handling, workflow, cases, orders, system), log_state

    @staticmethod
    def stream_of(command_id: UUID) -> FactId:
        """Return the number of the request that a command with this number makes."""
        return uuid5(REQUESTS, str(command_id))

    def request(self, request_id: FactId) -> RequestFile | None:
        """Return a request as it stands; None when there is no such one. Raises: Unavailable."""
        return self._handling.cases.case(request_id).rights_request

    def listed(self, work: WorkLists) -> list[RequestFile]:
        """Return every request that the work lists know of, the first received first. Raises: Unavailable."""
        ids = dict.fromkeys(UUID(row.case_id) for row in work.work(open_only=False) if row.kind == "answer-request")
        found = [one for one in map(self.request, ids) if one is not None]
        return sorted(found, key=lambda one: (one.received_at, one.request_id))

    def receive(self, order: Order, asked: ReceiveRequest) -> Effect:
        """Take a request. *order* is of the stream that ``stream_of`` names. Raises: Refusal; Conflict; Unavailable."""
        return self._carried_out(order, asked)

    def carry_out(self, order: Order, asked: Command, complete: Callable[[Fact], Fact] = lambda fact: fact) -> Effect:
        """Carry out one command on a request, and bring its cases in line.

        Args:
            complete: adds to a fact, just before it is written, what the command itself does not know.
        Raises: Refusal, on record in the request when there is one; Conflict; Unavailable.
        """
        if isinstance(asked, AnswerRequest):
            # The answer speaks of the cases: what a crash left undone there comes first.
            self.carry_through(order.case_id)
        effect = self._carried_out(order, asked, complete)
        self.carry_through(order.case_id)
        return effect

    def report(self, order: Order) -> Made:
        """Make the account: first it is written down that it was made and out of what, then it is handed over.

        Given again under the same number it is the same account, out of the same facts.

        Raises: Refusal with NOT_IDENTIFIED, NO_HANDLING, PARTS_OPEN, REVIEW_OVERDUE, WRONG_HAT; Conflict; Unavailable.
        """
        state, report_id = self._log_state(), self._handling.clock.new_id()

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            scene = self._scene(case, order, now)
            request = handled(scene)
            if request.right not in REPORTED:
                raise scene.refuse("NO_HANDLING")
            if request.undecided:
                # What a controller may still refuse is not shown before it has decided.
                raise scene.refuse("PARTS_OPEN", ", ".join(request.undecided))
            cases = self._entries(request, now)
            if any(overdue(one.case, request.subject_id, now) for one in cases):
                raise scene.refuse("REVIEW_OVERDUE")
            # Who saw what is itself data about the person (domain 5.8): the look is on record before the account is.
            looked = self._look(order.acting, request.subject_id, uuid5(order.command_id, "look"))
            told = account(request, cases, now, complete=state.complete, log_size=state.size)
            made = AccessReportMade(
                occurred_at=now,
                legal_ref="AVG:access",
                report_id=report_id,
                cases=tuple(CaseAt(case_id=one.case.case_id, sequence=one.case.sequence) for one in cases),
                log_size=state.size,
                complete=state.complete,
                shown=told.shown,
                withheld=told.withheld,
                digest=digest_of(told),
                consultation_id=looked,
            )
            return [(scene.ids.fact(0), made)]

        effect = self._recording(order, "MakeReport", decided)
        fact = effect.facts[0].fact
        request = self.request(order.case_id)
        if not isinstance(fact, AccessReportMade) or request is None:
            raise Unavailable("Het overzicht kon niet worden vastgelegd. Probeer het opnieuw.")
        return self._as_made(request, fact)

    def _as_made(self, request: RequestFile, made: AccessReportMade) -> Made:
        """Return an account as it was when it was made; the same facts give the same account. Raises: Unavailable."""
        cases, refused = [], refused_by(request, self._workflow.reference, made.occurred_at)
        for one in made.cases:
            history = self._handling.store.history(one.case_id)
            until = [recorded for recorded in history if recorded.envelope.sequence <= one.sequence]
            cases.append(entries_of(one.case_id, until, request.subject_id, refused))
        told = account(request, cases, made.occurred_at, complete=made.complete, log_size=made.log_size)
        return Made(made, request.subject_id, told, {one.case.case_id: one.shown_items for one in cases})

    def carry_through(self, request_id: FactId) -> None:
        """Bring every case in line with the request; what is there already stays. Raises: Unavailable; Conflict."""
        request = self.request(request_id)
        if request is not None:
            self._carrying.carry_through(request)

    def _entries(self, request: RequestFile, now: datetime) -> list[CaseEntries]:
        found, refused = [], refused_by(request, self._workflow.reference, now)
        for case_id in dict.fromkeys((*self._cases.cases_of(request.subject_id), *request.cases)):
            entries = entries_of(case_id, self._handling.store.history(case_id), request.subject_id, refused)
            if entries.case.stage is not None:
                found.append(entries)
        return found

    def _carried_out(
        self, order: Order, asked: Command, complete: Callable[[Fact], Fact] = lambda fact: fact
    ) -> Effect:
        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            scene = self._scene(case, order, now)
            facts = asked.decide(scene)
            if isinstance(facts[0], IdentityChecked) and facts[0].may_act:
                facts = [*facts, self._fanned_out(scene)]
            if isinstance(asked, AnswerRequest):
                self._answers_with_what_is_so_now(scene)
            if isinstance(facts[0], RequestAnswered):
                facts = [self._held_to(facts[0], scene)]
            return [(scene.ids.fact(number), complete(fact)) for number, fact in enumerate(facts)]

        return self._recording(order, type(asked).__name__, decided)

    def _answers_with_what_is_so_now(self, scene: Scene) -> None:
        """Refuse an answer of which the account is not complete, or would tell something else of the same facts by now.

        What was withheld, refused or released since then is told in a new one; what came to the cases since is not
        missing: an account is of a moment.
        """
        request = known(scene)
        made = request.report
        if request.right not in REPORTED or made is None:
            return
        refused, cases = refused_by(request, self._workflow.reference, made.occurred_at), []
        for one in made.cases:
            history = self._handling.store.history(one.case_id)
            until = [recorded for recorded in history if recorded.envelope.sequence <= one.sequence]
            then = entries_of(one.case_id, until, request.subject_id, refused)
            by_now = entries_of(one.case_id, history, request.subject_id, refused).entries
            cases.append(replace(then, entries=by_now[: len(then.entries)]))
        told = account(request, cases, made.occurred_at, complete=made.complete, log_size=made.log_size)
        if not made.complete or digest_of(told) != made.digest:
            raise scene.refuse("REPORT_MISSING")

    def _fanned_out(self, scene: Scene) -> Fact:
        request = known(scene)
        found = self._cases.cases_of(request.subject_id)
        cases = [self._handling.cases.case(one) for one in found]
        return fan_out(
            scene, request, found, concerned(request.subject_id, cases, scene.reference, request.received_at)
        )

    def _held_to(self, answer: RequestAnswered, scene: Scene) -> RequestAnswered:
        """Return the answer as far as it is true of the data, or refuse what was granted and not done."""
        request = known(scene)
        cases = dict.fromkeys((*request.cases, *self._cases.cases_of(request.subject_id)))
        done = effects(request, map(self._handling.cases.case, cases), self._handling.store.history, scene.reference)
        if done.missing:
            raise scene.refuse("NOT_CARRIED_OUT", ", ".join(done.missing))
        if done.locked_only and answer.outcome is Outcome.GRANTED:
            return answer.model_copy(update={"outcome": Outcome.PARTLY})
        return answer

    def _recording(
        self, order: Order, name: str, decide: Callable[[CaseFile, datetime], Sequence[tuple[FactId, Fact]]]
    ) -> Effect:
        """Carry out a decision on a request; a refusal is a fact of the request, as in a case."""
        refused: list[Refusal] = []

        def decided(case: CaseFile, now: datetime) -> Sequence[tuple[FactId, Fact]]:
            refused.clear()
            try:
                holds_mandate(name, case, order.acting, self._workflow.reference, now)
                return decide(case, now)
            except Refusal as error:
                if case.rights_request is None:
                    raise
                refused.append(error)
                fact = CommandRefused(occurred_at=now, legal_ref=error.legal_ref, command=name, code=error.code)
                return [(self._handling.clock.new_id(), fact)]

        effect = self._handling.carry_out(order, decided)
        if refused:
            raise refused[0]
        return effect

    def _scene(self, case: CaseFile, order: Order, now: datetime) -> Scene:
        return self._workflow.scene(case, order.acting, now)
