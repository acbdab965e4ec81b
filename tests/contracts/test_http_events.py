"""``POST /events``: events of partners over HTTP, in the three modes of the CloudEvents binding, each answered."""

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from services.intake import Delivery
from tests.http_house import BOARD, POLICE, PROBATION, STRUCTURED, SUPPORT, Caller, Door, problem_of
from tests.scenarios.people import PANEL, referral

BATCH = "application/cloudevents-batch+json"
WMO, YOUTH = ("MUNICIPAL_EXECUTIVE", "wmo"), ("MUNICIPAL_EXECUTIVE", "youth-act")


def structured(caller: Caller, event: object, **headers: str) -> httpx.Response:
    """Send one event, or what should be one, in structured mode."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return caller.post_bytes("/events", body, Content_Type=f"{STRUCTURED}; charset=utf-8", **headers)


def binary(caller: Caller, event: dict[str, Any], **headers: str) -> httpx.Response:
    """Send one event in binary mode: attributes in headers, percent-encoded, and the data as body."""
    named = {
        f"ce_{name}": quote(value, safe="") for name, value in event.items() if name not in ("data", "datacontenttype")
    }
    body = json.dumps(event["data"]).encode()
    return caller.post_bytes("/events", body, **({"Content_Type": "application/json"} | named | headers))


def batched(caller: Caller, events: object) -> httpx.Response:
    """Send a batch."""
    body = events if isinstance(events, bytes) else json.dumps(events).encode()
    return caller.post_bytes("/events", body, Content_Type=BATCH)


def facts_of(door: Door, case: str) -> list[str]:
    """Return the facts of a case, by the last part of their type."""
    return [one.fact.type_name.split(".")[3] for one in door.house.store.history(UUID(case))]


def test_one_event_has_its_outcome_in_the_answer_and_on_the_feed(door: Door) -> None:
    """202, with the case, the submission and a sentence; and the same answer was told on the partner's feed."""
    event = door.event("referral-offered", referral())
    answer = structured(door.signed_in(*POLICE), event)
    assert answer.status_code == 202
    told = answer.json()
    assert told.keys() == {"outcome", "code", "submission", "case_id", "says"}
    assert (told["outcome"], told["code"], told["says"]) == ("received", "OK", "De aanmelding is ontvangen.")
    assert facts_of(door, told["case_id"]) == ["referral-submitted"]
    ((_, topic, message),) = door.house.published(-1)
    assert topic == "zvh.feed.police"
    assert json.loads(message)["data"]["event"] == {"source": event["source"], "id": event["id"]}
    assert json.loads(message)["data"]["submission"] == told["submission"]


@pytest.mark.parametrize("modes", [("structured", "binary"), ("binary", "structured"), ("batch", "binary")])
def test_the_mode_does_not_matter_to_the_event(door: Door, modes: tuple[str, str]) -> None:
    """Given an event that was sent in one mode, the same event in another is a duplicate with the same case."""
    event = door.event("referral-offered", referral(reason="Één café: “te luid”"), id="a/b:c+d")
    caller, told = door.signed_in(*POLICE), []
    for mode in modes:
        if mode == "batch":
            told += batched(caller, [event]).json()["events"]
        else:
            told.append({"structured": structured, "binary": binary}[mode](caller, event).json())
    assert [one["outcome"] for one in told] == ["received", "duplicate"]
    assert told[0]["case_id"] == told[1]["case_id"]
    assert told[0]["submission"] == told[1]["submission"]


def test_over_http_and_over_a_topic_it_is_one_event(door: Door) -> None:
    """Given an event that came over Kafka, sending it over HTTP as well has no second effect."""
    event = door.event("referral-offered", referral())
    taken = door.house.intake.take(Delivery("zvh.intake.police:0:1", "POLICE", json.dumps(event).encode()))
    told = structured(door.signed_in(*POLICE), event).json()
    assert (told["outcome"], told["case_id"]) == ("duplicate", str(taken.case_id))


def test_every_event_of_a_batch_has_its_own_outcome_in_order(door: Door) -> None:
    """Given good, doubled, broken, foreign and unknown events in one batch, none stops another."""
    good, second = door.event("referral-offered", referral()), door.event("referral-offered", referral())
    other = door.event("referral-offered", referral(), "PROBATION")
    unknown = door.event("referral-cancelled", {})
    wrong = door.event("referral-offered", {**referral(), "channel": "GEEN"})
    told = batched(door.signed_in(*POLICE), [good, good, wrong, 7, other, unknown, {}, second])
    assert told.status_code == 202
    found = told.json()["events"]
    assert [one["outcome"] for one in found] == [
        "received",
        "duplicate",
        "unknown_channel",
        "bad_value",
        "wrong_sender",
        "unknown_type",
        "missing_field",
        "received",
    ]
    assert [one["case_id"] is not None for one in found] == [True, True, *[False] * 5, True]
    problems = [one["problem"] for one in found if one["code"] != "OK"]
    assert [one["status"] for one in problems] == [422, 422, 403, 422, 422]
    assert problems[0]["where"] == "data.channel"


