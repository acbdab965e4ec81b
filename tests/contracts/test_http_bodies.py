"""Wrong bodies over HTTP: refused by code and place, and no value of the sender ever comes back or is logged."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import anyio
import pytest
from pydantic import TypeAdapter
from starlette.types import Message, Scope

from services.http.commands import GIVEN, path_of
from tests.http_house import POLICE, Caller, Door, door_of, problem_of
from tests.scenarios.people import PANEL

MARK = "Vanhoudt"
"""A name that may stand in no answer and no log line, in whatever spelling."""
SPELLINGS = ("Vanhoudt woont hier", "vanhoudt-test", "VANHOUDT", "p-00000000deadbeef")
WRONG: tuple[object, ...] = (MARK, {MARK: MARK}, [MARK], [{MARK: MARK}], [[MARK, MARK]], {MARK: {MARK: MARK}})
SHAPES = {f"/cases/{{case}}/{path_of(name)}": shape for name, shape in GIVEN.items()}


@pytest.fixture(scope="module")
def door(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A house that the tests of this file share."""
    with door_of(module_database, tmp_path_factory.mktemp("issuer")) as opened:
        yield opened


@pytest.fixture(scope="module")
def cases(door: Door) -> list[str]:
    """A case that was referred, one that is weighed, and one at work."""
    weighed = door.referred()
    door.director().done(weighed, "open-triage", {"panel": PANEL})
    return [door.referred(), weighed, door.at_work()]


