"""Scenario 15: the college refers after a report that was not acute: another regime before, and a fresh weighing."""

from tests.scenarios.people import CRITERIA
from tests.scenarios.steps import CHAMBER, referred, weighed
from tests.scenarios.world import World


def test_the_wvggz_task_ends_at_acceptance_and_no_health_content_comes_along(house: World) -> None:
    """Regime before is the Wvggz task and after acceptance WGS_ZVH; no item holds health; the criteria are afresh."""
    case = referred(
        house, "MUNICIPAL_EXECUTIVE", channel="WVGGZ_NON_ACUTE", regime="WVGGZ_5_2", task="mandatory-care-report"
    )
    director = house.director()
    state = director.case(case)
    assert (state["channel"], state["regime"]) == ("WVGGZ_NON_ACUTE", "WVGGZ_5_2")
    assert "HEALTH" not in {one["category"] for one in state["items"]}
    assert state["assessment"] is None, "what the referrer thinks is no assessment of the room"

    weighed(director, case, answers=CRITERIA)
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": CHAMBER})
    state = director.case(case)
    assert state["regime"] == "WGS_ZVH"
    assert "HEALTH" not in {one["category"] for one in state["items"]}

    facts = [one["type"] for one in director.get(f"/cases/{case}/history").json()["facts"]]
    assert [kind for kind in facts if "regime-changed" in kind or "criteria-assessed" in kind] == [
        "nl.zvh.cases.criteria-assessed.v1",
        "nl.zvh.cases.regime-changed.v1",
    ]
