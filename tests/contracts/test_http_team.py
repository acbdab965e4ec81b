"""Access that ends and is renewed, over HTTP: the participants, the case director, and what the clock and feeds say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.clock import SystemClock
from services.year.moment import MovedClock
from tests.http_house import CASE_DIRECTOR, POLICE, PROBATION, Door, door_of

STARTED_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_YEAR_ON = datetime(2027, 3, 4, 12, tzinfo=UTC)
REASON = "Het plan loopt nog een jaar."


@pytest.fixture
def clock() -> MovedClock:
    """A clock that starts on a day in March and can be moved."""
    return MovedClock(STARTED_AT, SystemClock())


@pytest.fixture
def door(database: str, tmp_path: Path, clock: MovedClock) -> Iterator[Door]:
    """A house whose clock can be moved."""
    with door_of(database, tmp_path, clock) as found:
        yield found


def renew_work(door: Door) -> list[dict[str, object]]:
    work = door.director().get("/work").json()["work"]
    return [one for one in work if one["kind"] == "renew-authorisation"]


def test_access_that_ended_is_given_back_by_process_direction(door: Door, clock: MovedClock) -> None:
    """Given a year on, who worked on the case and who directs it see and do it again; who is not listed does not."""
    case = door.at_work()
    clock.move(A_YEAR_ON)
    door.house.settle()
    police, director = door.signed_in(*POLICE), door.signed_in(*POLICE, CASE_DIRECTOR)
    assert police.ask(case, "COORDINATE_ENFORCEMENT", "IDENTITY").json()["code"] == "AUTH_EXPIRED"
    assert director.post(f"/cases/{case}/agree-plan", {}).json()["code"] == "AUTH_EXPIRED"
    assert [one["case_id"] for one in renew_work(door)] == [case]

    listed = {"participants": [POLICE], "reason": REASON}
    assert director.post(f"/cases/{case}/renew-authorisation", listed).json()["code"] == "WRONG_HAT"
    done = door.director().done(case, "renew-authorisation", listed)
    assert [one["type"] for one in done["facts"]] == ["nl.zvh.cases.authorisation-renewed.v1"]
    assert police.ask(case, "COORDINATE_ENFORCEMENT", "IDENTITY").status_code == 200
    assert director.post(f"/cases/{case}/agree-plan", {}).json()["code"] != "AUTH_EXPIRED"
    left = door.signed_in(*PROBATION).ask(case, "COORDINATE_ENFORCEMENT", "IDENTITY")
    assert left.json()["code"] == "AUTH_EXPIRED"
    door.house.settle()
    assert [str(one["due"])[:10] for one in renew_work(door)] == ["2028-03-03"]
    assert REASON not in door.director().get(f"/cases/{case}/history").text
