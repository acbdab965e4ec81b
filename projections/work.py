"""What waits for whom, until when: the work lists, as the facts of each case tell.

The same as ``services.waiting`` without the case file: after every history the open rows are what that law names.
"""

from collections.abc import MutableMapping

import msgspec

from policies.work_kinds import KINDS
from projections.reading import Outline
from projections.waits import Asked, RequestWaits, Waits, term
from projections.work_facts import CHANGES

HOUSE = "HOUSE_STAFF"
"""Stands for the organisation when the house's own people do the work."""
Key = tuple[str, str, str]
"""Kind, what it is about, organisation."""
TYPES = frozenset(CHANGES)
"""Types of fact that may change a row; no other is looked into."""
_ROLES: dict[str, str] = {one.kind: one.role for one in KINDS.values()}
_WORKING = frozenset({"IN_CONSULTATION", "PLAN_AGREED", "MONITORING", "AFTERCARE"})
_REVIEWED = _WORKING | {"STARTING"}
_ENDED = frozenset({"CLOSED", "NOT_ACCEPTED"})
_WITH_EFFECT = frozenset({"ERASURE", "RESTRICTION", "RECTIFICATION", "OBJECTION"})
"""Rights of which the granting changes what becomes of the data."""


class WorkRow(msgspec.Struct, gc=False):
    """One thing that is or was waited for. The order of the fields is the order of the columns of ``views.work``.

    Case, kind, about and organisation are the key; what opens again takes its old row.
    """

    case_id: str
    kind: str
    about: str
    """The question, action or other thing; the case itself when there is only one of its kind."""
    org: str
    """Who is waited for; HOUSE for the house's own people."""
    role: str
    due: str | None
    """RFC 3339; it is late from this moment on."""
    opened_index: int
    """Log index of the fact that opened it, or gave it this due moment."""
    closed_index: int | None = None
    """Log index of the fact after which it was no longer waited for; None while it is."""
    reminded_index: int | None = None
    """Log index of the reminder for this due moment."""
    missed_index: int | None = None
    """Log index of the fact that this due moment went by."""


class CaseWork(msgspec.Struct, gc=False):
    """The work of one case: its rows, open and closed, and what is remembered beside them."""

    waits: Waits
    rows: dict[Key, WorkRow] = {}


def fold(cases: MutableMapping[str, CaseWork], fact: Outline, index: int) -> list[WorkRow]:
    """Take one fact into *cases* (case id -> work) and return the rows that it changed.

    Taking a fact a second time changes nothing. Raises: Corrupt.
    """
    change = CHANGES.get(fact.type)
    if change is None:
        return []
    case = cases.get(fact.subject)
    if case is None:
        case = cases[fact.subject] = CaseWork(Waits())
    waits = case.waits
    if index <= waits.last_index:
        return []
    waits.last_index = index
    change(waits, fact.data)
    return _settle(fact.subject, case, index)


def _settle(case_id: str, case: CaseWork, index: int) -> list[WorkRow]:
    """Bring the rows in line with what is waited for now."""
    changed, rows, told = [], case.rows, case.waits.told
    wanted = _waiting(case_id, case.waits)
    for key, row in rows.items():
        if row.closed_index is None and key not in wanted:
            row.closed_index = index
            changed.append(row)
    for key, due in wanted.items():
        kind, about, org = key
        reminded, missed = told.get(term(kind, about, org, due), (None, None)) if told else (None, None)
        found = rows.get(key)
        if found is None or found.closed_index is not None or found.due != due:
            row = rows[key] = WorkRow(case_id, kind, about, org, _ROLES[kind], due, index, None, reminded, missed)
            changed.append(row)
        elif (found.reminded_index, found.missed_index) != (reminded, missed):
            found.reminded_index, found.missed_index = reminded, missed
            changed.append(found)
    return changed


