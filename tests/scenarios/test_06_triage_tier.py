"""Scenario 6: before acceptance only what answers the criteria is asked; a supervision report is not."""

from tests.scenarios.people import PANEL
from tests.scenarios.steps import referred
from tests.scenarios.world import World


def test_during_triage_reports_are_too_much_and_yes_or_no_is_not(house: World) -> None:
    """A question for supervision reports is TIER_EXCEEDED; the known check is asked, answered and heard."""
    case = referred(house)
    director = house.director()
    director.done(case, "open-triage", {"panel": PANEL})
    question = {
        "org": "PROBATION",
        "task": "probation-supervision",
        "categories": ["PROBATION"],
        "question": "Hoe verloopt het toezicht?",
        "necessity": "Om de breedte te wegen.",
    }
    assert director.refused(case, "request-enrichment", question)["code"] == "TIER_EXCEEDED"
    assert "enrichment-requested" not in str(house.feed("PROBATION")), "nobody was asked"

    director.done(case, "request-known-check", {"asked": [["PROBATION", "probation-supervision"]]})
    asked = house.hears("PROBATION", "known-check-requested", case_id=case)
    answer = {"case": case, "task": "probation-supervision", "check": asked["check_id"], "known": True}
    taken = house.answer_to("PROBATION", house.send("PROBATION", "known-check-answered", answer))
    assert taken["outcome"] == "answered"
    assert {one["tier"] for one in director.case(case)["items"]} == {"T1"}
    house.settled()
    assert not [one for one in director.case(case)["waiting"] if one["kind"] == "known-check"]
