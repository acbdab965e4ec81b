"""Scenario 1: two of four criteria hold, so the case is not taken, and no data of the second tier were asked."""

from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST, referral
from tests.scenarios.steps import CHAMBER
from tests.scenarios.world import World


def test_two_of_four_is_not_enough(house: World) -> None:
    """C1 and C3 hold, C2 has one life domain, C4 is blank: refused by name, rejected, and police hear why."""
    first_facts = {**CRITERIA, "width": CRITERIA["width"][:1], "together": {}}
    event = house.send("POLICE", "referral-offered", referral(criteria=first_facts))
    case = house.answer_to("POLICE", event)["case_id"]
    director = house.director()
    director.done(case, "open-triage", {"panel": PANEL})
    director.done(case, "record-assessment", {"answers": first_facts, "room_test": ROOM_TEST})

    problem = director.refused(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": CHAMBER})
    assert (problem["code"], problem["status"]) == ("CRITERIA_NOT_MET", 422)
    assert "C2, C4" in problem["detail"]

    director.done(case, "reject-case", {"advice": "Zet de eigen hulp voort en meld opnieuw aan als er meer bekend is."})
    heard = house.hears("POLICE", "case-rejected", case_id=case)
    assert heard["failed"] == ["C2", "C4"]
    state = director.case(case)
    assert state["stage"] == "NOT_ACCEPTED"
    assert {item["tier"] for item in state["items"]} == {"T1"}
    assert "CRITERIA_NOT_MET" not in str(heard), "a refusal of the house's own people is no news for a partner"
