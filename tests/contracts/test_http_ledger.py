"""The ledger over HTTP: every route asks its desk, so that who looks, and why, is written down; and it pages."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from events.ledger import LedgerConsulted
from tests.http_house import POLICE, PROBATION, Caller, Door, problem_of

CARE = "COORDINATE_CARE"
OFFICE = ("HOUSE_STAFF", "privacy-office")
SOMEBODY = "5c1f7f0e-3f0b-4f0e-9a57-3d3c7c1b8a10"
ROUTES = {
    f"/ledger/subjects/{SOMEBODY}": "SUBJECT",
    "/ledger/participants/POLICE": "PARTICIPANT",
    "/ledger/participants/POLICE/sight?at=2026-03-01": "AS_OF",
    f"/ledger/items/{SOMEBODY}?version=1": "ITEM",
    f"/ledger/purposes/{CARE}?first=2026-01&last=2026-03": "PURPOSE",
    "/ledger/refusals": "REFUSALS",
    "/ledger/without-basis": "WITHOUT_BASIS",
    "/ledger/gaps": "GAPS",
}


def looks(door: Door) -> list[LedgerConsulted]:
    facts = door.house.store.history(door.house.ledger_desk.stream)
    return [one.fact for one in facts if isinstance(one.fact, LedgerConsulted)]


def office(door: Door) -> Caller:
    return door.signed_in(*OFFICE)


def asked(caller: Caller, path: str) -> dict[str, Any]:
    answer = caller.get(f"{path}{'&' if '?' in path else '?'}purpose=SUPERVISION")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_list_above_is_every_route_of_the_ledger(door: Door) -> None:
    """A new route that reads the ledger must stand there, and be refused and recorded like the others."""
    described = {path for path in door.client.get("/openapi.json").json()["paths"] if path.startswith("/ledger")}
    there = {re.sub(r"\{[a-z]+\}", "X", path) for path in described}
    named = "|".join((SOMEBODY, "POLICE", CARE))
    assert there == {re.sub(named, "X", path.partition("?")[0]) for path in ROUTES}


@pytest.mark.parametrize("path", ROUTES)
def test_each_question_is_recorded_and_answered(door: Door, path: str) -> None:
    """With who asks and for which purpose; the answer names its record and says whether it is complete."""
    found = asked(office(door), path)
    (look,) = looks(door)
    assert (look.question, look.granted, look.purpose, look.recipient_task) == (
        ROUTES[path],
        True,
        "SUPERVISION",
        OFFICE[1],
    )
    assert found["consultation_id"] == str(look.consultation_id)
    assert found["complete"] is True
    assert found["gaps"] == []


@pytest.mark.parametrize("path", ROUTES)
def test_each_question_is_refused_to_who_has_no_business_and_without_a_purpose(door: Door, path: str) -> None:
    """A process director, another organisation, and the privacy office that does not say why: on record, no answer."""
    more = "&" if "?" in path else "?"
    for caller in (door.director(), door.signed_in(*PROBATION)):
        problem_of(caller.get(f"{path}{more}purpose=SUPERVISION"), 403, "WRONG_HAT")
    problem_of(office(door).get(path), 422, "NO_PURPOSE")
    assert [one.granted for one in looks(door)] == [False] * 3


@pytest.mark.parametrize("typed", ["%00", "Jansen", "%27%3B--", "A" * 65])
def test_what_is_no_code_is_refused_before_anything_is_asked(door: Door, typed: str) -> None:
    """Given a zero byte, a name, a quote or a long text where a code belongs, it is BAD_VALUE and not told back."""
    months = "first=2026-01&last=2026-02&"
    for path in (f"participants/{typed}?", f"participants/{typed}/sight?at=2026-01-01&", f"purposes/{typed}?{months}"):
        problem = problem_of(office(door).get(f"/ledger/{path}purpose=SUPERVISION"), 422, "BAD_VALUE")
        assert "Jansen" not in str(problem)
    assert looks(door) == []


def test_what_an_organisation_sees_of_itself_is_recorded_as_well(door: Door) -> None:
    """``GET /disclosures`` is a look at the ledger too."""
    door.at_work()
    assert door.signed_in(*PROBATION).get("/disclosures").json()["rows"] == []
    (look,) = looks(door)
    assert (look.question, look.about_org, look.recipient_org, look.granted) == (
        "PARTICIPANT",
        "PROBATION",
        "PROBATION",
        True,
    )
    assert asked(door.signed_in(*PROBATION), "/ledger/participants/PROBATION")["rows"] == []


def test_long_answers_come_in_pages(door: Door) -> None:
    """``next`` leads to the next page, until there is none; together they are the whole."""
    case = door.at_work()
    for _ in range(5):
        door.signed_in(*PROBATION).ask(case, CARE, "IDENTITY")
    door.house.settle()
    path, found, after = "/ledger/participants/PROBATION?limit=2", [], ""
    while True:
        page = asked(office(door), path + (f"&after={after}" if after else ""))
        found += page["rows"]
        assert len(page["rows"]) <= 2
        after = page["next"]
        if after is None:
            break
    assert [row["recipient_number"] for row in found] == [1, 2, 3, 4, 5]
    problem_of(office(door).get("/ledger/participants/PROBATION?after=x&purpose=SUPERVISION"), 422, "BAD_VALUE")


def test_what_an_organisation_could_see_is_as_authorised_then(door: Door) -> None:
    """Before the case there was nothing; at work police could see the identity for a purpose."""
    case = door.at_work()
    now = asked(office(door), "/ledger/participants/POLICE/sight?at=2999-12-31")["cases"]
    before = asked(office(door), "/ledger/participants/POLICE/sight?at=2026-01-01")["cases"]
    assert before == []
    mine = [one for one in now if one["case_id"] == case]
    assert {one["task"] for one in mine} == {POLICE[1]}
    identity = [item for one in mine for item in one["items"] if item["category"] == "IDENTITY"]
    assert identity
    assert all("PREVENT_UNSAFE" in item["purposes"] or item["reason_code"] == "AUTH_EXPIRED" for item in identity)
    problem_of(office(door).get("/ledger/participants/POLICE/sight?at=gisteren&purpose=SUPERVISION"), 422, "BAD_VALUE")


def test_what_an_organisation_could_see_is_told_of_cases_that_it_left(door: Door) -> None:
    """Closed since: at work it could see the identity, now it could not; the case is named for both moments."""
    case = door.at_work()
    at_work = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    door.director().done(case, "close-case", {"reason_code": "MOVED", "reason": "Verhuisd."})
    door.house.settle()
    for moment, sees in ((at_work, True), ("2999-12-31", False)):
        cases = asked(office(door), f"/ledger/participants/{PROBATION[0]}/sight?at={moment}")["cases"]
        items = [item for one in cases if one["case_id"] == case for item in one["items"]]
        assert items, "it had a place in this case"
        assert any(item["allowed"] and item["kinds"] == ["WITHIN"] for item in items) is sees


def test_who_ever_got_an_item_is_found_by_it(door: Door) -> None:
    """The house, by the referral; and probation, by its look."""
    case = door.at_work()
    shown = door.signed_in(*PROBATION).ask(case, CARE, "IDENTITY").json()["values"][0]["item_id"]
    door.house.settle()
    found = asked(office(door), f"/ledger/items/{shown}")
    assert found["recipients"] == ["HOUSE_STAFF", "PROBATION"]
    assert found["rows"][-1]["items"][0] == {"item_id": shown, "version": 1}
    assert asked(office(door), f"/ledger/items/{shown}?version=2")["rows"] == []
