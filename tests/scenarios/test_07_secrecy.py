"""Scenario 7: a professional secret is not broken without a ground, and outside care never by a diagnosis."""

from typing import Any

from tests.scenarios.steps import at_work, decisions_heard, items, referred
from tests.scenarios.world import REASONS, World

TREATMENT = {"task": "treatment"}
DIAGNOSIS, NEED = "lijdt aan een verzonnen stoornis", "heeft een rustige ruimte nodig"


def brought(house: World, case: str, what: str, **more: str) -> dict[str, Any]:
    """Let mental health bring one piece on health to the room. Returns what its system hears."""
    offered = {"category": "HEALTH", "what": what, **{k: more[k] for k in more if k == "wording"}}
    ground = {k: more[k] for k in more if k == "secrecy_ground"}
    data = {"case": case, **TREATMENT, "purpose": "COORDINATE_CARE", "offered": [offered], **ground}
    return house.answer_to("MENTAL_HEALTH", house.send("MENTAL_HEALTH", "items-provided", data))


def offered_to_police(house: World, case: str, item: str, **ground: str) -> dict[str, Any]:
    """Let mental health offer one item to the police. Returns what its system hears."""
    to = {"recipient_org": "POLICE", "recipient_task": "police-task"}
    data = {"case": case, **TREATMENT, "granted": [item], "purpose": "PREVENT_UNSAFE", **REASONS, **to, **ground}
    return house.answer_to("MENTAL_HEALTH", house.send("MENTAL_HEALTH", "disclosure-decided", data))


def test_a_diagnosis_stays_and_what_others_need_to_know_goes_by_consent(house: World) -> None:
    """Without a ground it is SECRECY, recorded without the diagnosis; the functional wording with consent passes."""
    case = referred(house)
    at_work(house, case)
    reader = house.director()
    assert brought(house, case, DIAGNOSIS)["problem"]["code"] == "SECRECY"
    assert not items(reader, case, "HEALTH"), "nothing came to the room"

    assert brought(house, case, DIAGNOSIS, wording="CLINICAL", secrecy_ground="CONSENT")["outcome"] == "provided"
    (diagnosis,) = items(reader, case, "HEALTH")
    assert brought(house, case, NEED, wording="FUNCTIONAL", secrecy_ground="CONSENT")["outcome"] == "provided"
    (need,) = set(items(reader, case, "HEALTH")) - {diagnosis}

    consent = {"secrecy_ground": "CONSENT", "secrecy_text": "Betrokkene heeft ja gezegd."}
    for refused in (
        offered_to_police(house, case, diagnosis),
        offered_to_police(house, case, diagnosis, **consent),
        offered_to_police(house, case, need),
    ):
        assert refused["problem"]["code"] == "SECRECY"
        assert DIAGNOSIS not in str(refused)
    assert not decisions_heard(house, "POLICE", case), "the police heard of nothing"

    police = house.signed_in("POLICE", "police-task", "wijkagent-06")
    closed = police.ask(case, "PREVENT_UNSAFE", items=[need], secrecy_ground="CONSENT")
    assert closed.status_code != 200, "without a grant the matrix keeps it"
    assert NEED not in closed.text

    assert offered_to_police(house, case, need, **consent)["outcome"] == "decided"
    heard = house.hears("POLICE", "disclosure-decided", case_id=case)
    assert (heard["decision"], heard["provider_org"], heard["item_ids"]) == ("GRANTED", "MENTAL_HEALTH", [need])
    (grant,) = police.case(case)["grants"]
    assert (grant["items"], grant["recipient"]) == ([need], "POLICE")

    seen = police.ask(case, "PREVENT_UNSAFE", items=[need])
    assert seen.status_code == 200, seen.text
    assert [value["content"] for value in seen.json()["values"]] == [{"what": NEED}]
    for other in (
        police.ask(case, "COORDINATE_ENFORCEMENT", items=[need]),
        police.ask(case, "PREVENT_UNSAFE", items=[diagnosis]),
    ):
        assert other.status_code != 200, "for another purpose, and of another item, there is no grant"
        assert "verzonnen" not in other.text
    facts = [one["type"] for one in reader.get(f"/cases/{case}/history").json()["facts"]]
    assert facts.count("nl.zvh.disclosures.disclosure-decided.v1") == 1
    house.settled()
