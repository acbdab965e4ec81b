"""Scenario 2: trouble in the family counts only with the reason why it matters for the person (BGS 2.20, first)."""

from events.assessment import CriteriaAssessed
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST
from tests.scenarios.steps import CHAMBER, referred
from tests.scenarios.world import World


def test_family_without_relevance_is_unknown_until_it_is_reasoned(house: World) -> None:
    """An empty text is UNKNOWN and not met; with the text C1 holds, and both assessments stay to be seen."""
    case = referred(house)
    director = house.director()
    director.done(case, "open-triage", {"panel": PANEL})
    unreasoned = {**CRITERIA, "place": {"locus": "FAMILY", "relevance_for_subject": ""}}
    director.done(case, "record-assessment", {"answers": unreasoned, "room_test": ROOM_TEST})

    first = director.case(case)["assessment"]
    assert {"criterion": "C1", "part": "RELEVANCE", "answer": "UNKNOWN"} in first["parts"]
    assert first["failed"] == ["C1"]
    assert "C1" in director.refused(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": CHAMBER})["detail"]

    reasoned = {**CRITERIA, "place": {"locus": "FAMILY", "relevance_for_subject": "Zijn zoon woont bij hem in."}}
    director.done(case, "record-assessment", {"answers": reasoned, "room_test": ROOM_TEST})

    second = director.case(case)["assessment"]
    assert (second["failed"], second["assessment_id"] == first["assessment_id"]) == ([], False)
    director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": CHAMBER})

    kept = [one for one in director.get(f"/cases/{case}/history").json()["facts"] if "criteria-assessed" in one["type"]]
    assert len(kept) == 2
    assert all(one["actor"] and one["occurred_at"] for one in kept), "each with its author and moment"
    assert [one["type"] for one in kept] == [CriteriaAssessed.type_name] * 2
