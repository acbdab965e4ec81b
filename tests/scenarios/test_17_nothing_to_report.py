"""Scenario 17: one declines, one has nothing to report; the difference is for process direction only (domain 5.7)."""

from tests.scenarios.people import PANEL
from tests.scenarios.steps import referred
from tests.scenarios.world import World


def test_a_refusal_to_answer_looks_like_nothing_to_report_to_the_panel(house: World) -> None:
    """Given both answers over their own topics, the police on the panel see the same of both, by whatever path."""
    case = referred(house)
    director = house.director()
    director.done(case, "open-triage", {"panel": PANEL})
    asked = {"categories": ["LIFE_DOMAIN"], "question": "Loopt er iets?", "necessity": "Nodig voor de weging."}
    for org, task in (("PROBATION", "probation-supervision"), ("MENTAL_HEALTH", "treatment")):
        director.done(case, "request-enrichment", {"org": org, "task": task, **asked})
    replies: list[tuple[str, str, str, dict[str, object], str]] = [
        ("PROBATION", "probation-supervision", "enrichment-provided", {"offered": []}, "provided"),
        ("MENTAL_HEALTH", "treatment", "enrichment-declined", {"reason_code": "SECRECY"}, "declined"),
    ]
    for org, task, kind, reply, outcome in replies:
        question = house.hears(org, "enrichment-requested", case_id=case)["question_id"]
        event = house.send(org, kind, {"case": case, "task": task, "question": question, **reply})
        assert house.answer_to(org, event)["outcome"] == outcome

    panel = house.signed_in("POLICE", "police-task")
    for path in ("", "/history", "/timeline", "/history?at=2099-01-01"):
        told = panel.get(f"/cases/{case}{path}")
        assert told.status_code == 200, told.text
        for word in ("declined", "beantwoordt haar vraag niet", "enrichment-provided", "SECRECY"):
            assert word not in told.text
    kinds = [one["type"] for one in director.get(f"/cases/{case}/history").json()["facts"]]
    assert [kind.split(".")[3] for kind in kinds[-2:]] == ["enrichment-provided", "provider-declined"]
