"""Scenario 8: three times the same text is no reasoning, and nothing reaches the recipient."""

from tests.scenarios.steps import at_work, decisions_heard, items, referred
from tests.scenarios.world import REASONS, World

SAME = {"necessity": "Het is nodig.", "proportionality": "het is nodig", "subsidiarity": "HET IS NODIG!"}


def test_a_grant_with_one_text_three_times_reaches_nobody(house: World) -> None:
    """Mental health asks probation for a report; an answer without reasoning is refused, and the next one passes."""
    case = referred(house)
    at_work(house, case)
    reader = house.director()
    report = {"category": "PROBATION", "what": "houdt zich aan de afspraken"}
    data = {"case": case, "task": "probation-supervision", "offered": [report], "purpose": "COORDINATE_CARE"}
    assert house.answer_to("PROBATION", house.send("PROBATION", "items-provided", data))["outcome"] == "provided"
    (item,) = items(reader, case, "PROBATION")

    asked = {"case": case, "task": "treatment", "asked_of": "PROBATION", "items": [item], "purpose": "COORDINATE_CARE"}
    request = house.send("MENTAL_HEALTH", "disclosure-requested", {**asked, **REASONS})
    assert house.answer_to("MENTAL_HEALTH", request)["outcome"] == "requested"
    heard = house.hears("PROBATION", "disclosure-requested", case_id=case)
    assert (heard["recipient_org"], heard["item_ids"]) == ("MENTAL_HEALTH", [item])

    probation = house.signed_in("PROBATION", "probation-supervision", "toezichthouder-05")
    answer = {"request": heard["request_id"], "granted": [item], **REASONS}
    problem = probation.refused(case, "decide-disclosure", {**answer, **SAME})
    assert problem["code"] == "NO_REASONING"
    care = house.signed_in("MENTAL_HEALTH", "treatment", "behandelaar-07")
    assert care.case(case)["grants"] == []
    assert not decisions_heard(house, "MENTAL_HEALTH", case), "nothing reached the recipient"
    seen = care.ask(case, "COORDINATE_CARE", items=[item])
    assert seen.status_code != 200
    assert "afspraken" not in seen.text

    probation.done(case, "decide-disclosure", answer)
    told = house.hears("MENTAL_HEALTH", "disclosure-decided", case_id=case)
    assert (told["request_id"], told["item_ids"]) == (heard["request_id"], [item])
    assert [one["items"] for one in care.case(case)["grants"]] == [[item]]
    seen = care.ask(case, "COORDINATE_CARE", items=[item])
    assert [value["content"] for value in seen.json()["values"]] == [{"what": "houdt zich aan de afspraken"}]
    probation.done(case, "end-grant", {"grant": told["grant_id"], "reason": "De behandeling is afgerond."})
    house.hears("MENTAL_HEALTH", "grant-ended", case_id=case)
    assert care.ask(case, "COORDINATE_CARE", items=[item]).status_code != 200
    house.settled()
