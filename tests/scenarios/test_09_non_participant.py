"""Scenario 9: a housing corporation is no participant: it is not invited, does not take part and gets no result so."""

from tests.scenarios.people import in_days
from tests.scenarios.steps import TEAM, at_work, referred
from tests.scenarios.world import World

CORPORATION = ["HOUSING_CORPORATION", "letting"]


def test_a_housing_corporation_on_the_list_is_refused(house: World) -> None:
    """On the list of a consultation, of participants or of a panel it is NOT_PARTICIPANT, and nobody is invited."""
    case = referred(house)
    director = house.director()
    refused = director.refused(case, "open-triage", {"panel": [["POLICE", "police-task"], CORPORATION]})
    assert refused["code"] == "NOT_PARTICIPANT"

    at_work(house, case)
    invitation = {"planned_for": f"{in_days(14)}T10:00:00+02:00", "invited": [*TEAM, CORPORATION], "items": []}
    refused = director.refused(case, "plan-consultation", invitation)
    assert (refused["code"], refused["status"]) == ("NOT_PARTICIPANT", 403)
    assert not [one for one in director.case(case)["waiting"] if one["kind"] == "answer-invitation"]

    director.done(case, "plan-consultation", {**invitation, "invited": TEAM})
    assert house.hears("PROBATION", "consultation-planned", case_id=case)
