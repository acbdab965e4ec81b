"""Reading cases over HTTP: only those in which the organisation and the task of the session have a place."""

from uuid import UUID, uuid4

import pytest

from tests.http_house import BOARD, POLICE, PROBATION, SUPPORT, TREATMENT, Caller, Door, problem_of
from tests.scenarios.people import PANEL, referral

WMO, SAFETY = ("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "local-safety")
"""Two tasks of one organisation."""


def cases_of(caller: Caller) -> list[str]:
    """Return the numbers of the cases that somebody may list."""
    return [one["case_id"] for one in caller.get("/cases").json()["cases"]]


def work_of(caller: Caller) -> list[tuple[str, str]]:
    """Return the kind and the case of all that waits for somebody."""
    return [(one["kind"], one["case_id"]) for one in caller.get("/work").json()["work"]]


def weighed_by(door: Door, *panel: tuple[str, str]) -> str:
    """Refer a case and open its weighing with this panel."""
    case = door.referred()
    door.director().done(case, "open-triage", {"panel": [list(one) for one in panel]})
    door.house.settle()
    return case


def test_the_list_holds_the_cases_in_which_one_has_a_place(door: Door) -> None:
    """Referrer, panel and the house's own people see a case; an organisation that has no part in it does not."""
    first, second = door.referred(), door.referred(PROBATION)
    assert cases_of(door.signed_in(*POLICE)) == [first]
    assert cases_of(door.signed_in(*PROBATION)) == [second]
    assert cases_of(door.signed_in(*BOARD)) == []
    assert set(cases_of(door.director())) == {first, second}
    door.director().done(first, "open-triage", {"panel": PANEL})
    door.house.settle()
    assert set(cases_of(door.signed_in(*PROBATION))) == {first, second}
    assert cases_of(door.signed_in(*TREATMENT)) == [first]


def test_another_task_of_the_same_organisation_does_not_see_the_case(door: Door) -> None:
    """Given a panel with the municipality's care task, its safety task finds no case, no number and no history."""
    case = weighed_by(door, POLICE, PROBATION, WMO)
    assert cases_of(door.signed_in(*WMO)) == [case]
    assert cases_of(door.signed_in(*SAFETY)) == []
    assert door.signed_in(*WMO).get(f"/cases/{case}").status_code == 200
    problem_of(door.signed_in(*SAFETY).get(f"/cases/{case}"), 404, "UNKNOWN_CASE")
    problem_of(door.signed_in(*SAFETY).get(f"/cases/{case}/history"), 404, "UNKNOWN_CASE")


def test_a_case_that_is_not_there_and_one_that_is_not_yours_are_the_same_404(door: Door) -> None:
    """Whoever has no part in a case cannot find out that it exists, by reading, by a command or at the desk."""
    case, nothing = door.at_work(), str(uuid4())
    before = door.house.store.history(UUID(case))
    for hat in (BOARD, SAFETY):
        caller = door.signed_in(*hat)
        told = []
        for number in (case, nothing):
            answers = (
                caller.get(f"/cases/{number}"),
                caller.get(f"/cases/{number}/history"),
                caller.post(f"/cases/{number}/open-triage", {"panel": PANEL}),
                caller.post(f"/cases/{number}/open-triage", {"panel": PANEL}, If_Match='"1"'),
                caller.ask(number, "COORDINATE_CARE"),
            )
            for answer in answers:
                problem_of(answer, 404, "UNKNOWN_CASE")
            # Each problem has a number of its own, for whoever asks about it; all else must be the same.
            bodies = [{name: said for name, said in one.json().items() if name != "instance"} for one in answers]
            told.append([(body, sorted(one.headers.items())) for body, one in zip(bodies, answers, strict=True)])
        assert told[0] == told[1]
    assert door.house.store.history(UUID(case)) == before, "nobody writes in a case by asking for it"


def test_the_number_of_a_refused_message_is_no_case(door: Door) -> None:
    """A refused submission has a stream of facts, and is no case that anybody can open."""
    event = door.event("referral-offered", referral(channel="GEEN_KANAAL"))
    answer = door.signed_in(*POLICE).post("/events", event, Content_Type="application/cloudevents+json").json()
    assert answer["outcome"] == "unknown_channel"
    problem_of(door.director().get(f"/cases/{answer['submission']}"), 404, "UNKNOWN_CASE")


def test_stage_and_room_choose_from_the_list(door: Door) -> None:
    """Each filter keeps what has that stage or room; a text that is no code is refused, and not told back."""
    at_work, referred = door.at_work(), door.referred()
    director = door.director()

    def found(query: str) -> list[str]:
        return [one["case_id"] for one in director.get(f"/cases?{query}").json()["cases"]]

    assert found("stage=REFERRED") == [referred]
    assert found("room=LOCAL_CHAMBER") == [at_work]
    assert found("stage=REFERRED&room=LOCAL_CHAMBER") == []
    assert problem_of(director.get("/cases?room=UNHEARD_OF"), 422, "BAD_VALUE")["where"] == "query.room"
    answer = director.get("/cases?stage=Vanhoudt")
    assert problem_of(answer, 422, "BAD_VALUE")["where"] == "query.stage"
    assert "Vanhoudt" not in answer.text


@pytest.mark.parametrize("path", ["/cases", "/cases/{case}", "/cases/{case}/history", "/work"])
def test_no_overview_holds_content(door: Door, path: str) -> None:
    """Whatever stands in a case, lists and histories tell of the work and not of the person."""
    person = {
        "bsn": "999990019",
        "given_name": "Joppe",
        "family_name": "Vanhoudt-Test",
        "birth_date": "1991-04-17",
        "address": "Nergensstraat 5",
        "municipality": "Rotterdam",
    }
    case = door.referred(
        subject=person, reason="Er zijn klachten.", reporter="collega-77", inform_status={"status": "PENDING"}
    )
    for caller in (door.signed_in(*POLICE), door.signed_in(*SUPPORT)):
        answer = caller.get(path.format(case=case))
        assert case in answer.text
        assert not [text for text in (*person.values(), "klachten", "collega-77") if text in answer.text]


def test_the_history_tells_every_fact_in_order(door: Door) -> None:
    """Sequence from 1 without gaps, the place in the log, who, for whom, and on what ground."""
    case = door.at_work()
    history = door.signed_in(*PROBATION).get(f"/cases/{case}/history").json()
    facts = history["facts"]
    assert history["complete"] is True
    assert [one["sequence"] for one in facts] == list(range(1, len(facts) + 1))
    assert [one["type"].split(".")[3] for one in facts][:2] == ["referral-submitted", "triage-opened"]
    assert all(one["actor"].startswith("p-") and one["legal_ref"] for one in facts)


def test_work_is_what_waits_for_the_role_or_the_organisation(door: Door) -> None:
    """Support opens the weighing, the director weighs, and only who is asked sees the question; done is gone."""
    case, support, director = door.referred(), door.signed_in(*SUPPORT), door.director()
    assert ("open-triage", case) in work_of(support)
    assert ("open-triage", case) not in work_of(director)
    director.done(case, "open-triage", {"panel": PANEL})
    director.done(case, "request-known-check", {"asked": [list(BOARD)]})
    door.house.settle()
    assert ("assess", case) in work_of(director)
    assert ("open-triage", case) not in work_of(support)
    assert work_of(door.signed_in(*BOARD)) == [("known-check", case)]
    assert ("known-check", case) not in work_of(door.signed_in(*PROBATION))


def test_work_of_one_task_is_not_told_to_another(door: Door) -> None:
    """Given a check that was asked of the municipality's care task, its safety task has nothing to do."""
    case = weighed_by(door, POLICE, PROBATION, TREATMENT)
    door.director().done(case, "request-known-check", {"asked": [list(WMO)]})
    door.house.settle()
    assert work_of(door.signed_in(*WMO)) == [("known-check", case)]
    assert work_of(door.signed_in(*SAFETY)) == []


def test_the_work_list_says_under_which_pseudonym_one_stands_in_the_facts(door: Door) -> None:
    """Given two people, each reads its own: that is what a process director needs to name a case director."""
    own = door.director().get("/work").json()["person"]
    case = door.at_work()
    history = door.director().get(f"/cases/{case}/history").json()["facts"]
    assert own in {fact["actor"] for fact in history}
    assert door.signed_in(*POLICE).get("/work").json()["person"] != own
