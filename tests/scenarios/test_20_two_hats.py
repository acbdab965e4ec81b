"""Scenario 20: mayor and college are two, and inside the town hall each task stands apart: WRONG_HAT (domain 3)."""

from tests.scenarios.steps import TEAM, at_work, referred
from tests.scenarios.world import World

COLLEGE = "MUNICIPAL_EXECUTIVE"
CARE = "COORDINATE_CARE"


def test_a_hat_opens_its_own_door_only(house: World) -> None:
    """Given the college on the case for wmo, neither its other tasks nor the mayor find the case or speak for it."""
    case = referred(house)
    at_work(house, case, team=[*TEAM, [COLLEGE, "wmo"]])
    wmo = house.signed_in(COLLEGE, "wmo")
    assert wmo.ask(case, CARE, "LIFE_DOMAIN").status_code == 200
    for org, task in ((COLLEGE, "youth-act"), (COLLEGE, "local-safety"), ("MAYOR", "public-order")):
        other = house.signed_in(org, task)
        assert other.ask(case, CARE, "LIFE_DOMAIN").json()["code"] == "UNKNOWN_CASE"
        assert other.get(f"/cases/{case}").json()["code"] == "UNKNOWN_CASE"
        assert case not in other.get("/cases").text
        assert case not in other.get("/disclosures").text
    for org, task in ((COLLEGE, "public-order"), ("MAYOR", "wmo")):
        assert house.signed_in(org, task).get("/cases").json()["code"] == "WRONG_HAT"

    offered = {"case": case, "purpose": CARE, "offered": [{"category": "LIFE_DOMAIN", "what": "x"}]}
    for task, code in (("public-order", "WRONG_HAT"), ("youth-act", "UNKNOWN_CASE")):
        answer = house.answer_to(COLLEGE, house.send(COLLEGE, "items-provided", {**offered, "task": task}))
        assert answer["problem"]["code"] == code
    mayor = {**offered, "task": "wmo", "on_behalf_of": "00000001003214345004"}
    answer = house.answer_to(COLLEGE, house.send(COLLEGE, "items-provided", mayor))
    assert answer["problem"]["code"] == "WRONG_SENDER"


def test_a_panel_of_one_organisation_or_one_domain_decides_for_itself(house: World) -> None:
    """Given the referrer alone, one organisation in two tasks, or one domain: SELF_DECISION, and no weighing opens."""
    case = referred(house)
    director = house.director()
    for panel in (
        [["POLICE", "police-task"]],
        [[COLLEGE, "wmo"], [COLLEGE, "local-safety"]],
        [["POLICE", "police-task"], ["PROSECUTION", "prosecution"]],
    ):
        assert director.refused(case, "open-triage", {"panel": panel})["code"] == "SELF_DECISION"
    assert director.case(case)["stage"] == "REFERRED"


def test_each_person_accepts_secrecy_and_who_did_not_is_told(house: World) -> None:
    """Given two who read and one who accepted, the notice goes with both answers, and the house knows the other."""
    case = referred(house)
    at_work(house, case)
    hat = ("PROBATION", "probation-supervision")
    bound, unbound = house.signed_in(*hat, "toezicht-01"), house.signed_in(*hat, "toezicht-02")
    bound.done(case, "accept-confidentiality")
    assert bound.refused(case, "accept-confidentiality")["code"] == "ALREADY_ANSWERED"
    for reader, accepted in ((bound, True), (unbound, False)):
        told = reader.ask(case, CARE, "IDENTITY").json()["confidentiality"]
        assert (told["accepted"], "geheim" in told["says"]) == (accepted, True)
    known = house.director().case(case)["confidentiality"]
    assert [one["person"] for one in known["accepted"] if one["org"] == hat[0]] == [
        house.pseudonym(hat[0], "toezicht-01")
    ]
    assert [one["person"] for one in known["not_accepted"]] == [house.pseudonym(hat[0], "toezicht-02")]
    police = house.signed_in("POLICE", "police-task").case(case)["confidentiality"]
    assert {one["org"] for one in (*police["accepted"], *police["not_accepted"])} == {"POLICE"}
