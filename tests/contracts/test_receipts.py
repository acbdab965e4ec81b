"""Receipts on a real house: the recipient's own system confirms what it got; both sides are paired, and gaps shown."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from events.correction import DataAccessed
from events.disclosure import DataDisclosed
from infra.clock import SystemClock
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from services.acting import Acting
from services.ledger_asking import gaps, period
from services.ledger_desk import Answer
from services.ledger_questions import OfSubject, WithoutBasis
from services.notices import SAYS
from services.year.moment import MovedClock
from tests.conftest import new_database
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, PROBATION, STRUCTURED, Door, door_of
from tests.scenarios.people import PANEL

CARE = "COORDINATE_CARE"


def seen(door: Door, case: str, hat: tuple[str, str] = PROBATION) -> str:
    """Let somebody see something. Returns the disclosure."""
    answer = door.signed_in(*hat).ask(case, CARE, "IDENTITY")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["disclosure_id"])


def receipt(
    door: Door, case: str, disclosure: str, seq: int, hat: tuple[str, str] = PROBATION, **changes: object
) -> Any:
    """Return the event with which the system of an organisation confirms a disclosure."""
    data = {
        "case": case,
        "task": hat[1],
        "reporter": "collega-12",
        "disclosure": disclosure,
        "access": str(uuid4()),
        "accessed_at": "2026-03-02T11:00:00+01:00",
        "stream_seq": seq,
        **changes,
    }
    return door.event("data-accessed", data, hat[0])


def told(door: Door, event: Any, hat: tuple[str, str] = PROBATION) -> dict[str, Any]:
    answer = door.signed_in(*hat).post("/events", event, Content_Type=STRUCTURED)
    found: dict[str, Any] = answer.json()
    return found


def office(door: Door) -> Acting:
    person = door.house.pseudonyms.person(HOUSE_OIN, "privacy-01")
    return Acting(person, "HOUSE_STAFF", HOUSE_OIN, "privacy-office")


def asked(door: Door, *, from_facts: bool = False) -> Answer:
    door.house.settle()
    question = gaps(door.house, *period(door.house, None, None), from_facts=from_facts)
    return door.house.ledger_desk.ask(office(door), question, "SUPERVISION")


def rows(door: Door, case: str, disclosure: str) -> list[dict[str, Any]]:
    door.house.settle()
    subject = UUID(door.director().get(f"/cases/{case}").json()["persons"][0]["subject_id"])
    answer = door.house.ledger_desk.ask(office(door), OfSubject(subject=subject), "SUPERVISION")
    return [row for row in answer.rows or [] if row["disclosure_id"] == disclosure]


def accesses(door: Door, case: str) -> list[DataAccessed]:
    return [one.fact for one in door.house.store.history(UUID(case)) if isinstance(one.fact, DataAccessed)]


def test_a_receipt_stands_beside_its_disclosure(door: Door) -> None:
    """Taken, in the case, paired; and nothing is waited for any more."""
    case = door.at_work()
    disclosure = seen(door, case)
    waiting = [one for one in door.director().get(f"/cases/{case}").json()["waiting"] if one["kind"] == "receipt"]
    assert [(one["about"], one["org"]) for one in waiting] == [(disclosure, "PROBATION")]
    door.house.settle()
    work = door.signed_in(*PROBATION).get("/work").json()["work"]
    assert [one["about"] for one in work if one["kind"] == "receipt"] == [disclosure]

    assert told(door, receipt(door, case, disclosure, 1))["outcome"] == "accessed"
    (row,) = rows(door, case, disclosure)
    assert [one["stream_seq"] for one in row["receipts"]] == [1]
    assert not [one for one in door.director().get(f"/cases/{case}").json()["waiting"] if one["kind"] == "receipt"]
    assert asked(door, from_facts=True).complete


def test_the_feed_tells_what_to_confirm_and_nothing_of_what_it_was(door: Door) -> None:
    """Disclosure, number and due moment; no category and no value."""
    case = door.at_work()
    disclosure = seen(door, case)
    door.house.settle()
    values = [value for _, topic, value in door.house.published(0) if topic == "zvh.feed.probation"]
    (message,) = [value.decode() for value in values if b"disclosure-recorded" in value]
    assert disclosure in message
    assert '"recipient_number":1' in message
    assert '"due"' in message
    assert "IDENTITY" not in message
    assert "Vanhoudt" not in message


def test_the_same_receipt_three_times_and_out_of_order_counts_once(door: Door) -> None:
    """Scenario 14: by event, by access under another event id, and the second before the first."""
    case = door.at_work()
    disclosure = seen(door, case)
    second, first = receipt(door, case, disclosure, 2), receipt(door, case, disclosure, 1)
    outcomes = [told(door, one)["outcome"] for one in (second, second, first, second, first)]
    assert outcomes == ["accessed", "duplicate", "accessed", "duplicate", "duplicate"]
    again = {**second, "id": str(uuid4())}
    answer = told(door, again)
    assert answer["code"] == "ALREADY_ANSWERED"
    assert len(accesses(door, case)) == 2
    (row,) = rows(door, case, disclosure)
    assert [one["stream_seq"] for one in row["receipts"]] == [1, 2]
    assert asked(door).complete


def test_a_number_that_was_given_to_another_access_is_refused(door: Door) -> None:
    """In the same case and in another one, whether the house knows the disclosure or not; each task has its own."""
    case, other = door.at_work(), door.at_work()
    first = receipt(door, case, seen(door, case), 1)
    assert told(door, first)["outcome"] == "accessed"
    for event in (
        receipt(door, case, seen(door, case), 1),
        receipt(door, other, seen(door, other), 1),
        receipt(door, str(uuid4()), str(uuid4()), 1),
    ):
        problem = told(door, event)
        assert (problem["code"], problem["status"], problem["where"]) == ("NUMBER_USED", 409, "data.stream_seq")
        assert problem["title"] == "Dit volgnummer gaf uw systeem eerder aan een andere inzage."
    assert len(accesses(door, case)) == 1
    assert accesses(door, other) == []
    assert told(door, first)["outcome"] == "duplicate"
    police = told(door, receipt(door, case, seen(door, case, POLICE), 1, POLICE), POLICE)
    assert police["outcome"] == "accessed"
    assert [gap.kind for gap in asked(door, from_facts=True).gaps] == []


def test_two_accesses_under_one_number_at_once_have_one_effect(door: Door) -> None:
    """In two cases, at the same moment: one is taken and the other is refused, whoever is first."""
    cases = [door.at_work() for _ in range(2)]
    for number in range(1, 6):
        events = [receipt(door, case, seen(door, case), number) for case in cases]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda event: told(door, event), events))
        codes = [one["code"] if "title" in one else one["outcome"] for one in found]
        assert sorted(codes) == ["NUMBER_USED", "accessed"]
    assert sum(len(accesses(door, case)) for case in cases) == 5


def test_an_access_that_was_told_of_the_wrong_case_may_be_told_of_the_right_one(door: Door) -> None:
    """The mistake stays on record, the same mistake again is no second one, and the receipt is paired in the end."""
    case = door.at_work()
    right = receipt(door, case, seen(door, case), 1)
    wrong = {**right, "id": str(uuid4()), "data": {**right["data"], "case": str(uuid4())}}
    assert told(door, wrong)["outcome"] == "unpaired"
    assert told(door, {**wrong, "id": str(uuid4())})["code"] == "ALREADY_ANSWERED"
    assert told(door, right)["outcome"] == "accessed"
    assert [gap.kind for gap in asked(door).gaps] == ["UNKNOWN_DISCLOSURE"]


def test_numbers_that_were_told_before_the_upgrade_are_known_after_it(door: Door) -> None:
    """The migration reads them from the facts; of a number that was given twice the first access stays."""
    case = door.at_work()
    event = receipt(door, case, seen(door, case), 1)
    told(door, event)
    with psycopg.connect(door.house.dsn) as session:
        session.execute("DROP TABLE facts.receipt_numbers")
        session.execute("DELETE FROM public.zvh_migrations WHERE name LIKE '0018%'")
    assert migrate(door.house.dsn) == ["0018_receipt_numbers.sql"]
    assert told(door, receipt(door, case, seen(door, case), 1))["code"] == "NUMBER_USED"


@pytest.mark.parametrize("what", ["disclosure", "case", "organisation", "refused"])
def test_a_receipt_of_what_the_house_never_disclosed_is_kept_and_shown(door: Door, what: str) -> None:
    """Another disclosure, no such case, somebody else's disclosure, or one that was refused: one record is wrong."""
    case = door.at_work()
    disclosure, hat = seen(door, case), PROBATION
    if what == "disclosure":
        disclosure = str(uuid4())
    elif what == "case":
        case = str(uuid4())
    elif what == "organisation":
        hat = POLICE
    else:
        door.signed_in(*PROBATION).ask(case, None, "IDENTITY")
        facts = door.house.store.history(UUID(case))
        disclosure = str(facts[-1].fact.disclosure_id)  # type: ignore[attr-defined]  # of the refusal
    answer = told(door, receipt(door, case, disclosure, 1, hat), hat)
    assert answer["outcome"] == "unpaired"
    assert answer["case_id"] is None

    found = asked(door)
    unknown = [gap for gap in found.gaps if gap.kind == "UNKNOWN_DISCLOSURE"]
    assert [(gap.about["org"], gap.about["disclosure_id"]) for gap in unknown] == [(hat[0], disclosure)]
    without = door.house.ledger_desk.ask(office(door), WithoutBasis(), "SUPERVISION")
    assert [one["disclosure_id"] for one in without.found.more["accesses"]] == [disclosure]  # type: ignore[attr-defined]
    assert without.rows == []


