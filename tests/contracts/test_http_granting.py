"""Single items, results and supervision over HTTP: the whole way of each, on a real database."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from events.case import CommandRefused
from events.errors import Refusal
from events.fact import Fact
from events.granting import DisclosureDecided, DisclosureRequested
from policies.entries import day_of
from services.http.relation import known_to
from tests.http_house import BOARD, POLICE, PROBATION, REASONS, TREATMENT, Caller, Door, problem_of
from tests.workflow import REFERENCE, acting_for

PRIVACY = ("HOUSE_STAFF", "privacy-office")
MAYOR = ("MAYOR", "public-order")
TEAM = [list(POLICE), list(PROBATION), list(TREATMENT), list(MAYOR)]
CARE = "COORDINATE_CARE"
WORDS = "Heeft een rustige kamer nodig bij Verzonnenstraat 12"
CONSENT: dict[str, str] = {"secrecy_ground": "CONSENT", "secrecy_text": "Mevrouw Verzonnen stemt in"}


def last_of(door: Door, case: str) -> Fact:
    """Return the newest fact of a case."""
    return door.house.store.history(UUID(case))[-1].fact


def provided(door: Door, case: str, wording: str) -> str:
    """Let mental health bring one item on health to the room. Returns its id."""
    before = {one["item_id"] for one in door.director().get(f"/cases/{case}").json()["items"]}
    offered = {"category": "HEALTH", "what": WORDS, "wording": wording}
    body = {"offered": [offered], "secrecy_ground": "CONSENT", "purpose": CARE}
    door.signed_in(*TREATMENT).done(case, "provide-items", body)
    after = {one["item_id"] for one in door.director().get(f"/cases/{case}").json()["items"]}
    (found,) = after - before
    return str(found)


def decision(*granted: str, **changes: Any) -> dict[str, Any]:
    """Return an offer to the police that lacks nothing."""
    to = {"recipient_org": POLICE[0], "recipient_task": POLICE[1]}
    return {"granted": list(granted), "purpose": CARE, **REASONS, **to, **CONSENT, **changes}


def between(caller: Caller, case: str) -> dict[str, Any]:
    """Return what somebody sees of requests, grants, results and supervisors."""
    document = caller.get(f"/cases/{case}").json()
    return {name: document[name] for name in ("requests", "grants", "results", "supervisions")}


def test_a_request_goes_to_the_source_which_grants_and_takes_back(door: Door, database: str) -> None:
    """Given a question for one item, it waits at the source; a grant stands until it is taken back; all sealed."""
    case = door.at_work(TEAM)
    item = provided(door, case, "FUNCTIONAL")
    police, care = door.signed_in(*POLICE), door.signed_in(*TREATMENT)
    asked = {"asked_of": TREATMENT[0], "items": [item], "purpose": CARE, **REASONS}
    request = police.done(case, "request-disclosure", asked)["facts"][0]["id"]
    fact = last_of(door, case)
    assert isinstance(fact, DisclosureRequested)
    assert (str(fact.request_id), fact.categories) == (request, ("HEALTH",))
    door.house.settle()
    waiting = [one for one in care.get("/work").json()["work"] if one["kind"] == "disclosure-answer"]
    assert [(one["about"], one["org"]) for one in waiting] == [(request, TREATMENT[0])]

    answer = {"request": request, "granted": [item], **REASONS, "legal_basis": [], **CONSENT}
    grant = care.done(case, "decide-disclosure", answer)["facts"][0]["id"]
    decided = last_of(door, case)
    assert isinstance(decided, DisclosureDecided)
    assert (str(decided.grant_id), decided.legal_basis) == (grant, tuple(REASONS["legal_basis"]))
    (seen,) = between(police, case)["grants"]
    assert (seen["grant_id"], seen["items"], seen["recipient"]) == (grant, [item], POLICE[0])
    door.house.settle()
    assert not [one for one in care.get("/work").json()["work"] if one["kind"] == "disclosure-answer"]
    problem_of(care.post(f"/cases/{case}/decide-disclosure", answer), 409, "ALREADY_ANSWERED")

    care.done(case, "end-grant", {"grant": grant, "reason": "Mevrouw Verzonnen trok het in"})
    assert between(police, case)["grants"] == []
    with psycopg.connect(database) as session:
        stored = session.execute("SELECT state FROM facts.stored_events").fetchall()
    for text in (WORDS, CONSENT["secrecy_text"], str(REASONS["necessity"]), "trok het in"):
        assert not [row for row in stored if text.encode() in bytes(row[0])]


@pytest.mark.parametrize(
    ("wording", "change", "code"),
    [
        ("CLINICAL", {}, "SECRECY"),
        ("FUNCTIONAL", {"secrecy_ground": None}, "SECRECY"),
        ("FUNCTIONAL", {"necessity": "x", "proportionality": "x", "subsidiarity": "X."}, "NO_REASONING"),
        ("FUNCTIONAL", {"purpose": None}, "NO_PURPOSE"),
        ("FUNCTIONAL", {"recipient_org": TREATMENT[0], "recipient_task": TREATMENT[1]}, "SELF_DECISION"),
    ],
)
def test_a_refused_decision_is_on_record_without_its_content(
    door: Door, wording: str, change: dict[str, Any], code: str
) -> None:
    """Given one thing wrong, the answer says what to do, and the case holds the refusal by code and nothing else."""
    case = door.at_work(TEAM)
    item = provided(door, case, wording)
    answer = door.signed_in(*TREATMENT).post(f"/cases/{case}/decide-disclosure", decision(item, **change))
    document = problem_of(answer, answer.status_code, code)
    assert REFERENCE.refusal(code).remedy in document["detail"]
    fact = last_of(door, case)
    assert isinstance(fact, CommandRefused)
    assert (fact.command, fact.code) == ("DecideDisclosure", code)
    assert item not in fact.model_dump_json()
    assert between(door.director(), case)["grants"] == []


def test_who_it_does_not_concern_sees_no_request_and_no_grant(door: Door) -> None:
    """Given a request and a grant between two, a third on the case sees neither; process direction sees both."""
    case = door.at_work(TEAM)
    item = provided(door, case, "FUNCTIONAL")
    door.signed_in(*TREATMENT).done(case, "decide-disclosure", decision(item))
    asked = {"asked_of": PROBATION[0], "categories": ["PROBATION"], "purpose": CARE, **REASONS}
    door.signed_in(*TREATMENT).done(case, "request-disclosure", asked)
    counted = {
        hat: [len(between(door.signed_in(*hat), case)[name]) for name in ("requests", "grants")]
        for hat in (POLICE, PROBATION, TREATMENT, MAYOR)
    }
    assert counted == {POLICE: [0, 1], PROBATION: [1, 0], TREATMENT: [1, 1], MAYOR: [0, 0]}
    both = between(door.director(), case)
    assert (len(both["requests"]), len(both["grants"])) == (1, 1)


def test_a_third_party_gets_a_result_by_a_controller_after_advice(door: Door) -> None:
    """Given a result for a housing corporation, it waits for advice, and a controller lets it out, nobody else."""
    case = door.at_work(TEAM)
    director, mayor, officer = door.director(), door.signed_in(*MAYOR), door.signed_in(*PRIVACY)
    words = {"kind": "RESULT_TO_THIRD_PARTY", "recipient_org": "HOUSING_CORPORATION", "result": WORDS}
    problem_of(director.post(f"/cases/{case}/make-result", {**words, "recipient_org": "BAKERY"}), 422, "UNKNOWN_CHOICE")
    result = director.done(case, "make-result", words)["facts"][0]["id"]
    release = {"result": result, "purpose": "PREVENT_UNSAFE", **REASONS, "legal_basis": ["WGS:results", "WGS:purpose"]}
    problem_of(mayor.post(f"/cases/{case}/release-result", release), 422, "ADVICE_MISSING")
    door.house.settle()
    (waiting,) = [one for one in officer.get("/work").json()["work"] if one["kind"] == "advise-result"]
    assert waiting["about"] == result

    officer.done(case, "give-privacy-advice", {"result": result, "positive": True, "advice": "Kan zo."})
    problem_of(door.signed_in(*PROBATION).post(f"/cases/{case}/release-result", release), 422, "NOT_A_CONTROLLER")
    mayor.done(case, "release-result", release)
    door.house.settle()
    assert not [one for one in officer.get("/work").json()["work"] if one["kind"] == "advise-result"]
    (seen,) = between(director, case)["results"]
    assert (seen["result_id"], seen["advice"], seen["released"]) == (result, True, True)


def test_the_recipient_of_a_result_may_ask_for_it_and_knows_no_more(door: Door) -> None:
    """Given a participant that is not on the case, a result let out for it opens the way to the desk, not the case."""
    case = door.at_work(TEAM)
    board = acting_for(*BOARD)
    words = {"kind": "RESULT_TO_PARTICIPANT", "recipient_org": BOARD[0], "recipient_task": BOARD[1], "result": WORDS}
    result = door.director().done(case, "make-result", words)["facts"][0]["id"]
    with pytest.raises(Refusal, match="bestaat niet"):
        known_to(door.house, UUID(case), board, to_ask=True)
    door.signed_in(*MAYOR).done(case, "release-result", {"result": result, "purpose": "PREVENT_UNSAFE", **REASONS})
    assert str(known_to(door.house, UUID(case), board, to_ask=True).case_id) == case
    with pytest.raises(Refusal, match="bestaat niet"):
        known_to(door.house, UUID(case), board)
    with pytest.raises(Refusal, match="bestaat niet"):
        known_to(door.house, UUID(case), acting_for(BOARD[0], "another-task"), to_ask=True)
    problem_of(door.signed_in(*BOARD).get(f"/cases/{case}"), 404, "UNKNOWN_CASE")


def test_a_draft_is_not_read_by_the_participant_for_which_it_is_written(door: Door) -> None:
    """Given a result that nobody let out, its own recipient gets no word of it at the desk."""
    case = door.at_work(TEAM)
    words = {
        "kind": "RESULT_TO_PARTICIPANT",
        "recipient_org": PROBATION[0],
        "recipient_task": PROBATION[1],
        "result": WORDS,
    }
    door.director().done(case, "make-result", words)
    answer = door.signed_in(*PROBATION).ask(case, CARE, "RESULT")
    assert answer.status_code in (403, 422)
    assert WORDS not in answer.text


def test_a_supervisor_knows_a_case_while_it_is_let_in(door: Door) -> None:
    """Given an auditor, it knows no case until the house opens one, and not after that was ended; others never."""
    case, officer = door.at_work(TEAM), door.signed_in(*PRIVACY)
    auditors = {
        code: Caller(door.client, door.issuer.token("auditor-1", found.oin, found.tasks[0]))
        for code in ("AUDITOR", "AP")
        if (found := REFERENCE.supervisor(code, door.house.clock.now())) is not None
    }
    auditor, other = auditors["AUDITOR"], auditors["AP"]
    problem_of(auditor.get(f"/cases/{case}"), 404, "UNKNOWN_CASE")
    today = day_of(door.house.clock.now()).isoformat()
    body = {
        "supervisor": "AUDITOR",
        "supervisor_task": "supervision",
        "ground": "PRIVACY_AUDIT",
        "reason": "Steekproef",
        "until": today,
    }
    problem_of(door.director().post(f"/cases/{case}/open-supervision", body), 403, "WRONG_HAT")
    opened = officer.done(case, "open-supervision", body)["facts"][0]["id"]
    seen = auditor.get(f"/cases/{case}")
    assert seen.status_code == 200
    assert [one["supervision_id"] for one in seen.json()["supervisions"]] == [opened]
    assert auditor.get(f"/cases/{case}/history").status_code == 200
    problem_of(other.get(f"/cases/{case}"), 404, "UNKNOWN_CASE")
    problem_of(auditor.post(f"/cases/{case}/close-case", {"reason_code": "MOVED", "reason": "a"}), 403, "WRONG_HAT")
    officer.done(case, "end-supervision", {"supervision": opened})
    problem_of(auditor.get(f"/cases/{case}"), 404, "UNKNOWN_CASE")


def test_a_supervisor_has_no_list_no_work_and_no_topic(door: Door) -> None:
    """Given an auditor, its lists are empty, and events are for participants."""
    door.at_work(TEAM)
    found = REFERENCE.supervisor("AUDITOR", door.house.clock.now())
    assert found is not None
    auditor = Caller(door.client, door.issuer.token("auditor-1", found.oin, "supervision"))
    assert auditor.get("/cases").json() == {"cases": []}
    assert auditor.get("/work").json()["work"] == []
    problem_of(auditor.post("/events", {}), 403, "NOT_PARTICIPANT")


def test_a_record_is_corrected_beside_the_look(door: Door) -> None:
    """Given a look under a wrong purpose, the correction and the notice to its recipient stand in the case."""
    case = door.at_work(TEAM)
    look = door.signed_in(*PROBATION).ask(case, CARE, "IDENTITY").json()["disclosure_id"]
    body = {"disclosure": look, "what": "WRONG_PURPOSE", "explanation": "Verkeerd gekozen", "purpose": "PREVENT_UNSAFE"}
    done = door.signed_in(*PRIVACY).done(case, "correct-disclosure", body)
    assert [one["type"].split(".")[3] for one in done["facts"]] == ["disclosure-corrected", "recipient-notified"]
    unknown = {**body, "disclosure": case}
    problem_of(door.signed_in(*PRIVACY).post(f"/cases/{case}/correct-disclosure", unknown), 422, "UNKNOWN_ITEM")
