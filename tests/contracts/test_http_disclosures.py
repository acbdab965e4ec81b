"""Content over HTTP goes through the desk: what is shown was written down first, and a refusal is a fact as well."""

import threading
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from events.case import CommandRefused
from events.disclosure import DataDisclosed, DisclosureRefused
from events.fact import Fact
from infra.local.postgres import LocalPostgres
from tests.database_faults import read_only
from tests.http_house import BOARD, POLICE, PROBATION, REASONS, TREATMENT, Caller, Door, problem_of

CARE = "COORDINATE_CARE"
WMO, YOUTH = ("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "youth-act")


def last_of(door: Door, case: str) -> Fact:
    """Return the newest fact of a case."""
    return door.house.store.history(UUID(case))[-1].fact


def ledger(caller: Caller) -> list[dict[str, Any]]:
    """Return what somebody's organisation saw, or was refused, by its own task."""
    found: list[dict[str, Any]] = caller.get("/disclosures").json()["rows"]
    return found


def test_what_is_shown_was_written_down_and_is_in_the_own_ledger(door: Door) -> None:
    """Given a participant with a purpose and reasons, it reads the value; fact and ledger name that very look."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    answer = caller.ask(case, CARE, "IDENTITY")
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert {one["category"] for one in shown["values"]} == {"IDENTITY"}
    assert shown["values"][0]["content"]["family_name"] == "Vanhoudt-Test"
    fact = last_of(door, case)
    assert isinstance(fact, DataDisclosed)
    assert str(fact.disclosure_id) == shown["disclosure_id"]
    assert {str(one.item_id) for one in fact.items} == {one["item_id"] for one in shown["values"]}
    door.house.settle()
    (row,) = ledger(caller)
    assert (row["disclosure_id"], row["decision"]) == (shown["disclosure_id"], shown["decision"])
    assert (row["recipient_org"], row["recipient_task"], row["purpose"]) == (*PROBATION, CARE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": None}, "NO_PURPOSE"),
        ({"purpose": "NIEUWSGIERIG"}, "NO_PURPOSE"),
        ({"legal_basis": []}, "NO_BASIS"),
        ({"necessity": ""}, "NO_REASONING"),
        ({"necessity": "x", "proportionality": "x", "subsidiarity": "x"}, "NO_REASONING"),
    ],
)
def test_a_refusal_of_the_desk_is_a_fact_and_in_the_ledger(door: Door, change: dict[str, Any], code: str) -> None:
    """Given a request that lacks something, nothing is shown, and what was refused to whom is on record."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    body = {"case": case, "purpose": CARE, "categories": ["IDENTITY"], **REASONS, **change}
    answer = caller.post("/disclosures", body)
    problem_of(answer, 422, code)
    assert "Vanhoudt" not in answer.text
    fact = last_of(door, case)
    assert isinstance(fact, DisclosureRefused)
    assert (fact.reason_code, fact.recipient_org) == (code, PROBATION[0])
    door.house.settle()
    assert [(row["decision"], row["reason_code"]) for row in ledger(caller)] == [("REFUSED", code)]


def test_a_search_without_a_case_is_refused_and_on_record(door: Door) -> None:
    """Given no case it is BULK, once per key; for a person the case is missing; nothing of what was typed is kept."""
    door.at_work()
    caller, body = door.signed_in(*PROBATION), {"purpose": CARE, "categories": ["IDENTITY"], **REASONS}
    for _ in range(2):
        problem_of(caller.post("/disclosures", body, Idempotency_Key="zoek-1"), 422, "BULK")
    problem_of(caller.post("/disclosures", {**body, "purpose": None}, Idempotency_Key="zoek-1"), 409, "ID_REUSED")
    problem_of(caller.post("/disclosures", {**body, "subjects": [str(uuid4())]}), 422, "MISSING_FIELD")
    (refused,) = door.house.store.history(door.house.attempts.stream)
    assert isinstance(refused.fact, CommandRefused)
    assert (refused.fact.command, refused.fact.code, refused.envelope.task) == ("Disclose", "BULK", PROBATION[1])


def test_the_request_is_made_in_the_name_of_the_session(door: Door) -> None:
    """Given a body that names another recipient, it is refused as an unknown field, and nothing is written."""
    case = door.at_work()
    before = door.house.store.history(UUID(case))
    for name in ("recipient_org", "recipient_task", "recipient_person"):
        body = {"case": case, "purpose": CARE, **REASONS, name: "POLICE"}
        problem_of(door.signed_in(*PROBATION).post("/disclosures", body), 422, "BAD_VALUE")
    assert door.house.store.history(UUID(case)) == before


def test_another_recipient_is_for_the_house_alone(door: Door) -> None:
    """Given a participant that asks for somebody else, it is the wrong hat, on record in its own name."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    for kind, to in (("WITHIN", "POLICE"), ("RESULT_TO_THIRD_PARTY", "HOUSING_CORPORATION")):
        body = {"case": case, "purpose": CARE, **REASONS, "kind": kind, "recipient": to}
        problem_of(caller.post("/disclosures", body), 403, "WRONG_HAT")
        fact = last_of(door, case)
        assert isinstance(fact, DisclosureRefused)
        assert (fact.recipient_org, fact.kind) == (PROBATION[0], kind)


def test_the_same_key_shows_the_same_look_again_and_writes_it_once(door: Door) -> None:
    """Given an answer that was lost, the same request gives the same disclosure, and the ledger has one look."""
    case, caller, key = door.at_work(), door.signed_in(*TREATMENT), str(uuid4())
    answers = [caller.ask(case, CARE, "IDENTITY", Idempotency_Key=key) for _ in range(3)]
    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    door.house.settle()
    assert len({row["disclosure_id"] for row in ledger(caller)}) == 1


def test_the_same_key_for_another_question_shows_nothing(door: Door) -> None:
    """Given a key that was used to read, another purpose or another category under it is 409 and no content."""
    case, caller, key = door.at_work(), door.signed_in(*TREATMENT), str(uuid4())
    assert caller.ask(case, CARE, "IDENTITY", Idempotency_Key=key).status_code == 200
    for purpose, category in ((CARE, "LIFE_DOMAIN"), ("COORDINATE_ENFORCEMENT", "IDENTITY")):
        answer = caller.ask(case, purpose, category, Idempotency_Key=key)
        problem_of(answer, 409, "ID_REUSED")
        assert "Vanhoudt" not in answer.text


def test_a_stranger_to_the_case_gets_no_refusal_that_betrays_it(door: Door) -> None:
    """Given an organisation without a part in the case, the desk answers as for a case that is not there."""
    case = door.at_work()
    stranger, nowhere = door.signed_in(*BOARD), str(uuid4())
    for asked in (case, nowhere):
        for _ in range(2):
            problem_of(stranger.ask(asked, CARE, Idempotency_Key=f"vraag-{asked}"), 404, "UNKNOWN_CASE")
        problem_of(stranger.ask(asked, None, Idempotency_Key=f"vraag-{asked}"), 404, "UNKNOWN_CASE")
    door.house.settle()
    assert ledger(stranger) == []
    problem_of(stranger.post(f"/cases/{case}/close-case", {"reason_code": "MOVED", "reason": "x"}), 404, "UNKNOWN_CASE")
    question = {"action": {"name": "read"}, "resource": {"type": "case", "id": case}}
    problem_of(stranger.post("/access/v1/evaluation", question), 404, "UNKNOWN_CASE")
    tried = [
        (one.fact.command, one.fact.code, one.envelope.task, str(one.envelope.correlation_id))
        for one in door.house.store.history(door.house.attempts.stream)
        if isinstance(one.fact, CommandRefused)
    ]
    assert tried == [
        ("Disclose", "NOT_ON_CASE", BOARD[1], case),
        ("Disclose", "UNKNOWN_CASE", BOARD[1], nowhere),
        ("CloseCase", "NOT_ON_CASE", BOARD[1], case),
        ("EvaluateAccess", "NOT_ON_CASE", BOARD[1], case),
    ], "each is on record, once, and beside the case"
    assert not [one for one in door.house.store.history(UUID(case)) if isinstance(one.fact, CommandRefused)]


def test_an_organisation_sees_its_own_ledger_by_its_own_task(door: Door) -> None:
    """Given looks by two organisations, and by one task of a third, each session sees its own only."""
    case = door.at_work(team=[list(POLICE), list(PROBATION), list(TREATMENT), list(WMO)])
    for hat in (PROBATION, WMO):
        door.signed_in(*hat).ask(case, CARE, "IDENTITY")
    door.house.settle()
    assert {row["recipient_org"] for row in ledger(door.signed_in(*PROBATION))} == {PROBATION[0]}
    assert {row["recipient_task"] for row in ledger(door.signed_in(*WMO))} == {WMO[1]}
    assert ledger(door.signed_in(*YOUTH)) == []
    assert ledger(door.signed_in(*POLICE)) == []


def test_the_ledger_says_when_it_is_behind(door: Door) -> None:
    """Given a look that is not numbered yet, the ledger is not complete, and then it is."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    assert caller.get("/disclosures").json()["complete"] is True
    caller.ask(case, CARE, "IDENTITY")
    assert caller.get("/disclosures").json()["complete"] is False
    door.house.settle()
    assert caller.get("/disclosures").json()["complete"] is True


def test_no_record_no_data(door: Door, postgres: LocalPostgres, database: str) -> None:
    """Given a database that can be read and not be written, the answer is 503 with Retry-After, and no value."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    with read_only(postgres, database):
        answer = caller.ask(case, CARE, "IDENTITY")
    problem_of(answer, 503, "LOG_UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    assert "Vanhoudt" not in answer.text


def test_a_destroyed_value_is_gone(door: Door, database: str) -> None:
    """Given keys that were destroyed, the look is written down and the answer is 410."""
    case = door.at_work()
    with psycopg.connect(database) as session:
        session.execute("DELETE FROM keys.data_keys WHERE case_id = %s AND subject_id IS NOT NULL", (case,))
    answer = door.signed_in(*PROBATION).ask(case, CARE, "IDENTITY")
    problem_of(answer, 410, "DESTROYED")
    assert "Vanhoudt" not in answer.text


def test_many_who_read_at_once_are_all_written_down(door: Door) -> None:
    """Given twelve looks at one case at the same moment, each that showed something has its own fact."""
    case, shown = door.at_work(), []

    def look(number: int) -> None:
        hat = (PROBATION, TREATMENT, POLICE)[number % 3]
        answer = door.signed_in(*hat, f"medewerker-{number:02}").ask(case, CARE, "IDENTITY")
        if answer.status_code == 200:
            shown.append(answer.json()["disclosure_id"])

    threads = [threading.Thread(target=look, args=(number,)) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    facts = [one.fact for one in door.house.store.history(UUID(case))]
    written = {str(one.disclosure_id) for one in facts if isinstance(one, DataDisclosed)}
    assert shown
    assert len(set(shown)) == len(shown)
    assert set(shown) <= written