def test_a_batch_that_is_none_is_refused_whole(door: Door) -> None:
    """Given no list, no JSON or too many events, nothing of it is taken."""
    caller, event = door.signed_in(*POLICE), door.event("referral-offered", referral())
    problem_of(batched(caller, event), 422, "BAD_VALUE")
    problem_of(batched(caller, b'[{"specversion": "1.0"'), 400, "BROKEN_JSON")
    problem_of(batched(caller, [event] * 101), 422, "BAD_VALUE")
    assert batched(caller, []).json() == {"events": []}
    assert door.house.published(-1) == []


def test_a_number_that_other_programs_round_is_no_fault_of_ours(door: Door) -> None:
    """Given a number beyond 53 bits in a batch, the event is refused as it is alone."""
    event = door.event("referral-offered", {"channel": 9_007_199_254_740_993})
    alone = structured(door.signed_in(*POLICE), event).json()
    (batch,) = batched(door.signed_in(*POLICE), [event]).json()["events"]
    assert alone["code"] == batch["code"] != "OK"
    assert batch["outcome"] == "duplicate", "it is the same event, so it has the same content in both modes"


@pytest.mark.parametrize(
    ("change", "status", "code", "where"),
    [
        ({"data": {"channel": "PARTICIPANT"}}, 422, "MISSING_FIELD", None),
        ({"type": "nl.zvh.intake.unheard-of.v1"}, 422, "UNKNOWN_TYPE", "type"),
        ({"source": "urn:nld:oin:00000003273229340000:x"}, 403, "WRONG_SENDER", "source"),
        ({"specversion": "0.3"}, 422, "BAD_VALUE", "specversion"),
        ({"onbehalfof": "00000003273229340000"}, 403, "WRONG_SENDER", "onbehalfof"),
    ],
)
def test_a_refused_event_has_the_status_of_its_problem(
    door: Door, change: dict[str, Any], status: int, code: str, where: str | None
) -> None:
    """One event that is refused is answered by its problem document, with the outcome beside it."""
    answer = structured(door.signed_in(*POLICE), {**door.event("referral-offered", referral()), **change})
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
    assert (told["outcome"], told["case_id"], "problem" in told) == (code.lower(), None, False)
    assert told["title"]
    if where is not None:
        assert told["where"] == where


@pytest.mark.parametrize("body", [b"", b"{", b"\x00\x01", b'{"id": 1, "id": 2}', b"[" * 100_000])
def test_bytes_that_are_no_json_are_refused_and_kept_sealed(door: Door, body: bytes) -> None:
    """Nothing is lost: the sender hears 400, and the original goes sealed to the topic of what was rejected."""
    answer = structured(door.signed_in(*POLICE), body)
    told = answer.json()
    assert told["code"] == ("OVERSIZED" if len(body) > 65_536 else "BROKEN_JSON")
    assert answer.status_code == (413 if len(body) > 65_536 else 400)
    topics = [topic for _, topic, _ in door.house.published(-1)]
    assert sorted(set(topics)) == ["zvh.feed.police", "zvh.intake.rejected"]


def test_no_personal_datum_of_a_refused_event_comes_back(door: Door) -> None:
    """Given a referral with a wrong BSN, and one with an unknown field, the answer names places only."""
    data = referral()
    wrong_bsn = {**data, "subject": {**data["subject"], "bsn": "999990018"}}
    extra = {**data, "subject": {**data["subject"], "Vanhoudt-veld": "Vanhoudt-waarde"}}
    for sent, place in ((wrong_bsn, "data.subject.bsn"), (extra, "data.subject")):
        answer = structured(door.signed_in(*POLICE), door.event("referral-offered", sent))
        assert answer.json()["where"] == place
        assert not [text for text in ("99999", "Vanhoudt", "Joppe", "Nergensstraat") if text in answer.text]


