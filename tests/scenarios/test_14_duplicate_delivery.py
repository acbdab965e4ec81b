"""Scenario 14: the recipient's own record of one access arrives three times and out of order, and is counted once."""

from typing import Any
from uuid import uuid4

from tests.scenarios.steps import at_work, referred
from tests.scenarios.world import World

PROBATION = ("PROBATION", "probation-supervision")


def receipt(case: str, disclosure: str, seq: int) -> dict[str, Any]:
    """Return what the system of probation says of one access."""
    return {
        "case": case,
        "task": PROBATION[1],
        "reporter": "collega-12",
        "disclosure": disclosure,
        "access": str(uuid4()),
        "accessed_at": f"2026-03-02T11:0{seq}:00+01:00",
        "stream_seq": seq,
    }


def test_a_receipt_that_comes_three_times_and_out_of_order_counts_once(house: World) -> None:
    """Given one disclosure with two accesses, told 2, 2, 1, 2, 1: two receipts beside it, in order of stream_seq."""
    case = referred(house)
    at_work(house, case)
    seen = house.signed_in(*PROBATION).ask(case, "COORDINATE_CARE", "IDENTITY")
    assert seen.status_code == 200, seen.text
    disclosure = seen.json()["disclosure_id"]
    heard = house.hears("PROBATION", "disclosure-recorded", disclosure_id=disclosure)
    assert heard["case_id"] == case
    assert heard["due"]

    first, second = receipt(case, disclosure, 1), receipt(case, disclosure, 2)
    names = {1: str(uuid4()), 2: str(uuid4())}
    for told in (second, second, first, second, first):
        event = house.send("PROBATION", "data-accessed", told, names[told["stream_seq"]])
        assert house.answer_to("PROBATION", event)["outcome"] == "accessed"
    again = house.send("PROBATION", "data-accessed", second)  # another event about the same access
    assert house.answer_to("PROBATION", again)["problem"]["code"] == "ALREADY_ANSWERED"

    house.settled()
    history = house.director().get(f"/cases/{case}/history").json()["facts"]
    assert [one["type"] for one in history].count("nl.zvh.disclosures.data-accessed.v1") == 2
    (row,) = [
        one
        for one in house.signed_in(*PROBATION).get("/disclosures").json()["rows"]
        if one["disclosure_id"] == disclosure
    ]
    assert [one["stream_seq"] for one in row["receipts"]] == [1, 2]
    assert [one["accessed_at"][11:16] for one in row["receipts"]] == ["10:01", "10:02"]
    work = house.signed_in(*PROBATION).get("/work").json()["work"]
    assert disclosure not in {one["about"] for one in work if one["kind"] == "receipt"}
