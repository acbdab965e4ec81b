"""What goes wrong over HTTP: a problem document (RFC 9457) in the reader's language, with a code and a remedy."""

import asyncio
import json
from uuid import UUID

import psycopg
import pytest
from starlette.types import Message, Receive, Scope, Send

from policies.reference import Reference
from services.http.faults import Faults
from tests.http_house import POLICE, Door, problem_of
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST

NOWHERE = f"/cases/{UUID(int=1)}"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "nl"),
        ("nl", "nl"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN", "en"),
        ("nl-NL, en;q=0.8", "nl"),
        ("en, nl", "en"),
        ("de, en;q=0.5", "en"),
        ("en;q=0.2, nl;q=0.9", "nl"),
        ("en;q=0.9, nl;q=0.2", "en"),
        ("en;q=0", "nl"),
        ("nl;q=0, *", "en"),
        ("*", "nl"),
        ("en, *;q=0.5", "en"),
        ("fr", "nl"),
        ("frnlen", "nl"),
        ("en;q=veel", "nl"),
        (",;,", "nl"),
    ],
)
def test_a_problem_is_told_in_the_language_that_is_preferred(door: Door, accepted: str, language: str) -> None:
    """By weight and order of Accept-Language; Dutch where nothing of ours is asked for. The code stays the same."""
    answer = door.signed_in(*POLICE).get(NOWHERE, Accept_Language=accepted)
    found = problem_of(answer, 404, "UNKNOWN_CASE")
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Accept-Language"
    title, detail = {
        "nl": ("Deze zaak bestaat niet.", "Deze zaak bestaat niet. Controleer het nummer van de zaak."),
        "en": ("This case does not exist.", "This case does not exist. Check the number of the case."),
    }[language]
    assert (found["title"], found["detail"]) == (title, detail)
    assert found["type"] == "urn:zvh:problem:unknown-case"
    assert found["legal_ref"] == "ZVH:stages"


def test_a_refusal_of_the_rules_names_what_fails_in_both_languages(door: Door) -> None:
    """Given two of four criteria, the document has the code, the rule, which two fail, and what to do."""
    case, director = door.referred(), door.director()
    director.done(case, "open-triage", {"panel": PANEL})
    halves = {**CRITERIA, "width": CRITERIA["width"][:1], "together": {}}
    director.done(case, "record-assessment", {"answers": halves, "room_test": ROOM_TEST})
    titles = []
    for language in ("nl", "en"):
        answer = director.post(f"/cases/{case}/accept-case", {"room": "LOCAL_CHAMBER"}, Accept_Language=language)
        found = problem_of(answer, 422, "CRITERIA_NOT_MET")
        assert found["legal_ref"] == "BGS:criteria"
        titles.append(found["title"])
    assert titles == [
        "De zaak voldoet niet aan alle vier de criteria (C2, C4).",
        "The case does not meet all four criteria (C2, C4).",
    ]


@pytest.mark.parametrize("name", ["unheard-of", "OpenTriage", "open_triage", "remind-term", "mark-term-missed"])
def test_a_command_that_nobody_gives_is_404(door: Door, name: str) -> None:
    """An unknown name, another spelling, and the commands of the clock alone are unknown, whatever the case."""
    case = door.referred()
    for one in (case, UUID(int=1), "geen-nummer"):
        answer = door.director().post(f"/cases/{one}/{name}")
        problem_of(answer, 404, "UNKNOWN_COMMAND")
        assert name not in answer.text


def test_an_address_that_leads_nowhere_is_404_and_a_method_that_is_not_there_405(door: Door) -> None:
    """Both are problem documents, and with 405 goes which methods there are (RFC 9110, 15.5.6)."""
    director = door.director()
    problem_of(director.get("/zaken"), 404, "NOT_FOUND")
    answer = door.client.delete(NOWHERE, headers={"Authorization": f"Bearer {director.token}"})
    problem_of(answer, 405, "NOT_FOUND")
    assert answer.headers["allow"] == "GET"


def test_a_number_of_a_case_that_is_no_number_is_refused_by_place(door: Door) -> None:
    """Given a text in place of the number, the place is told and the text is not."""
    for path in ("/cases/Vanhoudt", "/cases/Vanhoudt/history"):
        answer = door.director().get(path)
        assert problem_of(answer, 422, "BAD_VALUE")["where"] == "path.case_id"
        assert "Vanhoudt" not in answer.text
    answer = door.director().post("/cases/Vanhoudt/open-triage", {"panel": PANEL})
    assert problem_of(answer, 422, "BAD_VALUE")["where"] == "path.case_id"


def test_stored_bytes_that_contradict_themselves_are_a_fault_of_ours(door: Door, database: str) -> None:
    """Given a fact that somebody damaged in the database, the answer is 500 and shows nothing of it."""
    case = door.referred()
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("ALTER TABLE facts.stored_events DISABLE TRIGGER ALL")
        session.execute("UPDATE facts.stored_events SET state = %s WHERE originator_id = %s", (b"Vanhoudt", case))
    answer = door.director().get(f"/cases/{case}")
    problem_of(answer, 500, "FAULT")
    assert "Vanhoudt" not in answer.text


async def ask(app: Faults) -> list[Message]:
    """Send one request to an ASGI application and return what it sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    await app(scope, receive, send)
    return sent


def test_an_error_that_nobody_foresaw_is_told_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Given an error whose text quotes a name, neither the answer nor the log line has it; both say it went wrong."""

    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("Vanhoudt woont aan de Nergensstraat")

    start, body = asyncio.run(ask(Faults(breaks, Reference.load())))
    assert start["status"] == 500
    assert json.loads(body["body"])["code"] == "FAULT"
    logged = capsys.readouterr()
    assert "ValueError" in logged.err + logged.out
    assert "breaks" in logged.err + logged.out
    for text in ("Vanhoudt", "Nergensstraat"):
        assert text not in body["body"].decode() + logged.err + logged.out


def test_an_answer_that_breaks_off_is_not_made_to_look_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Given an error after the answer began, the connection ends with an error that quotes nothing."""

    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("Vanhoudt woont aan de Nergensstraat")

    with pytest.raises(RuntimeError, match="broke off") as broken:
        asyncio.run(ask(Faults(breaks, Reference.load())))
    assert broken.value.__suppress_context__
    assert "Vanhoudt" not in capsys.readouterr().err