def test_the_same_key_makes_it_a_redelivery(door: Door) -> None:
    """Given a lost answer, the same event with the same key has the first outcome; without a key it is a duplicate."""
    caller, event = door.signed_in(*POLICE), door.event("referral-offered", referral())
    first = structured(caller, event, Idempotency_Key="zending-1")
    assert structured(caller, event, Idempotency_Key="zending-1").json() == first.json()
    assert structured(caller, event).json() == {**first.json(), "outcome": "duplicate"}
    assert facts_of(door, first.json()["case_id"]) == ["referral-submitted"]


def test_an_id_with_other_content_is_refused_whatever_the_key(door: Door) -> None:
    """Given an event id that was used, other content under it is 409, also with the key of the first time."""
    caller, event = door.signed_in(*POLICE), door.event("referral-offered", referral())
    structured(caller, event, Idempotency_Key="zending-1")
    other = {**event, "data": referral()}
    for key in ("zending-1", "zending-2"):
        answer = structured(caller, other, Idempotency_Key=key)
        assert (answer.status_code, answer.json()["code"]) == (409, "ID_REUSED")


def test_a_tracer_in_the_headers_does_not_change_the_event(door: Door) -> None:
    """Given binary mode with an extension that differs each time, the event sent again is the same event."""
    caller, event = door.signed_in(*POLICE), door.event("referral-offered", referral())
    outcomes = [binary(caller, event, ce_traceparent=one).json()["outcome"] for one in ("00-a", "00-b")]
    assert outcomes == ["received", "duplicate"]


def test_a_session_speaks_for_its_own_task_alone(door: Door) -> None:
    """Given a session of one task, an event that names another task of the same organisation is refused."""
    event = door.event("referral-offered", referral(task=WMO[1]), WMO[0])
    answer = structured(door.signed_in(*YOUTH), event)
    assert (answer.status_code, answer.json()["code"]) == (403, "WRONG_HAT")
    case = structured(door.signed_in(*WMO), door.event("referral-offered", referral(task=WMO[1]), WMO[0])).json()
    assert case["outcome"] == "received"


def test_a_withdrawal_without_a_task_is_by_the_task_of_the_session(door: Door) -> None:
    """Given a referral of one task, the session of another task cannot take it back by leaving the task out."""
    offered = door.event("referral-offered", referral(task=WMO[1]), WMO[0])
    structured(door.signed_in(*WMO), offered)
    back = {"referral": offered["id"], "reason": "De eigen aanpak werkt alsnog"}
    refused = structured(door.signed_in(*YOUTH), door.event("referral-withdrawn", back, WMO[0])).json()
    assert refused["code"] == "WRONG_HAT"
    taken = structured(door.signed_in(*WMO), door.event("referral-withdrawn", back, WMO[0])).json()
    assert taken["outcome"] == "withdrawn"


def test_the_houses_own_people_send_no_events(door: Door) -> None:
    """Given support or a director, /events is no door: they have commands, and no feed to hear an answer on."""
    for caller in (door.signed_in(*SUPPORT), door.director()):
        problem_of(structured(caller, door.event("referral-offered", referral())), 403, "NOT_PARTICIPANT")
    assert door.house.published(-1) == []


def test_a_case_of_others_and_no_case_get_the_same_answer(door: Door) -> None:
    """Given an answer to a check in a case of which the sender knows nothing, it cannot tell whether there is one."""
    case = door.referred()
    door.director().done(case, "open-triage", {"panel": PANEL})
    told = []
    for number in (case, str(UUID(int=7))):
        data = {"case": number, "task": BOARD[1], "check": str(UUID(int=8)), "known": True}
        answer = structured(door.signed_in(*BOARD), door.event("known-check-answered", data, BOARD[0]))
        assert answer.status_code == 404
        told.append({name: value for name, value in answer.json().items() if name not in ("instance", "submission")})
    assert told[0] == told[1]
    assert "known-check-answered" not in facts_of(door, case)


def test_a_partner_answers_over_http_what_it_was_asked(door: Door) -> None:
    """Given a known check, the organisation that was asked answers it in structured mode, once."""
    case = door.referred()
    door.director().done(case, "open-triage", {"panel": PANEL})
    asked = door.director().done(case, "request-known-check", {"asked": [list(PROBATION)]})
    data = {"case": case, "task": PROBATION[1], "check": asked["facts"][0]["id"], "known": True}
    caller = door.signed_in(*PROBATION)
    assert structured(caller, door.event("known-check-answered", data, PROBATION[0])).json()["outcome"] == "answered"
    again = structured(caller, door.event("known-check-answered", data, PROBATION[0]))
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_ANSWERED")
