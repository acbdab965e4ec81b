"""Scenario 5: one case, two rooms. Only the items that were chosen go along to the house."""

from tests.scenarios.people import HOUSE_PANEL
from tests.scenarios.steps import TEAM, at_work, items, referred, taken_by_the_house
from tests.scenarios.world import World

HOUSE_TEAM = [["PROSECUTION", "prosecution"], ["MENTAL_HEALTH", "treatment"], ["POLICE", "police-task"]]


def provided(house: World, case: str, what: str) -> str:
    """Let the police bring one report to the local room. Returns its item."""
    reader = house.director()
    before = set(items(reader, case, "NUISANCE"))
    offered = [{"category": "NUISANCE", "what": what}]
    data = {"case": case, "task": "police-task", "offered": offered, "purpose": "PREVENT_CRIME_NUISANCE"}
    house.answer_to("POLICE", house.send("POLICE", "items-provided", data))
    (item,) = set(items(reader, case, "NUISANCE")) - before
    return item


def test_only_what_is_listed_goes_along_to_the_house(house: World) -> None:
    """A listed item is read by a participant of the house alone; an unlisted one is ITEM_NOT_SHARED to it."""
    case = referred(house)
    at_work(house, case, team=TEAM)
    listed, unlisted = provided(house, case, "klacht van maart"), provided(house, case, "klacht van april")
    taken_by_the_house(house, case, team=HOUSE_TEAM, panel=HOUSE_PANEL, along=[listed])

    state = house.director().case(case)
    assert (state["case_id"], state["room"], state["stage"]) == (case, "HOUSE", "IN_CONSULTATION")
    assert {one["org"] for one in state["participants"]} == {"PROSECUTION", "MENTAL_HEALTH", "POLICE"}

    prosecutor = house.signed_in("PROSECUTION", "prosecution", "officier-04")
    seen = prosecutor.ask(case, "COORDINATE_ENFORCEMENT", items=[listed])
    assert seen.status_code == 200, seen.text
    assert [value["content"] for value in seen.json()["values"]] == [{"what": "klacht van maart"}]

    problem = prosecutor.ask(case, "COORDINATE_ENFORCEMENT", items=[unlisted])
    assert problem.json()["code"] == "ITEM_NOT_SHARED"
    assert "april" not in problem.text

    left = house.signed_in("PROBATION", "probation-supervision", "toezichthouder-05")
    assert left.ask(case, "COORDINATE_ENFORCEMENT", items=[listed]).json()["code"] == "AUTH_EXPIRED"
    assert house.hears("PROBATION", "access-ended", case_id=case)
