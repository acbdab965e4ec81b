"""The decision point over HTTP (AuthZEN): an answer without data, on record, for the session itself and one case."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from events.case import CommandRefused
from events.decision import AccessDecided
from services.policy_replay import decisions_of, replayed
from services.policy_sets import sets_of
from tests.http_house import BOARD, POLICE, PROBATION, REASONS, Caller, Door, problem_of

CONTEXT = {**REASONS, "purpose": "COORDINATE_CARE"}


def asked(case: str, item: str | None = None, **context: object) -> dict[str, Any]:
    """Return one question, about a case or about an item of it."""
    resource: dict[str, Any] = {"type": "case", "id": case}
    if item is not None:
        resource = {"type": "item", "id": item, "properties": {"case": case}}
    return {"action": {"name": "read"}, "resource": resource, "context": {**CONTEXT, **context}}


def items_of(caller: Caller, case: str, category: str) -> list[str]:
    return [one["item_id"] for one in caller.get(f"/cases/{case}").json()["items"] if one["category"] == category]


def records(door: Door, case: str) -> list[AccessDecided]:
    facts = [one.fact for one in door.house.store.history(UUID(case))]
    return [fact for fact in facts if isinstance(fact, AccessDecided)]


def test_a_question_is_answered_and_recorded_and_nothing_is_shown(door: Door) -> None:
    """Given a participant that asks whether it may read an item, it hears yes; that is on record."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    (item, *_) = items_of(caller, case, "IDENTITY")
    answer = caller.post("/access/v1/evaluation", asked(case, item))
    assert answer.status_code == 200, answer.text
    (record,) = records(door, case)
    assert answer.json() == {"decision": True, "context": {"decision_id": str(record.decision_id)}}
    assert [one.action for one in record.evaluations] == ["ask", "read"]
    assert "Vanhoudt" not in answer.text


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ({"purpose": None}, "NO_PURPOSE", "purpose"),
        ({"legal_basis": []}, "NO_BASIS", "purpose"),
        ({"necessity": ""}, "NO_REASONING", "necessity"),
        ({"kind": "TO_COLLABORATION"}, "KIND_NOT_OPEN", "purpose"),
    ],
)
def test_a_denial_names_what_did_not_hold_and_no_rule(
    door: Door, change: dict[str, Any], code: str, reason: str
) -> None:
    """Given a question that lacks something, the answer is a denial with the part that did not hold, and no rule."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    answer = caller.post("/access/v1/evaluation", asked(case, **change))
    assert answer.status_code == 200
    found = answer.json()
    assert found["decision"] is False
    assert (found["context"]["reason_code"], found["context"]["reason"]) == (code, reason)
    assert "no-data-without" not in answer.text


def test_several_questions_are_one_decision(door: Door) -> None:
    """Given questions about several items of one case, each has its own answer under one record."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    (item, *_) = items_of(caller, case, "IDENTITY")
    parts = [{"resource": {"type": "item", "id": one, "properties": {"case": case}}} for one in (item, str(uuid4()))]
    body = {"action": {"name": "read"}, "context": CONTEXT, "evaluations": parts}
    answer = caller.post("/access/v1/evaluations", body)
    assert [one["decision"] for one in answer.json()["evaluations"]] == [True, False]
    assert answer.json()["evaluations"][1]["context"]["reason_code"] == "NO_DATA"
    assert len(records(door, case)) == 1


def test_the_same_key_gives_the_same_decision(door: Door) -> None:
    """Given a question that is sent again, there is one decision, with one answer."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    answers = [caller.post("/access/v1/evaluation", asked(case), Idempotency_Key="een") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(records(door, case)) == 1


def test_the_number_of_a_request_comes_back_with_its_answer(door: Door) -> None:
    """AuthZEN 1.0: whoever asks knows which answer is to which question; without a number there is none."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    answer = caller.post("/access/v1/evaluation", asked(case), X_Request_ID="vraag-7")
    assert (answer.status_code, answer.headers["x-request-id"]) == (200, "vraag-7")
    assert "x-request-id" not in caller.post("/access/v1/evaluation", asked(case)).headers


def test_nobody_asks_for_somebody_else_or_about_a_case_of_others(door: Door) -> None:
    """Given another's name, an unknown case, or two cases at once, the question is not taken."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    other = {**asked(case), "subject": {"type": "recipient", "id": "p-0000000000000000"}}
    problem_of(caller.post("/access/v1/evaluation", other), 422, "BAD_VALUE")
    problem_of(door.signed_in(*BOARD).post("/access/v1/evaluation", asked(case)), 404, "UNKNOWN_CASE")
    second = door.referred(POLICE)
    parts = [{"resource": {"type": "case", "id": one}} for one in (case, second)]
    body = {"action": {"name": "read"}, "context": CONTEXT, "evaluations": parts}
    problem_of(door.signed_in(*POLICE).post("/access/v1/evaluations", body), 422, "BULK")
    kept = [one.fact for one in door.house.store.history(door.house.attempts.stream)]
    assert [(one.command, one.code) for one in kept if isinstance(one, CommandRefused)] == [
        ("EvaluateAccess", "NOT_ON_CASE"),
        ("EvaluateAccess", "BULK"),
    ]


def test_every_decision_of_a_house_is_executed_again_and_equal(door: Door) -> None:
    """Given looks, refusals and questions, the log holds the set that decided, and each comes out the same."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    caller.ask(case, "COORDINATE_CARE", "IDENTITY", "HEALTH")
    caller.ask(case, None)
    caller.post("/access/v1/evaluation", asked(case))
    door.house.settle()
    log = door.house.log.read(0, door.house.log.size())
    found = replayed(decisions_of(log), sets_of(door.house.store, door.house.governance.stream))
    assert (found.decisions, found.equal, found.differing) == (3, 3, [])
