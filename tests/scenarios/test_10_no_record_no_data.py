"""Scenario 10: while the event store refuses writes nobody sees anything; after it a view is recorded once."""

from uuid import uuid4

from infra.local.postgres import LocalPostgres
from tests.database_faults import read_only
from tests.scenarios.steps import at_work, referred
from tests.scenarios.world import REASONS, World


def test_no_record_no_data(house: World, postgres: LocalPostgres) -> None:
    """A view of a file returns LOG_UNAVAILABLE and no content; after recovery the same view works, recorded once."""
    case = referred(house)
    at_work(house, case)
    house.settled()
    officer, key = house.signed_in("PROBATION", "probation-supervision"), {"Idempotency-Key": str(uuid4())}
    body = {"case": case, "purpose": "COORDINATE_ENFORCEMENT", "categories": ["IDENTITY"], **REASONS}
    with read_only(postgres, house.house.dsn):
        refused = officer.send("POST", "/disclosures", body, key)
        assert (refused.status_code, refused.json()["code"]) == (503, "LOG_UNAVAILABLE"), refused.text
        assert refused.headers["retry-after"]
        assert "Vanhoudt" not in refused.text
    shown = officer.send("POST", "/disclosures", body, key)
    assert shown.status_code == 200, shown.text
    assert "Vanhoudt" in shown.text
    again = officer.send("POST", "/disclosures", body, key)
    assert again.json()["disclosure_id"] == shown.json()["disclosure_id"]
    house.settled()
    rows = [row for row in officer.get("/disclosures").json()["rows"] if row["case_id"] == case]
    assert [(row["decision"], row["disclosure_id"]) for row in rows] == [("GRANTED", shown.json()["disclosure_id"])]