def _waiting(case_id: str, waits: Waits) -> dict[Key, str | None]:
    stage, found = waits.stage, dict[Key, str | None]()
    if stage in _WORKING:
        _working(case_id, waits, found)
    elif stage == "SIGNALLED":
        found["refer-signal", case_id, waits.referrer] = waits.signal
    elif stage == "REFERRED":
        found["open-triage", case_id, HOUSE] = None
    elif stage == "RETURNED":
        found["complete-referral", case_id, waits.referrer] = waits.supplement
    elif stage == "IN_TRIAGE":
        found["assess", case_id, HOUSE] = None
        _asked("known-check", waits.checks, found)
        _asked("enrichment", waits.questions, found)
    elif stage == "STARTING":
        found["start-case", case_id, HOUSE] = None
    if waits.escalation is not None:
        found["answer-escalation", waits.escalation[0], HOUSE] = waits.escalation[1]
    if waits.deescalation is not None:
        found["answer-deescalation", waits.deescalation[0], HOUSE] = waits.deescalation[1]
    if stage != "DESTROYED":
        if waits.inform == "PENDING":
            found["inform-subject", case_id, waits.referrer] = waits.inform_by
        elif waits.inform == "DEFERRED" and waits.deferral is not None:
            found["review-deferral", case_id, HOUSE] = waits.deferral
    if stage in _REVIEWED:
        if waits.review is not None:
            found["review", case_id, HOUSE] = waits.review
        if waits.close is not None:
            found["close-case", case_id, HOUSE] = waits.close
    elif stage in _ENDED and waits.destroy is not None and not waits.holds:
        found["destroy", case_id, HOUSE] = waits.destroy
    if stage == "AFTERCARE" and waits.aftercare is not None:
        found["end-aftercare", case_id, HOUSE] = waits.aftercare
    for disclosure_id, (org, due) in waits.receipts.items():
        found["receipt", disclosure_id, org] = due
        _, missed = waits.told.get(term("receipt", disclosure_id, org, due), (None, None))
        if missed is not None:
            found["missing-receipt", disclosure_id, HOUSE] = None
    for about, kept in waits.withholdings.items():
        found["review-withholding", about, kept.org] = kept.due
    if waits.rights_request is not None:
        _requested(case_id, waits.rights_request, found)
    return found


def _requested(case_id: str, request: RequestWaits, found: dict[Key, str | None]) -> None:
    if not request.ended:
        if not request.identified:
            found["check-identity", case_id, HOUSE] = None
        found["answer-request", case_id, HOUSE] = request.due
        for controller, decided in request.parts.items():
            if not decided:
                found["decide-part", case_id, controller] = request.parts_due
        if request.right in _WITH_EFFECT:
            for controller in request.granted:
                found["carry-out-right", case_id, controller] = request.due
    elif request.destroy is not None and not request.remedies:
        found["destroy-request", case_id, HOUSE] = request.destroy
    if request.to_carry is not None:
        found["carry-through", case_id, HOUSE] = request.to_carry


def _asked(kind: str, asked: dict[str, Asked], found: dict[Key, str | None]) -> None:
    for about, one in asked.items():
        for org in one.orgs:
            found[kind, about, org] = one.due


def _working(case_id: str, waits: Waits, found: dict[Key, str | None]) -> None:
    if not waits.director:
        found["name-case-director", case_id, HOUSE] = None
    if waits.access is not None:
        found["renew-authorisation", case_id, HOUSE] = waits.access
    for about, one in waits.consultations.items():
        found["hold-consultation", about, HOUSE] = one.planned_for
    _asked("invitation", waits.consultations, found)
    if waits.proposal is not None:
        for org, _ in waits.proposal.unconfirmed:
            found["confirm-plan", waits.proposal.about, org] = waits.proposal.due
    for about, asked in waits.requests.items():
        found["disclosure-answer", about, asked.org] = asked.due
    for result in waits.results:
        found["advise-result", result, HOUSE] = None
    for todo in (*waits.actions, *waits.tasks.values()):
        if todo.id not in waits.done:
            found.setdefault(("action", todo.id, todo.org), todo.due)
