"""Scenario 3: all criteria and the local test hold, without a breakthrough: the local chamber, and not the house."""

from tests.scenarios.steps import CHAMBER, referred, weighed
from tests.scenarios.world import World


def test_without_a_breakthrough_the_case_goes_to_the_local_chamber_only(house: World) -> None:
    """An attempt at the house is refused by name; the local chamber takes it, and police hear it."""
    case = referred(house)
    director = house.director()
    weighed(director, case)

    problem = director.refused(case, "accept-case", {"room": "HOUSE"})
    assert problem["code"] == "BREAKTHROUGH_MISSING"
    assert director.case(case)["room"] is None

    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": CHAMBER})
    state = director.case(case)
    assert (state["room"], state["stage"], state["regime"]) == ("LOCAL_CHAMBER", "STARTING", "WGS_ZVH")
    assert house.hears("POLICE", "case-accepted", case_id=case)["room"] == "LOCAL_CHAMBER"