def made(schema: dict[str, Any], defs: dict[str, Any]) -> object:
    """Return a value that fits a JSON Schema as well as it can, with the name wherever a text may stand."""
    if "$ref" in schema:
        return made(defs[schema["$ref"].rsplit("/", 1)[1]], defs)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return made(schema[choice][0], defs)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            if isinstance(schema.get("additionalProperties"), dict):
                return {MARK: made(schema["additionalProperties"], defs)}
            return {name: made(part, defs) for name, part in schema.get("properties", {}).items()}
        case "array":
            if "prefixItems" in schema:
                return [made(part, defs) for part in schema["prefixItems"]]
            return [made(schema.get("items", {}), defs)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return text_for(schema)


def text_for(schema: dict[str, Any]) -> str:
    """Return a text that fits its format or pattern, with the name in it when that is possible."""
    formats = {"uuid": str(uuid4()), "date": "2026-03-02", "date-time": "2026-03-02T10:00:00Z"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    return next((one for one in SPELLINGS if re.search(schema.get("pattern", ""), one)), SPELLINGS[0])


def fitting(path: str) -> dict[str, Any]:
    """Return a body that fits the command of this address, with the name in each of its texts."""
    shape = SHAPES.get(path)
    if shape is None:
        return {"case": str(uuid4()), "purpose": MARK, "legal_basis": [MARK], "necessity": MARK, "categories": [MARK]}
    schema = TypeAdapter(shape).json_schema()
    found = made(schema, schema.get("$defs", {}))
    assert isinstance(found, dict)
    return found


def unfit(good: dict[str, Any]) -> Iterator[bytes]:
    """Yield bodies that nearly fit, and that do not fit at all, each with the name in it."""
    for name in good:
        yield from (json.dumps({**good, name: wrong}).encode() for wrong in WRONG)
    yield json.dumps({**good, MARK: MARK}).encode()
    yield from (json.dumps(wrong).encode() for wrong in (*WRONG, {"case": MARK}, {"case": str(uuid4()), MARK: 1}))
    yield f'{{"{MARK}": "{MARK}"'.encode()
    yield f'{{"{MARK}": 1, "{MARK}": 2}}'.encode()
    yield f'"{MARK}'.encode()
    yield MARK.encode("utf-16")


def post(caller: Caller, path: str, body: bytes) -> Any:
    """Post bytes as JSON with a fresh key."""
    return caller.post_bytes(path, body, Idempotency_Key=str(uuid4()), Content_Type="application/json")


@pytest.mark.parametrize("path", [*SHAPES, "/disclosures"])
def test_no_answer_and_no_log_line_repeats_the_sender(
    door: Door, cases: list[str], capfd: pytest.CaptureFixture[str], path: str
) -> None:
    """Whatever stands in a body, at any stage of a case, as name or as value: the answer speaks our words alone."""
    director, officer, good, repeated = door.director(), door.signed_in(*POLICE), fitting(path), []
    sent = [(caller, case, {**good, "case": case}) for caller in (director, officer) for case in cases]
    whole = [(caller, case, json.dumps(body if "case" in good else good).encode()) for caller, case, body in sent]
    for caller, case, raw in (*whole, *((director, cases[0], raw) for raw in unfit(good))):
        answer = post(caller, path.format(case=case), raw)
        told = answer.text + str(answer.headers)
        assert answer.status_code < 500, (raw, answer.text)
        if MARK.lower() in told.lower() or "deadbeef" in told:
            repeated.append((raw, answer.text))
    logged = capfd.readouterr()
    assert repeated == []
    assert MARK.lower() not in (logged.out + logged.err).lower()


@pytest.mark.parametrize(
    ("body", "status", "code", "where"),
    [
        (b"{", 400, "BROKEN_JSON", None),
        (b'{"panel": [], "panel": []}', 400, "BROKEN_JSON", None),
        (b'{"panel": NaN}', 400, "BROKEN_JSON", None),
        (b"\xff\xfe{\x00}\x00", 400, "BROKEN_JSON", None),
        (b"[" * 60_000, 400, "BROKEN_JSON", None),
        (b"[]", 422, "BAD_VALUE", None),
        (b"null", 422, "BAD_VALUE", None),
        (b'{"panel": "POLICE"}', 422, "BAD_VALUE", "panel"),
        (b'{"panel": [["POLICE", "police-task"], ["Vanhoudt", 1]]}', 422, "BAD_VALUE", "panel.1.0"),
        (b'{"Vanhoudt": 1}', 422, "BAD_VALUE", None),
    ],
)
def test_a_wrong_body_is_refused_by_code_and_place(
    door: Door, cases: list[str], body: bytes, status: int, code: str, where: str | None
) -> None:
    """Given a body that cannot be read as the command, the place is named as far as the names are ours."""
    found = problem_of(post(door.director(), f"/cases/{cases[0]}/open-triage", body), status, code)
    assert found.get("where") == where


def test_a_missing_field_is_named(door: Door, cases: list[str]) -> None:
    """Given a command without what it needs, the field that is missing is told."""
    found = problem_of(post(door.director(), f"/cases/{cases[0]}/reject-case", b"{}"), 422, "MISSING_FIELD")
    assert found["where"] == "advice"


def test_an_empty_body_is_an_empty_command(door: Door) -> None:
    """Given a command of which all may be left out, no body is as good as an empty object: the rules decide."""
    case = door.referred()
    answers = [post(door.director(), f"/cases/{case}/open-triage", body) for body in (b"", b"{}")]
    told = [answer.json() for answer in answers]
    assert told[0].pop("instance") != told[1].pop("instance")  # a problem's own number, new each time
    assert told[0] == told[1]
    written = door.house.store.history(UUID(case))
    assert [one.fact.type_name.split(".")[3] for one in written[1:]] == ["command-refused"] * 2


@pytest.mark.parametrize("path", ["/cases/{case}/reject-case", "/disclosures"])
def test_a_body_of_64_kib_is_read_and_one_byte_more_is_413(door: Door, cases: list[str], path: str) -> None:
    """The limit is exact."""
    caller = door.director()
    padding = 65_536 - len(b'{"advice":""}')
    most = b'{"advice":"' + b"a" * padding + b'"}'
    assert len(most) == 65_536
    assert post(caller, path.format(case=cases[0]), most).status_code != 413
    problem_of(post(caller, path.format(case=cases[0]), most + b" "), 413, "OVERSIZED")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data"]
)
@pytest.mark.parametrize("path", ["/cases/{case}/open-triage", "/disclosures", "/events"])
def test_a_body_of_another_kind_is_415(door: Door, cases: list[str], path: str, kind: str) -> None:
    """Given a body that says to be no JSON, it is not read as if it were."""
    answer = door.signed_in(*POLICE).post_bytes(
        path.format(case=cases[0]), b"{}", Content_Type=kind, Idempotency_Key="k"
    )
    found = problem_of(answer, 415, "BAD_VALUE")
    assert found["where"] == "Content-Type"


def test_parameters_of_the_media_type_do_not_matter(door: Door) -> None:
    """``application/json; charset=utf-8``, in any case of letters, is JSON; so is a body of which nothing is said."""
    for headers in ({"Content_Type": "Application/JSON; charset=utf-8"}, {}):
        case = door.referred()
        body = json.dumps({"panel": PANEL}).encode()
        answer = door.director().post_bytes(f"/cases/{case}/open-triage", body, Idempotency_Key=str(uuid4()), **headers)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", [f"/cases/{UUID(int=1)}/open-triage", "/disclosures", "/events"])
@pytest.mark.parametrize("known", [False, True], ids=["stranger", "officer"])
def test_a_body_without_end_is_not_read_to_the_end(door: Door, path: str, known: bool) -> None:
    """Given a stream that goes on, a stranger is refused before the first part, and others at the limit."""
    parts = 0
    token = [(b"authorization", f"Bearer {door.token(*POLICE)}".encode())] if known else []
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [*token, (b"idempotency-key", b"k"), (b"content-type", b"application/json")],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal parts
        parts += 1
        return {"type": "http.request", "body": b" " * 65_536, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        await door.app(scope, receive, send)

    anyio.run(ask)
    assert sent[0]["status"] == (413 if known else 401)
    assert parts <= (101 if known else 0)
