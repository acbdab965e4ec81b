"""Answers that come late, twice or after the end: one reminder, one effect, and nothing after the case has moved on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.clock import SystemClock
from services.year.moment import MovedClock
from tests.facts import POLICE_OIN
from tests.http_house import BOARD, CASE_DIRECTOR, STRUCTURED, TEAM, Door, door_of
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST

TUESDAY = datetime(2026, 12, 1, 12, tzinfo=UTC)
SAFE_HOME, PRISON = ("SAFE_HOME", "safe-home"), ("PRISON_SERVICE", "detention-and-return")


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands on a Tuesday."""
    return MovedClock(TUESDAY, SystemClock())


@pytest.fixture
def door(database: str, tmp_path: Path, clock: MovedClock) -> Iterator[Door]:
    """A house of that day."""
    with door_of(database, tmp_path, clock) as opened:
        yield opened


def told(door: Door, hat: tuple[str, str], case: str, check: str, event_id: str) -> tuple[str, str]:
    """Let an organisation say that it knows the person. Returns outcome and code."""
    data = {"case": case, "task": hat[1], "check": check, "known": True}
    event = door.event("known-check-answered", data, hat[0], id=event_id)
    answer = door.signed_in(*hat).post("/events", event, Content_Type=STRUCTURED).json()
    return answer["outcome"], answer["code"]


def kinds(door: Door, case: str) -> list[str]:
    """Return the facts of a case, by the telling part of their types."""
    facts = door.director().get(f"/cases/{case}/history").json()["facts"]
    return [one["type"].split(".")[3] for one in facts]


def turned(door: Door) -> tuple[int, int]:
    """Let the clock do its round, twice. Returns how often it reminded and marked as late."""
    found = [0, 0]
    for _ in range(2):
        door.house.settle()
        done = door.house.scheduler.round()
        found = [found[0] + done.reminded, found[1] + done.missed]
    return found[0], found[1]


def test_a_late_answer_counts_and_one_after_the_weighing_does_not(door: Door, clock: MovedClock) -> None:
    """Given two who are asked: each reminded once, each late once; then one answers, twice; the other too late."""
    case, director = door.referred(), door.director()
    director.done(case, "open-triage", {"panel": PANEL})
    asked = director.done(case, "request-known-check", {"asked": [list(SAFE_HOME), list(PRISON)]})
    check = asked["facts"][0]["id"]
    clock.move(TUESDAY.replace(day=7))
    assert turned(door) == (2, 0), "two working days before the end of Tuesday the eighth"
    clock.move(TUESDAY.replace(day=9))
    assert turned(door) == (0, 2)

    again = [told(door, SAFE_HOME, case, check, "k-1") for _ in range(3)]
    assert again == [("answered", "OK"), ("duplicate", "OK"), ("duplicate", "OK")]
    assert told(door, SAFE_HOME, case, check, "k-2") == ("already_answered", "ALREADY_ANSWERED")
    director.done(case, "record-assessment", {"answers": CRITERIA, "room_test": ROOM_TEST})
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": "CHAMBER_NORTH"})
    assert told(door, PRISON, case, check, "k-3") == ("wrong_stage", "WRONG_STAGE")
    named = door.house.pseudonyms.person(POLICE_OIN, CASE_DIRECTOR)
    director.done(case, "start-case", {"case_director": named, "participants": TEAM})
    director.done(case, "close-case", {"reason_code": "MOVED", "reason": "Naar elders."})
    assert told(door, PRISON, case, check, "k-4") == ("wrong_stage", "WRONG_STAGE")
    assert told(door, BOARD, case, check, "k-5") == ("unknown_case", "UNKNOWN_CASE")
    facts = kinds(door, case)
    assert facts.count("known-check-answered") == 1
    assert facts[-1] == "case-closed", "what came after the end left no fact in the case"
