"""What a case waits for now, by its own facts. The work lists hold the same, kept by a projection."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from events.vocabulary import FactId, OrgCode, Stage
from policies.calendar import day_end
from services.case_file import CaseFile

HOUSE = "HOUSE_STAFF"
"""Stands for the organisation when the house's own people do the work."""
DONE = "DONE"
ADVISED = ("RESULT_TO_THIRD_PARTY", "TO_OTHER_COLLABORATION")
"""Kinds of result that wait for the privacy officer's advice."""


@dataclass(frozen=True)
class Waiting:
    """One thing that is waited for."""

    kind: str
    about: FactId
    """The question, action or other thing; the case itself when there is only one of its kind."""
    org: OrgCode
    due: datetime | None
    """It is late from this moment on."""


def waiting(case: CaseFile) -> Iterator[Waiting]:
    """Yield all that the case waits for, each (kind, about, org) once: with the first due moment, if facts name two."""
    found: dict[tuple[str, FactId, OrgCode], Waiting] = {}
    for one in _all(case):
        found.setdefault((one.kind, one.about, one.org), one)
    yield from found.values()


def _all(case: CaseFile) -> Iterator[Waiting]:
    yield from _before(case)
    yield from _moves(case)
    if case.stage in (Stage.IN_CONSULTATION, Stage.PLAN_AGREED, Stage.MONITORING, Stage.AFTERCARE):
        yield from _work(case)
    yield from _informing(case)
    yield from _ending(case)
    yield from _rights(case)
    for disclosure_id, owed in case.receipts.items():
        yield Waiting("receipt", disclosure_id, owed.org, owed.due)
        if ("TermMissed", "receipt", disclosure_id, owed.org, owed.due) in case.told:
            yield Waiting("missing-receipt", disclosure_id, HOUSE, None)


def _before(case: CaseFile) -> Iterator[Waiting]:
    match case.stage:
        case Stage.SIGNALLED:
            yield Waiting("refer-signal", case.case_id, case.referrer_org, case.signal_due)
        case Stage.REFERRED:
            yield Waiting("open-triage", case.case_id, HOUSE, None)
        case Stage.RETURNED:
            yield Waiting("complete-referral", case.case_id, case.referrer_org, case.supplement_by)
        case Stage.IN_TRIAGE:
            yield Waiting("assess", case.case_id, HOUSE, None)
            for check_id, check in case.checks.items():
                for one in check.asked:
                    if one.org not in check.answers:
                        yield Waiting("known-check", check_id, one.org, check.due)
            for question_id, question in case.questions.items():
                if not question.answered:
                    yield Waiting("enrichment", question_id, question.asked.org, question.due)
        case Stage.STARTING:
            yield Waiting("start-case", case.case_id, HOUSE, None)
        case _:
            return


def _moves(case: CaseFile) -> Iterator[Waiting]:
    if case.open_escalation is not None:
        proposed = case.open_escalation
        yield Waiting("answer-escalation", proposed.escalation_id, HOUSE, proposed.answer_due)
    if case.open_deescalation is not None:
        offered = case.open_deescalation
        yield Waiting("answer-deescalation", offered.deescalation_id, HOUSE, offered.answer_due)


def _work(case: CaseFile) -> Iterator[Waiting]:
    if not case.case_director:
        yield Waiting("name-case-director", case.case_id, HOUSE, None)
    if case.participants:
        yield Waiting("renew-authorisation", case.case_id, HOUSE, case.participants[0].until)
    for consultation_id, invitation in case.invitations.items():
        yield Waiting("hold-consultation", consultation_id, HOUSE, invitation.planned.planned_for)
        for one in dict.fromkeys(member.org for member in invitation.planned.invited):
            if one not in {org for org, _ in invitation.answers}:
                yield Waiting("invitation", consultation_id, one, invitation.planned.answer_due)
    proposed = case.plan.proposed
    if proposed is not None:
        for org in dict.fromkeys(one.owner.org for one in proposed.actions):
            if any(org == one.owner.org and _unconfirmed(case, one.owner.task, org) for one in proposed.actions):
                yield Waiting("confirm-plan", proposed.content.item_id, org, proposed.confirm_by)
    actions = case.plan.agreed.actions if case.plan.agreed else ()
    for action in actions:
        if case.plan.status.get(action.action_id) != DONE:
            yield Waiting("action", action.action_id, action.owner.org, _end(action.due))
    for request_id, request in case.requests.items():
        if not request.answered:
            yield Waiting("disclosure-answer", request_id, request.fact.asked_of, request.fact.due)
    for result_id, result in case.results.items():
        if result.made.kind in ADVISED and result.advice is None and result.released is None:
            yield Waiting("advise-result", result_id, HOUSE, None)
    for task in case.tasks.values():
        if case.plan.status.get(task.task_id) != DONE:
            yield Waiting("action", task.task_id, task.owner.org, _end(task.due))


def _informing(case: CaseFile) -> Iterator[Waiting]:
    # Also of a referral that was not accepted the person is told, as long as there is something to tell (domain 5.4).
    if case.inform is None or case.stage is Stage.DESTROYED:
        return
    if case.inform.status == "PENDING":
        yield Waiting("inform-subject", case.case_id, case.referrer_org, case.inform_by)
    elif case.inform.status == "DEFERRED" and case.inform.review_by is not None:
        yield Waiting("review-deferral", case.case_id, HOUSE, _end(case.inform.review_by))


def _ending(case: CaseFile) -> Iterator[Waiting]:
    if case.stage in (Stage.STARTING, Stage.IN_CONSULTATION, Stage.PLAN_AGREED, Stage.MONITORING, Stage.AFTERCARE):
        if case.review_on is not None:
            yield Waiting("review", case.case_id, HOUSE, day_end(case.review_on))
        if case.close_by is not None:
            yield Waiting("close-case", case.case_id, HOUSE, case.close_by)
    if case.stage is Stage.AFTERCARE and case.aftercare_until is not None:
        yield Waiting("end-aftercare", case.case_id, HOUSE, day_end(case.aftercare_until))
    if case.stage in (Stage.CLOSED, Stage.NOT_ACCEPTED) and case.retain_until is not None and not case.holds:
        yield Waiting("destroy", case.case_id, HOUSE, case.retain_until)


def _rights(case: CaseFile) -> Iterator[Waiting]:
    for withholding_id, kept in case.withholdings.items():
        if not kept.lifted:
            yield Waiting("review-withholding", withholding_id, kept.fact.decided_for, _end(kept.review_by))
    request = case.rights_request
    if request is None:
        return
    if request.ending is None:
        if not request.may_act:
            yield Waiting("check-identity", case.case_id, HOUSE, None)
        yield Waiting("answer-request", case.case_id, HOUSE, request.due)
        for controller in request.undecided:
            yield Waiting("decide-part", case.case_id, controller, request.parts_due)
        for controller in request.to_carry_out:
            yield Waiting("carry-out-right", case.case_id, controller, request.due)
    elif request.retain_until is not None and not request.remedies:
        yield Waiting("destroy-request", case.case_id, HOUSE, request.retain_until)
    if request.to_carry_since is not None:
        yield Waiting("carry-through", case.case_id, HOUSE, request.to_carry_since)


def _unconfirmed(case: CaseFile, task: str, org: OrgCode) -> bool:
    return (org, task) not in case.plan.confirmed


def _end(day: str) -> datetime:
    return day_end(date.fromisoformat(day))
