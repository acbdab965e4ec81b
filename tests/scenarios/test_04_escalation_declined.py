"""Scenario 4: a case is not proposed to the house before the local chamber shows what it tried, and what it wants."""

from tests.scenarios.people import BREAKTHROUGH, ROOM_TEST
from tests.scenarios.steps import at_work, case_director, referred
from tests.scenarios.world import World


def test_an_incomplete_breakthrough_is_not_proposed(house: World) -> None:
    """Nothing tried is refused; a dated act without a wanted decision is refused; the case stays where it is."""
    case = referred(house)
    at_work(house, case)
    staff = case_director(house)
    before = staff.case(case)["sequence"]

    nothing_tried = {"room_test": ROOM_TEST, "breakthrough": {**BREAKTHROUGH, "tried_locally": []}}
    problem = staff.refused(case, "propose-escalation", nothing_tried)
    assert problem["code"] == "BREAKTHROUGH_MISSING"
    assert "wat lokaal is geprobeerd" in problem["detail"]

    nothing_wanted = {"room_test": ROOM_TEST, "breakthrough": {**BREAKTHROUGH, "wanted": ""}}
    problem = staff.refused(case, "propose-escalation", nothing_wanted)
    assert problem["code"] == "BREAKTHROUGH_MISSING"

    state = staff.case(case)
    assert (state["room"], state["stage"]) == ("LOCAL_CHAMBER", "IN_CONSULTATION")
    assert state["sequence"] == before + 2, "both refusals are facts"


def test_the_house_may_decline_with_its_reason(house: World) -> None:
    """A complete proposal is declined by another person than proposed it: room and stage stay, both sides hear it."""
    case = referred(house)
    at_work(house, case)
    case_director(house).done(case, "propose-escalation", {"room_test": ROOM_TEST, "breakthrough": BREAKTHROUGH})
    house_director = house.director("regisseur-02")
    house_director.done(case, "decline-escalation", {"reason": "Lokaal is er nog ruimte."})

    state = house_director.case(case)
    assert (state["room"], state["stage"]) == ("LOCAL_CHAMBER", "IN_CONSULTATION")
    assert house.hears("POLICE", "escalation-declined", case_id=case)
