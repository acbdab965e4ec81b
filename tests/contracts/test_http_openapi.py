"""The OpenAPI document of the HTTP door: every route, every body, every header that a client has to send."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from services.http.commands import GIVEN, path_of
from tests.contracts.test_http_sign_in import PUBLIC
from tests.http_house import POLICE, Door, door_of
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST

UNDESCRIBED = {"/openapi.json", "/cases/{case_id}/{command}"}
"""The document itself, and the address of every command that there is not."""


@pytest.fixture(scope="module")
def door(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A house that the tests of this file share."""
    with door_of(module_database, tmp_path_factory.mktemp("issuer")) as opened:
        yield opened


@pytest.fixture(scope="module")
def document(door: Door) -> dict[str, Any]:
    """The document as anybody reads it, without sign-in."""
    answer = door.client.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (method, path, operation)."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def references(part: object) -> Iterator[str]:
    """Yield every reference in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_it_lists_every_route_and_no_other(door: Door, document: dict[str, Any]) -> None:
    """A route that is not described does not exist for whoever builds on us."""
    there = {
        (method, (route.path or "").replace(":path", ""))
        for route in iter_route_contexts(door.app.routes)
        if route.path not in UNDESCRIBED
        for method in route.methods or ()
    }
    assert {(method, path) for method, path, _ in operations(document)} == there


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """All are within the document, and none is to a schema that is not there; all schemas are well formed."""
    for reference in references(document):
        part: Any = document
        assert reference.startswith("#/")
        for step in reference.removeprefix("#/").split("/"):
            assert step in part, reference
            part = part[step]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_names_of_operations_are_given_once(document: dict[str, Any]) -> None:
    """A client that is made from the document has one function for each."""
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(operation["summary"] or operation["description"] for _, _, operation in operations(document))


def test_what_needs_a_token_says_so_and_nothing_else_does(document: dict[str, Any]) -> None:
    """Bearer is the rule, and exactly the public routes lift it."""
    assert document["components"]["securitySchemes"]["bearer"] == {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
    }
    assert document["security"] == [{"bearer": []}]
    lifted = {(method, path) for method, path, one in operations(document) if one.get("security") == []}
    public = {(method, path.replace(":path", "")) for method, path in PUBLIC if path != "/openapi.json"}
    assert lifted == public
    assert not [path for _, path, one in operations(document) if one.get("security", []) != []]


def test_every_command_tells_its_body_and_its_headers(document: dict[str, Any]) -> None:
    """The key is required, the version is not, and the body is the schema of the command itself."""
    for name in GIVEN:
        operation = document["paths"][f"/cases/{{case_id}}/{path_of(name)}"]["post"]
        headers = {one["name"]: one["required"] for one in operation["parameters"] if one["in"] == "header"}
        assert headers == {"Idempotency-Key": True, "If-Match": False}, name
        assert operation["requestBody"]["content"] == {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
        }
    asked = document["paths"]["/disclosures"]["post"]
    assert {one["name"] for one in asked["parameters"]} == {"Idempotency-Key"}
    kinds = set(document["paths"]["/events"]["post"]["requestBody"]["content"])
    assert kinds == {
        "application/json",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    }


def test_the_schemas_take_what_the_door_takes(document: dict[str, Any]) -> None:
    """Bodies with which a case is weighed fit the schemas of their commands; a body with one more field does not."""
    registry = Registry().with_resource("urn:door", Resource.from_contents(document, DRAFT202012))
    bodies: dict[str, dict[str, Any]] = {
        "OpenTriage": {"panel": PANEL},
        "RecordAssessment": {"answers": CRITERIA, "room_test": ROOM_TEST},
        "DisclosureAsked": {"case": str(UUID(int=1)), "purpose": None, "categories": ["IDENTITY"]},
    }
    for name, body in bodies.items():
        schema = Draft202012Validator({"$ref": f"urn:door#/components/schemas/{name}"}, registry=registry)
        assert list(schema.iter_errors(body)) == [], name
        assert list(schema.iter_errors({**body, "more": 1})), name


def test_a_problem_fits_its_schema(door: Door, document: dict[str, Any]) -> None:
    """What the door answers when something is wrong is what the document says; each closed route says so."""
    schema = Draft202012Validator(document["components"]["schemas"]["Problem"])
    for caller in (door.signed_in(*POLICE), door.director()):
        for path in (f"/cases/{UUID(int=1)}", "/cases/x", "/nergens"):
            assert list(schema.iter_errors(caller.get(path).json())) == []
    for method, path, operation in operations(document):
        if operation.get("security") != []:
            told = operation["responses"]["default"]["content"]
            if path.startswith("/fhir/"):
                assert told.keys() == {"application/fhir+json"}
                continue
            assert told == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, path
        assert "422" not in operation["responses"] or operation.get("security") == [], (method, path)
