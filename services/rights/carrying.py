"""Brings the cases of a person in line with a request: handled, locked, kept from destruction, or no longer so.

The request is the truth; its cases follow, under numbers that are fixed by what is to be done. So a crash in between is
finished later, by whoever looks, and nothing is done twice.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID, uuid5

from events.errors import Refusal
from events.fact import Fact
from events.rights import RequestCarriedThrough, Right
from events.vocabulary import CaseId, Code, FactId, OrgCode, Stage, SubjectId
from services.acting import Acting
from services.case_file import CaseFile
from services.handling import Handling, Order
from services.rights.controllers import refused_by
from services.rights.effects import asked_in
from services.rights.handling_in_case import EndHandling, OpenHandling
from services.rights.request import RequestFile
from services.rights.restricting import RestrictProcessing
from services.standing import hidden_items
from services.workflow.engine import Workflow
from services.workflow.retention import LiftHold, PlaceHold
from services.workflow.scene import Command, command

REQUESTS = UUID("7a0e0d0b-4b8b-5a7c-9f34-2f5a8f6d3c71")
"""Name space of the streams of requests, and of what they do in cases (UUIDv5)."""
PENDING = "OBJECTION_PENDING"
HOLD_OF = {"OBJECTION": "COMPLAINT", "SUPERVISOR": "COMPLAINT", "COURT": "COURT"}
"""Kind of remedy -> ground of the hold on destruction."""


@command
class CarryThrough:
    """Bring the cases in line with the request."""


class CasesOf(Protocol):
    """Where it is known in which cases a person stands."""

    def cases_of(self, subject_id: SubjectId) -> Sequence[CaseId]:
        """Return the cases with facts about the person, in order of referral. Raises: Unavailable."""
        ...


class Orders(Protocol):
    """Makes what a command carries around its content."""

    def __call__(self, name: str, acting: Acting, case_id: CaseId, content: object, command_id: UUID) -> Order: ...


class Carrying:
    """Carries requests through.

    Args:
        system: the house itself, in whose name the cases follow.
    """

    def __init__(self, handling: Handling, workflow: Workflow, cases: CasesOf, orders: Orders, system: Acting) -> None:
        self._handling, self._workflow, self._cases = handling, workflow, cases
        self._orders, self._system = orders, system

    def carry_through(self, request: RequestFile) -> None:
        """Bring every case in line with the request, and note that they are. Raises: Unavailable; Conflict."""
        since = request.to_carry_since
        if since is None:
            return
        now_known = self._cases.cases_of(request.subject_id) if request.handled else ()
        cases = tuple(dict.fromkeys((*request.cases, *now_known)))
        for case_id in cases:
            case = self._handling.cases.case(case_id)
            for wanted, detail in _wanted(request, case, refused_by(request, self._workflow.reference, since)):
                order = self._order(type(wanted).__name__, case_id, wanted, request.request_id, detail)
                try:
                    self._workflow.carry_out(order, wanted)
                except Refusal:
                    # On record in the case. A stage in which nothing can be held or locked needs neither.
                    continue

        def decided(stream: CaseFile, now: datetime) -> Sequence[Fact]:
            if stream.rights_request is None or stream.rights_request.to_carry_since != since:
                raise self._workflow.reference.refuse("ALREADY_ANSWERED")
            return [RequestCarriedThrough(occurred_at=now, legal_ref="BGS:contact-point", cases=cases)]

        order = self._order("CarryThrough", request.request_id, CarryThrough(), request.request_id, since.isoformat())
        try:
            self._handling.carry_out_plain(order, decided)
        except Refusal:
            return  # another process was first, or the request moved on and is carried through again

    def _order(self, name: str, stream: CaseId, content: object, request_id: FactId, detail: str) -> Order:
        number = uuid5(REQUESTS, f"{request_id}|{stream}|{name}|{detail}")
        return self._orders(name, self._system, stream, content, number)


def _wanted(
    request: RequestFile, case: CaseFile, refused: Callable[[OrgCode], Code | None]
) -> list[tuple[Command, str]]:
    """Return what is still to be done in a case, each with the detail that makes its number."""
    request_id, wanted = request.request_id, list[tuple[Command, str]]()
    ended = request.ending is not None and request_id in case.handlings
    if case.stage is None:
        return []
    if case.stage is Stage.DESTROYED:
        # Nothing is left to hold or to lock; that the request is over is still to be told.
        return [(EndHandling(request_id), "")] if ended else []
    if request.handled and request_id not in case.handlings:
        wanted.append((OpenHandling(request_id, request.subject_id, request.right), ""))
    if request.handled and request.right is Right.OBJECTION:
        unlocked = tuple(one for one in asked_in(request, case) if one not in case.restricted)
        if unlocked:
            wanted.append((RestrictProcessing(request_id, unlocked, PENDING), ",".join(map(str, unlocked))))
    if ended:
        wanted.append((EndHandling(request_id, _informed_on(request, case, refused)), ""))
    for remedy in request.remedies.values():
        if remedy.remedy_id not in case.holds:
            wanted.append((PlaceHold(HOLD_OF.get(remedy.kind, "COMPLAINT"), remedy.remedy_id), str(remedy.remedy_id)))
    return wanted + [(LiftHold(one), str(one)) for one in sorted(request.ended_remedies & case.holds)]


def _informed_on(request: RequestFile, case: CaseFile, refused: Callable[[OrgCode], Code | None]) -> date | None:
    """Return on which day the answer told the person of this case; None when it told nothing of it."""
    if request.ending != "ANSWERED" or request.report is None:
        return None
    own, hidden = [one.item for one in case.items.values()], hidden_items(case)
    shown = [one for one in own if one.item_id not in hidden and refused(one.provider_org) is None]
    if not any(one.subject_id == request.subject_id for one in shown):
        return None
    return request.told_on if any(one.case_id == case.case_id for one in request.report.cases) else None
