"""Scenario 13: who was in the house case only loses access at de-escalation; what it saw stays proven."""

from tests.scenarios.people import HOUSE_PANEL, in_days
from tests.scenarios.steps import (
    CHAMBER,
    TEAM,
    at_work,
    case_director,
    items,
    plan_offered,
    referred,
    taken_by_the_house,
)
from tests.scenarios.world import World

HOUSE_TEAM = [["PRISON_SERVICE", "detention-and-return"], ["MENTAL_HEALTH", "treatment"], ["POLICE", "police-task"]]


def test_access_of_a_house_participant_ends_with_the_de_escalation(house: World) -> None:
    """The prison service reads, the case goes back, the same question is AUTH_EXPIRED, the earlier view is listed."""
    case = referred(house)
    at_work(house, case)
    along = items(house.director(), case, "LIFE_DOMAIN")
    taken_by_the_house(house, case, team=HOUSE_TEAM, panel=HOUSE_PANEL, along=along)
    prison = house.signed_in("PRISON_SERVICE", "detention-and-return", "medewerker-06")
    seen = prison.ask(case, "COORDINATE_ENFORCEMENT", "LIFE_DOMAIN")
    assert seen.status_code == 200, seen.text

    leading = case_director(house)
    plan_offered(house, leading, case, "PRISON_SERVICE", "detention-and-return")
    leading.done(case, "agree-plan")
    leading.done(case, "start-monitoring", {"review_on": in_days(60)})

    house_director = house.director("regisseur-02")
    proposal = {
        "panel": HOUSE_PANEL,
        "ground": "BREAKTHROUGH_REACHED",
        "reasoning": "De plek is er.",
        "chamber": CHAMBER,
    }
    house_director.done(case, "propose-deescalation", proposal)
    coordinator = house.signed_in("HOUSE_STAFF", "local-coordination", "coordinator-01")
    owner = house.pseudonym("POLICE", "casusregisseur-07")
    coordinator.done(case, "deescalate", {"case_director": owner, "participants": TEAM, "accepted_on": in_days(0)})

    refused = prison.ask(case, "COORDINATE_ENFORCEMENT", "LIFE_DOMAIN")
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH_EXPIRED")
    assert house.hears("PRISON_SERVICE", "access-ended", case_id=case)

    house.settled()
    rows = [row for row in prison.get("/disclosures").json()["rows"] if row["case_id"] == case]
    assert [(row["decision"], row["disclosure_id"] == seen.json()["disclosure_id"]) for row in rows[:1]] == [
        (seen.json()["decision"], True)
    ]
    assert rows[-1]["reason_code"] == "AUTH_EXPIRED"

    state = coordinator.case(case)
    assert (state["room"], state["chamber"], state["case_director"]) == ("LOCAL_CHAMBER", CHAMBER, owner)
    local = house.signed_in("POLICE", "police-task", "casusregisseur-07")
    plan_offered(house, local, case, "PROBATION", "probation-supervision")
    local.done(case, "revise-plan", {"reason_code": "NEW_FACTS", "reason": "De zaak is terug bij de kamer."})
    assert {one["owner"] for one in local.case(case)["plan"]["actions"]} == {"PROBATION"}
    earlier = house.signed_in("POLICE", "police-task", "casusregisseur-03")
    assert earlier.refused(case, "start-monitoring", {"review_on": in_days(60)})["code"] == "WRONG_HAT"
