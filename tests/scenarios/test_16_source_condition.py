"""Scenario 16: what a source wishes travels with its item: SOURCE_CONDITION, and an ask-first that is answered."""

from typing import Any

import pytest

from tests.scenarios.steps import TEAM, at_work, items, referred
from tests.scenarios.world import REASONS, World

PURPOSE = "PREVENT_CRIME_NUISANCE"
MAYOR = ("MAYOR", "public-order")


def brought(house: World, case: str, *conditions: dict[str, Any]) -> str:
    """Let the police bring one item on nuisance under these conditions. Returns the item."""
    reader = house.director()
    before = set(items(reader, case, "NUISANCE"))
    offered = [{"category": "NUISANCE", "what": "klacht over lawaai", "conditions": list(conditions)}]
    data = {"case": case, "task": "police-task", "purpose": PURPOSE, "offered": offered}
    assert house.answer_to("POLICE", house.send("POLICE", "items-provided", data))["outcome"] == "provided"
    (item,) = set(items(reader, case, "NUISANCE")) - before
    return item


@pytest.mark.parametrize(
    "condition",
    [
        {"code": "ONLY_TO", "orgs": ["POLICE"]},
        {"code": "ONLY_TO", "orgs": ["MAYOR"]},
        {"code": "NOT_TO", "orgs": ["PROBATION"]},
        {"code": "ASK_FIRST"},
    ],
    ids=["for itself", "for another", "not for this one", "ask first"],
)
def test_a_condition_keeps_an_item_from_a_participant_and_not_from_its_source(
    house: World, condition: dict[str, Any]
) -> None:
    """Given a condition that does not take in probation, it gets SOURCE_CONDITION, also at the table; police read."""
    case = referred(house)
    at_work(house, case, team=[*TEAM, list(MAYOR)])
    item = brought(house, case, condition)
    refused = house.signed_in("PROBATION", "probation-supervision").ask(case, PURPOSE, items=[item])
    assert refused.json()["code"] == "SOURCE_CONDITION"
    assert "lawaai" not in refused.text
    assert house.signed_in("POLICE", "police-task").ask(case, PURPOSE, items=[item]).status_code == 200
    named = house.signed_in(*MAYOR).ask(case, PURPOSE, items=[item]).status_code == 200
    assert named is (condition["code"] == "NOT_TO" or "MAYOR" in condition.get("orgs", ()))


def test_what_asks_first_opens_for_who_asked_and_for_nobody_else(house: World) -> None:
    """Given a request that the source grants, probation reads for that purpose; the mayor still has to ask."""
    case = referred(house)
    at_work(house, case, team=[*TEAM, list(MAYOR)])
    item = brought(house, case, {"code": "ASK_FIRST"})
    asked = {"case": case, "task": "probation-supervision", "asked_of": "POLICE", "items": [item], "purpose": PURPOSE}
    event = house.send("PROBATION", "disclosure-requested", {**asked, **REASONS})
    assert house.answer_to("PROBATION", event)["outcome"] == "requested"
    request = house.hears("POLICE", "disclosure-requested", case_id=case)["request_id"]
    decision = {"case": case, "task": "police-task", "request": request, "granted": [item], **REASONS}
    event = house.send("POLICE", "disclosure-decided", decision)
    assert house.answer_to("POLICE", event)["outcome"] == "decided"

    seen = house.signed_in("PROBATION", "probation-supervision").ask(case, PURPOSE, items=[item])
    assert [value["content"] for value in seen.json()["values"]] == [{"what": "klacht over lawaai"}]
    for still_refused in (
        house.signed_in("PROBATION", "probation-supervision").ask(case, "COORDINATE_CARE", items=[item]),
        house.signed_in(*MAYOR).ask(case, PURPOSE, items=[item]),
    ):
        assert still_refused.json()["code"] == "SOURCE_CONDITION"
