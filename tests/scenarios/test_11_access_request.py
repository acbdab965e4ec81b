"""Scenario 11: a request for access, its terms by the calendar of 2028, and the answer: who saw what, and why."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from infra.clock import SystemClock
from infra.local.postgres import LocalPostgres
from services.year.moment import MovedClock
from tests.conftest import new_database
from tests.scenarios.people import bsn, referral
from tests.scenarios.steps import at_work, referred
from tests.scenarios.world import Staff, World, world

CONTACT_POINT, COLLEGE = ("HOUSE_STAFF", "contact-point"), ("MUNICIPAL_EXECUTIVE", "local-safety")
LEAP_DAY, FIRST_OF_MAY = "2028-02-29T23:00:00.000000Z", "2028-05-01T22:00:00.000000Z"
"""The ends of those days in the Netherlands."""


def noon(month: int, day: int) -> datetime:
    """Return noon of a day of 2028."""
    return datetime(2028, month, day, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands on 10 January 2028."""
    return MovedClock(noon(1, 10), SystemClock())


@pytest.fixture
def house(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory, clock: MovedClock) -> Iterator[World]:
    """A whole house at work in 2028."""
    with new_database(postgres) as dsn, world(dsn, tmp_path_factory.mktemp("issuer"), clock) as started:
        yield started


def received(desk: Staff, number: str) -> str:
    """Receive a request for access. Returns its number."""
    answer = desk.post("/rights", {"right": "ACCESS", "bsn": number})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["request_id"])


def done(staff: Staff, request: str, command: str, **body: object) -> None:
    """Give a command on a request that must succeed."""
    answer = staff.post(f"/rights/{request}/{command}", body)
    assert answer.status_code == 200, answer.text


def test_an_access_request_is_answered_by_the_calendar(house: World, clock: MovedClock) -> None:
    """Due on the leap day; extended in time to 1 May; told too late it is refused and late; then the answer."""
    number = bsn()
    case = referred(house, subject={**referral()["subject"], "bsn": number})
    at_work(house, case)
    clock.move(noon(1, 20))
    seen = house.signed_in("PROBATION", "probation-supervision").ask(case, "COORDINATE_CARE", "LIFE_DOMAIN")
    assert seen.status_code == 200, seen.text
    house.settled()

    clock.move(noon(1, 31))
    desk = house.signed_in(*CONTACT_POINT, "balie-01")
    answered, left = received(desk, number), received(desk, bsn())
    for request in (answered, left):
        assert desk.get(f"/rights/{request}").json()["due"] == LEAP_DAY
    done(desk, answered, "check-identity", method="ID_DOCUMENT", confirmed=True, born="1991-04-17")
    for org in ("POLICE", "MUNICIPAL_EXECUTIVE"):
        part = house.hears(org, "rights-part-opened", request_id=answered)
        assert (part["right"], part["due"]) == ("ACCESS", "2028-02-22T23:00:00.000000Z")

    clock.move(noon(2, 21))
    why = {"reason_code": "COMPLEX", "reason": "Er zijn veel bronnen."}
    done(desk, answered, "extend-request", **why)
    found = desk.get(f"/rights/{answered}").json()
    assert (found["due"], found["late"]) == (FIRST_OF_MAY, False), "30 April is a Sunday"
    assert house.hears("POLICE", "rights-part-extended", request_id=answered)

    clock.move(noon(3, 5))
    refused = desk.post(f"/rights/{left}/extend-request", why)
    assert refused.json()["code"] == "TERM_PASSED"
    assert desk.get(f"/rights/{left}").json()["late"] is True
    house.settled()
    house.house.scheduler.round()
    house.settled()
    late = [one for one in house.house.views.work(overdue_at=clock.now()) if one.case_id == left]
    assert [(one.kind, one.missed_index is not None) for one in late] == [("answer-request", True)]
    waits = [one["case_id"] for one in desk.get("/work").json()["work"] if one["kind"] == "answer-request"]
    assert waits[0] == left, "the one that is late stands first"

    police, college = house.signed_in("POLICE", "police-task"), house.signed_in(*COLLEGE)
    for controller in (police, college):
        done(controller, answered, "decide-part", outcome="GRANTED", reason="Niets staat in de weg.")
    told = desk.post(f"/rights/{answered}/make-report", {"copy": True}).json()
    assert [(one["at"][:10], one["org"], one["categories"], one["purpose"]) for one in told["seen"]] == [
        ("2028-01-20", "PROBATION", ["LIFE_DOMAIN"], "COORDINATE_CARE")
    ]
    assert {(one["org"], one["category"]) for one in told["sources"]} == {
        ("POLICE", "IDENTITY"),
        ("POLICE", "LIFE_DOMAIN"),
    }
    assert told["complete"]
    assert any(one["content"].get("bsn") == number for one in told["copy"])
    page = desk.post(f"/rights/{answered}/make-report", {"format": "text"}).text
    for words in ("Reclassering", "leefgebieden", "begeleiding, zorg en hulp op elkaar afstemmen", "20 januari 2028"):
        assert words in " ".join(page.split())
    done(desk, answered, "answer-request")
    assert desk.get(f"/rights/{answered}").json()["ending"] == "ANSWERED"
    assert house.hears("POLICE", "rights-request-ended", request_id=answered)
