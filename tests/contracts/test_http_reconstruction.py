"""A past case over HTTP: for whoever may see the case, and of what others could see only for the house's own people."""

from typing import Any

import psycopg
import pytest

from events.fact import rfc3339
from tests.http_house import BOARD, POLICE, PROBATION, Door, problem_of


def moments_of(door: Door, case: str) -> list[str]:
    """Return when each fact of a case was written."""
    facts: list[dict[str, Any]] = door.director().get(f"/cases/{case}/history").json()["facts"]
    return [one["recorded_at"] for one in facts]


def test_the_past_of_a_case_is_shown_to_who_may_see_the_case(door: Door) -> None:
    """Each moment gives the stage of that moment; today's document and its ETag stay what they were."""
    case = door.at_work()
    caller = door.signed_in(*POLICE)
    stages = [caller.get(f"/cases/{case}?at={moment}").json()["stage"] for moment in moments_of(door, case)]
    assert stages == ["REFERRED", "IN_TRIAGE", "IN_TRIAGE", "STARTING", "STARTING", "IN_CONSULTATION"]
    today, past = caller.get(f"/cases/{case}"), caller.get(f"/cases/{case}?at={moments_of(door, case)[-1]}")
    assert today.headers["ETag"] == '"6"'
    assert "ETag" not in past.headers, "nobody decides on the past"
    assert today.json().items() <= past.json().items()
    assert "access" not in today.json()
    problem_of(door.signed_in(*BOARD).get(f"/cases/{case}?at=2026-03-01"), 404, "UNKNOWN_CASE")


def test_who_could_see_what_is_for_the_own_organisation_and_for_the_house(door: Door) -> None:
    """A participant reads what it could see itself; the house's own people read it of everybody."""
    case = door.at_work()
    now = rfc3339(door.house.clock.now())
    own = door.signed_in(*PROBATION).get(f"/cases/{case}?at={now}").json()["access"]
    assert {one["org"] for one in own} == {"PROBATION"}
    everybody = door.director().get(f"/cases/{case}?at={now}").json()["access"]
    assert {"POLICE", "PROBATION", "MENTAL_HEALTH", "HOUSE_STAFF"} <= {one["org"] for one in everybody}
    item = next(one for one in everybody if one["org"] == "POLICE")["items"][0]
    assert item["law"]["mark"]
    assert item["says"]


def test_what_the_past_says_could_be_seen_the_desk_shows_and_nothing_more(door: Door) -> None:
    """Asked at once after, with a purpose that is named, the desk hands over exactly what was said to be visible."""
    case = door.at_work()
    now = rfc3339(door.house.clock.now())
    access = door.director().get(f"/cases/{case}?at={now}").json()["access"]
    items = next(one for one in access if (one["org"], one["task"]) == PROBATION)["items"]
    could = {one["item_id"] for one in items if "COORDINATE_CARE" in one["purposes"]}
    shown = door.signed_in(*PROBATION).ask(case, "COORDINATE_CARE").json()
    assert could
    assert {one["item_id"] for one in shown["values"]} == could


def test_asking_about_the_past_writes_nothing(door: Door, database: str) -> None:
    """Neither a fact nor a receipt comes of it."""
    case = door.at_work()

    def counts() -> object:
        with psycopg.connect(database) as session:
            return session.execute(
                "SELECT (SELECT count(*) FROM facts.stored_events), (SELECT count(*) FROM facts.commands)"
            ).fetchone()

    before = counts()
    for known in ("then", "now"):
        assert door.director().get(f"/cases/{case}?at=2030-01-01&known={known}").status_code == 200
        assert door.director().get(f"/cases/{case}/history?at=2030-01-01&known={known}").status_code == 200
    assert counts() == before


def test_each_line_of_the_history_has_organisation_law_and_proof(door: Door) -> None:
    """The facts that are under a signed checkpoint say so; the ground is the article of the day, with its mark."""
    case = door.at_work()
    document = door.director().get(f"/cases/{case}/history").json()
    size = door.house.transparency.reader.checkpoint()[0]
    assert document["complete"] is True
    assert document["checkpoint"] == size
    assert {one["organisation"] for one in document["facts"]} == {"POLICE", "HOUSE_STAFF"}
    for one in document["facts"]:
        assert one["proof"] == {"included": True, "checkpoint": size}
        assert set(one["law"]) == {"ref", "says", "mark"}
    door.director().done(case, "plan-consultation", consultation(door))
    last = door.director().get(f"/cases/{case}/history").json()
    assert last["facts"][-1]["proof"]["included"] is False, "not numbered yet, so not provable yet"
    assert last["complete"] is False


def consultation(door: Door) -> dict[str, object]:
    """Return a consultation next month."""
    day = rfc3339(door.house.clock.now().replace(year=door.house.clock.now().year + 1))
    return {"planned_for": day, "invited": [list(POLICE), list(PROBATION)]}


@pytest.mark.parametrize("at", ["gisteren", "2026-99-01", ""])
def test_what_is_no_moment_is_refused_and_not_told_back(door: Door, at: str) -> None:
    """The problem names the place, never what was written there."""
    case = door.at_work()
    for path in (f"/cases/{case}", f"/cases/{case}/history"):
        answer = door.director().get(f"{path}?at={at}")
        assert problem_of(answer, 422, "BAD_VALUE")["where"] == "query.at"
        assert "gisteren" not in answer.text
    wrong = door.director().get(f"/cases/{case}?at=2026-03-01&known=gisteren")
    assert problem_of(wrong, 422, "BAD_VALUE")["where"] == "query.known"