def test_a_receipt_under_a_foreign_task_is_refused(door: Door) -> None:
    """Nobody confirms under another's hat."""
    case = door.at_work()
    disclosure = seen(door, case)
    event = receipt(door, case, disclosure, 1, task="police-task")
    assert told(door, event)["code"] == "WRONG_HAT"
    assert accesses(door, case) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stream_seq", 0),
        ("stream_seq", "1"),
        ("stream_seq", 2**60),
        ("disclosure", "Joppe"),
        ("accessed_at", "gisteren"),
    ],
)
def test_a_malformed_receipt_is_named_by_its_field(door: Door, field: str, value: object) -> None:
    """The field is told, the value is not, and no fact of the case comes of it."""
    case = door.at_work()
    event = receipt(door, case, seen(door, case), 1)
    event["data"][field] = value
    problem = told(door, event)
    assert problem["where"] == f"data.{field}"
    assert "Joppe" not in str(problem)
    assert accesses(door, case) == []


def test_a_missing_receipt_shows_by_its_number(door: Door) -> None:
    """The third receipt came and the second did not: named, from the rows and from the facts."""
    case = door.at_work()
    for seq in (1, 3):
        told(door, receipt(door, case, seen(door, case), seq))
    found = asked(door, from_facts=True)
    (gap,) = [one for one in found.gaps if one.kind == "STREAM_SEQ"]
    assert (gap.about["org"], gap.about["task"], gap.about["missing"]) == ("PROBATION", PROBATION[1], [2])
    facts: Any = found.found.more["from_facts"]
    assert [(one["kind"], one["missing"]) for one in facts] == [("STREAM_SEQ", [2])]


