"""Scenario 12: at the end of the term the case is destroyed; who saw what, and why, is told as before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.clock import SystemClock
from infra.local.postgres import LocalPostgres
from services.year.moment import MovedClock
from tests.conftest import new_database
from tests.scenarios.steps import at_work, items, referred
from tests.scenarios.world import World, world

PROBATION = ("PROBATION", "probation-supervision")
SAME = ("index", "decision", "recipient_org", "recipient_task", "purpose", "categories", "legal_basis", "occurred_at")


@pytest.fixture
def moved(postgres: LocalPostgres, tmp_path: Path) -> Iterator[tuple[World, MovedClock]]:
    """A house of its own, whose clock the test moves: five years are long to wait."""
    clock = MovedClock(datetime.now(UTC), SystemClock())
    with new_database(postgres) as dsn, world(dsn, tmp_path, clock) as started:
        yield started, clock


def who_saw(house: World, subject: str) -> dict[str, Any]:
    """Ask question 1 of domain 5.8 as the privacy office."""
    office = house.signed_in("HOUSE_STAFF", "privacy-office", "privacy-01")
    found: dict[str, Any] = office.get(f"/ledger/subjects/{subject}?purpose=SUPERVISION").json()
    return found


def told(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the ledger says of requests for data, looks at the ledger itself left out."""
    return [{name: row[name] for name in SAME} for row in answer["rows"] if row["categories"] != ["LEDGER"]]


def test_after_destruction_an_item_is_gone_and_the_ledger_answers_as_before(moved: tuple[World, MovedClock]) -> None:
    """Not a day early; then DESTROYED to whoever asks, and the same recipients, categories and purposes as before."""
    house, clock = moved
    case = referred(house)
    at_work(house, case)
    director, reader = house.director(), house.signed_in(*PROBATION)
    assert reader.ask(case, "COORDINATE_CARE", "IDENTITY", "LIFE_DOMAIN").status_code == 200
    assert reader.ask(case, None, "IDENTITY").json()["code"] == "NO_PURPOSE"
    director.done(case, "close-case", {"reason_code": "MOVED", "reason": "Betrokkene is verhuisd."})
    state = director.case(case)
    subject = state["persons"][0]["subject_id"]
    house.settled()
    before = who_saw(house, subject)
    assert {(row["recipient_org"], row["purpose"], row["decision"]) for row in told(before)} >= {
        ("HOUSE_STAFF", "ASSESS_CRITERIA", "GRANTED"),
        ("PROBATION", "COORDINATE_CARE", "GRANTED"),
        ("PROBATION", None, "REFUSED"),
    }

    office = house.signed_in("HOUSE_STAFF", "privacy-office", "privacy-01")
    end = datetime.fromisoformat(state["retain_until"])
    clock.move(end - timedelta(minutes=1))
    assert office.refused(case, "destroy-case")["code"] == "NOT_DUE"
    clock.move(end)
    office.done(case, "destroy-case")
    assert office.case(case)["stage"] == "DESTROYED"
    assert house.hears("PROBATION", "case-destroyed", case_id=case)

    gone = reader.ask(case, "COORDINATE_CARE", "IDENTITY")
    assert (gone.status_code, gone.json()["code"]) == (410, "DESTROYED")
    assert "Vanhoudt" not in gone.text

    house.settled()
    after = who_saw(house, subject)
    assert after["complete"] is True
    assert told(after)[: len(told(before))] == told(before)
    assert [row["reason_code"] for row in after["rows"]][-2:].count("DESTROYED") == 1
    item = items(office, case, "IDENTITY")[0]
    found = office.get(f"/ledger/items/{item}?purpose=SUPERVISION").json()
    assert found["recipients"] == ["HOUSE_STAFF", "PROBATION"]
