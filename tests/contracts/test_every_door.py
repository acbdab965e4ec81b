"""Every way to read is declared, and what comes out of it is what was declared: no side door shows a value."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import typer.main

from events.disclosure import DataDisclosed
from events.ledger import LedgerConsulted
from services.cli.app import app as program
from services.doors import HTTP, KAFKA, PROGRAM, Shows
from services.http.commands import GIVEN, path_of
from services.ledger_desk import ledger_stream
from tests.facts import HOUSE_OIN
from tests.http_house import POLICE, PROBATION, TREATMENT, Caller, Door

VALUES_OF_REFERRAL = (
    "Joppe",
    "Vanhoudt-Test",
    "1991-04-17",
    "Nergensstraat",
    "dreigende uitzetting",
    "dagelijks gebruik",
)
"""What stands in every referral of these tests, and belongs to nobody."""
ROOT = Path(__file__).parents[2]
COMMANDS = {
    "POST /cases/{case_id}/{command}",
    "POST /rights/{request_id}/{command}",
    "POST /rights/{request_id}/cases/{case_id}/{command}",
    "POST /oversight/{command}",
}
PERIOD = "objecttype=persoon&soortObjectId=pseudoniem&beginDatum=2026-01-01&eindDatum=2100-01-01"
HANDLER = ("HOUSE_STAFF", "privacy-office")


def paths(document: dict[str, Any]) -> set[str]:
    """Return every operation of the OpenAPI document as method and path, commands folded into one line a place."""
    found = set()
    for path, operations in document["paths"].items():
        for method in operations:
            name = f"{method.upper()} {path}"
            head, _, last = name.rpartition("/")
            folded = f"{head}/{{command}}"
            found.add(folded if folded in COMMANDS and name not in HTTP and "{" not in last else name)
    return found


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every command of the program."""
    for name, one in getattr(group, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from commands(one, (*path, name))
        else:
            yield " ".join((*path, name))


def test_every_route_is_declared(door: Door) -> None:
    """Given the routes of the application, each stands in the list of doors, and no door leads nowhere."""
    hidden = {"GET /openapi.json"}
    assert paths(door.app.openapi()) | hidden == set(HTTP)
    assert {f"POST /cases/{{case_id}}/{path_of(name)}" for name in GIVEN}


def test_every_command_of_the_program_is_declared() -> None:
    """Given the commands of ``zvh``, each stands in the list of doors."""
    assert set(commands(typer.main.get_command(program))) == set(PROGRAM)


def test_every_topic_is_declared() -> None:
    """Given the topics of the house and of a participant, each stands in the list of doors."""
    file = tomllib.loads((ROOT / "infra" / "topics.toml").read_text(encoding="utf-8"))
    named = {one["name"] for one in (*file["topics"], *file["participant"]["topics"])}
    assert named == set(KAFKA)


@pytest.fixture
def filled(door: Door) -> tuple[Door, dict[str, str]]:
    """A house in which somebody looked, was refused, and asked for its rights; and the ids that stand in paths."""
    case, caller = door.at_work(), door.signed_in(*PROBATION)
    shown = caller.ask(case, "COORDINATE_CARE", "IDENTITY")
    assert shown.status_code == 200
    caller.ask(case, None)
    state = caller.get(f"/cases/{case}").json()
    door.house.settle()
    fact = door.house.store.history(UUID(case))[0].envelope.id
    subject = state["persons"][0]["subject_id"]
    listed = door.signed_in(*HANDLER).get(f"/verwerkte-objecten?{PERIOD}&objectId={subject}")
    return door, {
        "case_id": case,
        "subject": subject,
        "item": state["items"][0]["item_id"],
        "org": PROBATION[0],
        "wanted": "COORDINATE_CARE",
        "fact_id": str(fact),
        "verwerktObjectId": listed.json()["results"][0]["verwerktObjectId"],
        "path": f"0/000.p/{door.house.log.size()}",
        "request_id": str(uuid4()),
        "name": "annual",
    }


def asked(caller: Caller, path: str, ids: dict[str, str]) -> tuple[int, str]:
    """Read one path, with the ids of this house in it and what it wants to know."""
    wanted = {
        "/reports/": "year=2026",
        "/sight": "at=2026-11-01",
        "/ledger/purposes/": "first=2026-01&last=2026-12",
        "/fhir/AuditEvent": "patient=" + ids["subject"],
        "/verwerkte-objecten": f"{PERIOD}&objectId={ids['subject']}",
    }
    words = [query for part, query in wanted.items() if part in path and "verwerktObjectId" not in path]
    words += ["purpose=SUPERVISION"] if path.startswith("/ledger") else []
    answer = caller.get(path.format_map(ids) + ("?" + "&".join(words) if words else ""))
    return answer.status_code, answer.text


def test_no_route_but_the_desk_shows_a_value(filled: tuple[Door, dict[str, str]]) -> None:
    """Given a case with known values, every path that can be read is read by everybody, errors too, and shows none."""
    door, ids = filled
    hats = (
        POLICE,
        PROBATION,
        TREATMENT,
        HANDLER,
        ("HOUSE_STAFF", "process-direction"),
        ("HOUSE_STAFF", "contact-point"),
    )
    answered = set()
    for name, shows in HTTP.items():
        method, _, path = name.partition(" ")
        if method != "GET" or shows is Shows.CONTENT:
            continue
        for hat in hats:
            status, text = asked(door.signed_in(*hat), path, ids)
            assert status != 500, (name, text)
            found = [value for value in VALUES_OF_REFERRAL if value in text]
            assert not found, f"{name} shows {found} to {hat}"
            if status == 200:
                answered.add(name)
    reached = {name for name in HTTP if name.startswith("GET ") and "{request_id}" not in name}
    assert answered == reached, "each path was really read by somebody"


def test_a_look_at_the_ledger_is_written_down_first(filled: tuple[Door, dict[str, str]]) -> None:
    """Given each door of the ledger, a question adds the fact of who looked, also when it is refused."""
    door, ids = filled
    stream = ledger_stream(HOUSE_OIN)
    for name, shows in HTTP.items():
        if shows is not Shows.LEDGER:
            continue
        before = len([1 for one in door.house.store.history(stream) if isinstance(one.fact, LedgerConsulted)])
        asked(door.signed_in(*HANDLER), name.partition(" ")[2], ids)
        after = [one.fact for one in door.house.store.history(stream) if isinstance(one.fact, LedgerConsulted)]
        assert len(after) > before, f"{name} left no record of who looked"


def test_what_the_desk_shows_was_written_down(filled: tuple[Door, dict[str, str]]) -> None:
    """Given the door of content, what it shows stands in a fact of this very look."""
    door, ids = filled
    facts = [one.fact for one in door.house.store.history(UUID(ids["case_id"]))]
    (look,) = [one for one in facts if isinstance(one, DataDisclosed)]
    answer = door.signed_in(*TREATMENT).ask(ids["case_id"], "COORDINATE_CARE", "IDENTITY").json()
    facts = [one.fact for one in door.house.store.history(UUID(ids["case_id"]))]
    looks = [one for one in facts if isinstance(one, DataDisclosed)]
    assert [str(one.disclosure_id) for one in looks] == [str(look.disclosure_id), answer["disclosure_id"]]
    assert any(value in json.dumps(answer) for value in VALUES_OF_REFERRAL)