def test_a_receipt_that_does_not_come_in_time_is_listed_until_it_does(postgres: LocalPostgres, tmp_path: Path) -> None:
    """After five working days it stands among the gaps; late is better than never."""
    clock = MovedClock(datetime(2026, 3, 2, 9, tzinfo=UTC), SystemClock())
    with new_database(postgres) as dsn, door_of(dsn, tmp_path, clock) as door:
        case = door.at_work()
        disclosure = seen(door, case)
        clock.move(datetime(2026, 3, 9, 22, 59, tzinfo=UTC))
        assert asked(door).complete
        clock.move(datetime(2026, 3, 9, 23, 0, tzinfo=UTC))
        (gap,) = asked(door).gaps
        assert (gap.kind, gap.about["org"], gap.about["disclosure_id"]) == ("NO_RECEIPT", "PROBATION", disclosure)
        told(door, receipt(door, case, disclosure, 1))
        assert asked(door).complete


def test_a_receipt_that_does_not_come_in_time_is_told_once_and_is_work_of_the_privacy_officer(
    postgres: LocalPostgres, tmp_path: Path
) -> None:
    """One message with ids and the moment alone; the work ends when the receipt comes."""
    clock = MovedClock(datetime(2026, 3, 2, 9, tzinfo=UTC), SystemClock())
    with new_database(postgres) as dsn, door_of(dsn, tmp_path, clock) as door:
        case = door.at_work()
        disclosure = seen(door, case)
        for moment in (datetime(2026, 3, 9, 22, 59, tzinfo=UTC), datetime(2026, 3, 9, 23, tzinfo=UTC)):
            clock.move(moment)
            door.house.settle()
            assert of_office(door) == []
            door.house.scheduler.round()
            door.house.scheduler.round()
        clock.move(datetime(2026, 3, 20, tzinfo=UTC))
        door.house.settle()
        door.house.scheduler.round()
        door.house.settle()

        (message,) = feed(door, "term-missed")
        assert message == {
            "case_id": case,
            "says": SAYS["term-missed"],
            "kind": "receipt",
            "about": disclosure,
            "due": "2026-03-09T23:00:00.000000Z",
        }
        assert of_office(door) == [disclosure]
        told(door, receipt(door, case, disclosure, 1))
        door.house.settle()
        assert of_office(door) == []
        assert len(feed(door, "term-missed")) == 1


def feed(door: Door, name: str) -> list[dict[str, Any]]:
    """Return what probation heard under this name."""
    values = [json.loads(value) for _, topic, value in door.house.published(0) if topic == "zvh.feed.probation"]
    return [one["data"] for one in values if one["type"] == f"nl.zvh.feed.{name}.v1"]


def of_office(door: Door) -> list[str]:
    """Return the disclosures whose missing receipt the privacy officer looks into, as the door of the work says."""
    work = door.signed_in("HOUSE_STAFF", "privacy-office").get("/work").json()["work"]
    return [one["about"] for one in work if one["kind"] == "missing-receipt"]


def test_the_houses_own_people_owe_no_receipt(door: Door) -> None:
    """They look in the house itself."""
    case = door.referred()
    door.director().done(case, "open-triage", {"panel": PANEL})
    assert door.director().ask(case, "ASSESS_CRITERIA", "LIFE_DOMAIN").status_code == 200
    shown = [one.fact for one in door.house.store.history(UUID(case)) if isinstance(one.fact, DataDisclosed)]
    assert [one.receipt_by for one in shown] == [None]
