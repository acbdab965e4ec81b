"""The same request twice over HTTP: one effect and one answer, by the key that names the request."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.http_house import POLICE, SUPPORT, Door, problem_of
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST

KEY = "opdracht-2026-0001"
SEATS = {"panel": PANEL}


def types_of(door: Door, case: str) -> list[str]:
    """Return the facts of a case, by the last part of their type."""
    return [one.fact.type_name.split(".")[3] for one in door.house.store.history(UUID(case))]


def test_a_command_without_a_key_is_refused_and_not_done(door: Door) -> None:
    """Given no key, or an empty one, the answer names the header, in both languages, and nothing is written."""
    case, director = door.referred(), door.director()
    for headers in ({}, {"Idempotency_Key": ""}, {"Idempotency_Key": "  "}):
        answer = director.post_bytes(f"/cases/{case}/open-triage", b"{}", **headers)
        found = problem_of(answer, 422, "MISSING_FIELD")
        assert found["where"] == "Idempotency-Key"
        assert "Plaats: Idempotency-Key." in found["detail"]
    answer = director.post_bytes(f"/cases/{case}/open-triage", b"{}", Accept_Language="en")
    assert "Place: Idempotency-Key." in problem_of(answer, 422, "MISSING_FIELD")["detail"]
    problem_of(director.post_bytes("/disclosures", b"{}"), 422, "MISSING_FIELD")
    assert types_of(door, case) == ["referral-submitted"]


def test_a_key_longer_than_200_characters_is_refused(door: Door) -> None:
    """The longest key works, one character more does not, and is not told back."""
    case, director = door.referred(), door.director()
    answer = director.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key="k" * 201)
    assert problem_of(answer, 422, "BAD_VALUE")["where"] == "Idempotency-Key"
    assert "kkk" not in answer.text
    assert director.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key="k" * 200).status_code == 200


def test_the_same_key_gives_the_same_answer_and_is_done_once(door: Door) -> None:
    """Given a command whose answer was lost, sending it again, also later, gives that very answer."""
    case, director = door.referred(), door.director()
    first = director.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY)
    assert first.status_code == 200
    director.done(case, "record-assessment", {"answers": CRITERIA, "room_test": ROOM_TEST})
    again = director.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY)
    assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, first.headers["etag"])
    assert types_of(door, case) == ["referral-submitted", "triage-opened", "criteria-assessed"]


def test_a_repeated_command_is_no_victim_of_its_own_effect(door: Door) -> None:
    """Given If-Match of before the command, its repetition gives the first answer and no 412."""
    case, director = door.referred(), door.director()
    seen = director.get(f"/cases/{case}").headers["etag"]
    answers = [
        director.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY, If_Match=seen).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["outcome"] == "done"


def test_a_refused_command_is_refused_again_and_written_down_once(door: Door) -> None:
    """Given a refusal, the same key gives the same code and status, and the refusal is one fact."""
    case, support = door.referred(), door.signed_in(*SUPPORT)
    for _ in range(3):
        answer = support.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY)
        problem_of(answer, 403, "WRONG_HAT")
    assert types_of(door, case) == ["referral-submitted", "command-refused"]


@pytest.mark.parametrize("change", ["body", "command", "case"])
def test_the_same_key_for_something_else_is_refused(door: Door, change: str) -> None:
    """Given a key that was used, another body, command or case under it is 409 ID_REUSED, and not done."""
    case, other, director = door.referred(), door.referred(), door.director()
    assert director.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY).status_code == 200
    path, body = {
        "body": (f"/cases/{case}/open-triage", {"panel": PANEL[::-1]}),
        "command": (f"/cases/{case}/record-assessment", {"answers": CRITERIA, "room_test": ROOM_TEST}),
        "case": (f"/cases/{other}/open-triage", SEATS),
    }[change]
    before = types_of(door, case), types_of(door, other)
    found = problem_of(director.post(path, body, Idempotency_Key=KEY), 409, "ID_REUSED")
    assert found["where"] == "Idempotency-Key"
    stale = director.post(path, body, Idempotency_Key=KEY, If_Match='"1"')
    problem_of(stale, 409, "ID_REUSED")
    assert (types_of(door, case), types_of(door, other)) == before


def test_a_key_belongs_to_one_person(door: Door) -> None:
    """Given two directors who use the same key, each has a command of its own."""
    case, other = door.referred(), door.referred()
    for director, one in ((door.director("regisseur-01"), case), (door.director("regisseur-02"), other)):
        assert director.post(f"/cases/{one}/open-triage", SEATS, Idempotency_Key=KEY).status_code == 200


def test_a_key_of_the_desk_and_one_of_a_command_are_of_one_kind(door: Door) -> None:
    """Given a key that was used for a command, a request for data under it is refused, and the other way round."""
    case, officer = door.at_work(), door.signed_in(*POLICE)
    answer = officer.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY)
    problem_of(answer, 409, "WRONG_STAGE")
    problem_of(officer.ask(case, "COORDINATE_CARE", "IDENTITY", Idempotency_Key=KEY), 409, "ID_REUSED")
    assert officer.ask(case, "COORDINATE_CARE", "IDENTITY", Idempotency_Key=f"{KEY}-b").status_code == 200
    answer = officer.post(f"/cases/{case}/open-triage", SEATS, Idempotency_Key=f"{KEY}-b")
    problem_of(answer, 409, "ID_REUSED")


def test_a_request_that_arrives_eight_times_at_once_is_done_once(door: Door) -> None:
    """Given the same request over eight connections at the same moment, all get the one answer."""
    case, director = door.referred(), door.director()
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(director.post, f"/cases/{case}/open-triage", SEATS, Idempotency_Key=KEY) for _ in range(8)]
        answers = [one.result() for one in sent]
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    assert types_of(door, case) == ["referral-submitted", "triage-opened"]
