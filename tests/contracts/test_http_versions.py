"""Two people and one case over HTTP: the version that was seen goes along, and whoever is late hears the newest."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.http_house import Caller, Door, problem_of
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST

SEATS = {"panel": PANEL}
WEIGHED = {"answers": CRITERIA, "room_test": ROOM_TEST}


def version_of(caller: Caller, case: str) -> str:
    """Return the ETag of a case."""
    return caller.get(f"/cases/{case}").headers["etag"]


def test_the_version_of_a_case_is_that_of_its_last_fact(door: Door) -> None:
    """The ETag is a strong one, is the sequence of the case, and stands in the answer to a command too."""
    case, director = door.referred(), door.director()
    answer = director.get(f"/cases/{case}")
    assert answer.headers["etag"] == '"1"'
    assert answer.json()["sequence"] == 1
    told = director.post(f"/cases/{case}/open-triage", SEATS)
    assert told.headers["etag"] == version_of(director, case) == f'"{told.json()["sequence"]}"' == '"2"'


def test_a_command_on_the_version_that_was_seen_is_done(door: Door) -> None:
    """Given the present version, or a star, the command is done."""
    case, director = door.referred(), door.director()
    seen = version_of(director, case)
    assert director.post(f"/cases/{case}/open-triage", SEATS, If_Match=seen).status_code == 200
    assert director.post(f"/cases/{case}/record-assessment", WEIGHED, If_Match="*").status_code == 200


def test_a_command_on_an_older_version_is_412_with_the_present_one(door: Door) -> None:
    """Given a case that changed since it was seen, nothing is done and the answer has the version of now."""
    case, director = door.referred(), door.director()
    seen = version_of(director, case)
    director.done(case, "open-triage", SEATS)
    answer = director.post(f"/cases/{case}/record-assessment", WEIGHED, If_Match=seen)
    found = problem_of(answer, 412, "CHANGED_MEANWHILE")
    assert answer.headers["etag"] == version_of(director, case) == '"2"'
    assert found["title"] == "Iemand anders heeft de zaak intussen gewijzigd."
    again = director.post(f"/cases/{case}/record-assessment", WEIGHED, If_Match=answer.headers["etag"])
    assert again.status_code == 200


def test_a_version_that_is_still_to_come_is_412_too(door: Door) -> None:
    """Given a version that the case never had, nothing is done."""
    case, director = door.referred(), door.director()
    problem_of(director.post(f"/cases/{case}/open-triage", SEATS, If_Match='"9"'), 412, "CHANGED_MEANWHILE")
    assert version_of(director, case) == '"1"'


@pytest.mark.parametrize("given", ["1", 'W/"1"', '"1", "2"', '"een"', '"-1"', '""', "", '"9999999999"'])
def test_a_version_in_another_form_is_refused_by_name(door: Door, given: str) -> None:
    """Given what is no ETag of ours, the header is named, and the command is not done as if there were none."""
    case, director = door.referred(), door.director()
    answer = director.post(f"/cases/{case}/open-triage", SEATS, If_Match=given)
    assert problem_of(answer, 422, "BAD_VALUE")["where"] == "If-Match"
    assert version_of(director, case) == '"1"'


def test_without_a_version_the_rules_of_the_case_decide(door: Door) -> None:
    """If-Match may be left out: then a second weighing is refused by the stage that the first one made, 409."""
    case, director = door.referred(), door.director()
    director.done(case, "open-triage", SEATS)
    problem_of(director.post(f"/cases/{case}/open-triage", SEATS), 409, "WRONG_STAGE")


def test_of_people_who_change_one_version_at_once_one_wins(door: Door) -> None:
    """Given eight directors with the same version, one command is done; the others hear 412 and the present one."""
    case = door.referred()
    door.director().done(case, "open-triage", SEATS)
    directors = [door.director(f"regisseur-{number:02}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(one.post, f"/cases/{case}/record-assessment", WEIGHED, If_Match='"2"') for one in directors]
        answers = [one.result() for one in sent]
    assert sorted(one.status_code for one in answers) == [200, *[412] * 7]
    assert {one.headers["etag"] for one in answers} == {'"3"'}
    assert len(door.house.store.history(UUID(case))) == 3
