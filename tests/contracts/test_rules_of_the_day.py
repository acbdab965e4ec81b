"""Rules that the controllers decide from a later day on, at the doors: who is admitted, and who reads what."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from events.governance import TableChange
from infra.clock import SystemClock
from services.acting import Acting
from services.governance import DecideGovernance, ProposeGovernance
from services.policy_replay import decisions_of, replayed
from services.policy_sets import sets_of
from services.year.moment import MovedClock
from tests.facts import HOUSE_OIN
from tests.http_house import PROBATION, STRUCTURED, TEAM, Caller, Door, door_of, problem_of

TODAY = datetime(2026, 12, 1, 12, tzinfo=UTC)
CARE = "COORDINATE_CARE"


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands on the first of December 2026."""
    return MovedClock(TODAY, SystemClock())


@pytest.fixture
def door(database: str, tmp_path: Path, clock: MovedClock) -> Iterator[Door]:
    """A house of that day."""
    with door_of(database, tmp_path, clock) as opened:
        yield opened


def decided(door: Door, table: str, key: str, entry: Mapping[str, object]) -> None:
    """Let one person propose an entry and another record that two controllers decided it."""
    governance = door.house.governance

    def manager(name: str) -> Acting:
        person = door.house.pseudonyms.person(HOUSE_OIN, name)
        return Acting(person, "HOUSE_STAFF", HOUSE_OIN, "chain-management")

    change = TableChange.model_validate({"table": table, "key": key, "entry": entry})
    asked = ProposeGovernance((change,), date.fromisoformat(str(entry["valid_from"])))
    proposal = uuid4()
    governance.propose(door.house.order("ProposeGovernance", manager("een"), governance.stream, asked, proposal), asked)
    decision = DecideGovernance(proposal, ("POLICE", "MAYOR"))
    governance.decide(
        door.house.order("DecideGovernance", manager("twee"), governance.stream, decision, uuid4()), decision
    )


def brought(door: Door, case: str, caller: Caller) -> int:
    """Let probation bring something to the room. Returns the HTTP status."""
    offered = [{"category": "LIFE_DOMAIN", "what": "werkt weer"}]
    data = {"case": case, "task": PROBATION[1], "purpose": CARE, "offered": offered}
    oin = "00000003273229340000"
    event = door.event("items-provided", data) | {"source": f"urn:nld:oin:{oin}:systeem:zaak"}
    return caller.post("/events", event, Content_Type=STRUCTURED).status_code


def test_an_admission_that_ends_takes_every_place_in_a_case_along(door: Door, clock: MovedClock) -> None:
    """Given a last day, access lasts that day; then NOT_PARTICIPANT at every door, and what was seen stays proven."""
    case, probation = door.at_work(), door.signed_in(*PROBATION)
    admitted = door.house.reference.participant("PROBATION", clock.now())
    assert admitted is not None
    last = {"valid_from": "2026-12-02", "valid_until": "2026-12-03"}
    decided(door, "participants", "PROBATION", {**admitted.model_dump(mode="json"), **last})

    clock.move(TODAY.replace(day=3))
    assert probation.ask(case, CARE, "IDENTITY").status_code == 200
    assert brought(door, case, probation) == 202

    clock.move(TODAY.replace(day=4))
    problem_of(probation.ask(case, CARE, "IDENTITY"), 403, "NOT_PARTICIPANT")
    for path in (f"/cases/{case}", "/cases", "/work", "/disclosures"):
        problem_of(probation.get(path), 403, "NOT_PARTICIPANT")
    assert brought(door, case, probation) == 403
    invitation = {"planned_for": "2026-12-20T10:00:00+01:00", "invited": TEAM, "items": []}
    refused = door.director().post(f"/cases/{case}/plan-consultation", invitation)
    problem_of(refused, 403, "NOT_PARTICIPANT")

    door.house.settle()
    subject = door.director().get(f"/cases/{case}").json()["persons"][0]["subject_id"]
    office = door.signed_in("HOUSE_STAFF", "privacy-office")
    rows = office.get(f"/ledger/subjects/{subject}?purpose=SUPERVISION").json()["rows"]
    seen = [one["categories"] for one in rows if (one["recipient_org"], one["decision"]) == ("PROBATION", "GRANTED")]
    assert seen == [["IDENTITY"]]


def test_an_old_decision_comes_out_under_the_matrix_of_its_day(door: Door, clock: MovedClock) -> None:
    """Given a kind of data that nobody but the police reads from tomorrow on, today's look stays right for ever."""
    case, probation = door.at_work(), door.signed_in(*PROBATION)
    category = door.house.reference.category("LIFE_DOMAIN", clock.now())
    assert category is not None
    narrow = {"readers": ["ORG:POLICE"], "valid_from": "2026-12-02"}
    decided(door, "categories", "LIFE_DOMAIN", {**category.model_dump(mode="json", exclude_none=True), **narrow})
    assert probation.ask(case, CARE, "LIFE_DOMAIN").status_code == 200

    clock.move(TODAY.replace(day=2))
    problem_of(probation.ask(case, CARE, "LIFE_DOMAIN"), 422, "CATEGORY_NOT_ALLOWED")
    door.house.settle()
    sets = sets_of(door.house.store, door.house.governance.stream)
    found = replayed(decisions_of(door.house.log.read(0, door.house.log.size())), sets)
    assert (found.decisions, found.equal, found.differing) == (2, 2, [])
