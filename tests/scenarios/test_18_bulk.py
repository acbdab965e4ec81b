"""Scenario 18: nobody searches without a case or person, or takes several cases at once: BULK, and on record."""

from uuid import uuid4

from tests.scenarios.steps import at_work, referred
from tests.scenarios.world import REASONS, World


def test_a_search_over_all_cases_is_bulk(house: World) -> None:
    """Given no case, two cases, or a search of audit events for nobody, nothing comes out and each is written down."""
    cases = [referred(house), referred(house)]
    at_work(house, cases[0])
    police, office = house.signed_in("POLICE", "police-task"), house.signed_in("HOUSE_STAFF", "privacy-office")
    before = len(house.house.store.history(house.house.attempts.stream))
    everything = {"purpose": "COORDINATE_CARE", "categories": ["IDENTITY"], **REASONS}
    parts = [{"resource": {"type": "case", "id": case}} for case in cases]
    asked = [
        police.post("/disclosures", everything),
        police.post("/access/v1/evaluations", {"action": {"name": "read"}, "evaluations": parts}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in asked] == [(422, "BULK")] * 2
    searched = office.get("/fhir/AuditEvent")
    assert (searched.status_code, "BULK" in searched.text) == (422, True)
    for answer in (*asked, searched):
        assert "Vanhoudt" not in answer.text
    kept = house.house.store.history(house.house.attempts.stream)[before:]
    assert [one.envelope.task for one in kept] == ["police-task", "police-task", "privacy-office"]
    of_a_person = police.post("/disclosures", {**everything, "subjects": [str(uuid4())]})
    assert of_a_person.json()["code"] == "MISSING_FIELD", "a person is looked up within one case"
