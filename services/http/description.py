"""The OpenAPI 3.1 document: what FastAPI finds by itself, and what our routes read on their own."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from services.http.access import EvaluationAsked, EvaluationsAsked
from services.http.asked import DisclosureAsked
from services.http.commands import GIVEN
from services.http.dressing import FHIR_JSON, PROBLEM
from services.http.oversight import GIVEN as OVERSIGHT
from services.http.rights import RIGHTS_BODIES

BODIES: dict[str, type] = {
    "Disclose": DisclosureAsked,
    "EvaluateAccess": EvaluationAsked,
    "EvaluateAccesses": EvaluationsAsked,
    **RIGHTS_BODIES,
}
"""Operation -> the shape of the body that it reads itself; the commands have theirs by their own name."""
SCHEMAS = "#/components/schemas/{model}"
_METHODS = ("get", "post", "put", "patch", "delete")
_OF_FASTAPI = ("HTTPValidationError", "ValidationError")
"""Schemas of answers that this door never gives: its own are problem documents."""
_PROBLEM: dict[str, object] = {
    "type": "object",
    "description": "What may not be done, and what to do now (RFC 9457). Holds nothing of the request.",
    "required": ["type", "title", "status", "detail", "instance", "code", "legal_ref"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "What is wrong, in Dutch or by Accept-Language in English."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "The title, the place and the remedy."},
        "instance": {"type": "string", "format": "uri", "description": "Names this one occurrence."},
        "code": {"type": "string", "description": "The refusal code; stays the same in every language."},
        "legal_ref": {"type": "string", "description": "Key of the rule that refuses."},
        "where": {"type": "string", "description": "Path of the field, or name of the header."},
        "invalidParams": {
            "type": "array",
            "description": "The same for clients of the VNG's APIs, when a field is wrong.",
            "items": {
                "type": "object",
                "required": ["name", "code", "reason"],
                "properties": {name: {"type": "string"} for name in ("name", "code", "reason")},
            },
        },
    },
}
_OUTCOME: dict[str, object] = {"type": "object", "description": "An OperationOutcome (FHIR R4)."}
_EVENT: dict[str, object] = {
    "type": "object",
    "description": "A CloudEvent 1.0; the fields of its data stand in docs/partner-events.md.",
    "required": ["specversion", "id", "source", "type", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string"},
        "source": {"type": "string"},
        "type": {"type": "string"},
        "data": {"type": "object"},
    },
}
_KEY: dict[str, object] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names this request. The same key of the same person gives the same answer, and is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_IF_MATCH: dict[str, object] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "ETag of the case as it was seen; another one by now gives 412.",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,9}"|\\*)$'},
}


def describe(api: FastAPI) -> dict[str, Any]:
    """Return the document, made once, with the schema of every body and the way to sign in."""
    if api.openapi_schema is None:
        document = get_openapi(title=api.title, version=api.version, description=api.description, routes=api.routes)
        components = document.setdefault("components", {})
        named = {**components.get("schemas", {}), **_schemas(), "Problem": _PROBLEM, "Event": _EVENT}
        components["schemas"] = {name: schema for name, schema in named.items() if name not in _OF_FASTAPI}
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        document["security"] = [{"bearer": []}]
        for operation in _operations(document):
            _complete(operation)
        api.openapi_schema = document
    return api.openapi_schema


def _schemas() -> dict[str, object]:
    """Return the JSON Schema of every body, by name."""
    found: dict[str, object] = {}
    for name, shape in {**GIVEN, **OVERSIGHT, **{one.__name__: one for one in BODIES.values()}}.items():
        schema = TypeAdapter(shape).json_schema(ref_template=SCHEMAS)
        found |= schema.pop("$defs", {})
        found[name] = schema
    return found


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                yield operation


def _complete(operation: dict[str, Any]) -> None:
    """Add the body and headers that a route reads itself, and the problem document as every other answer."""
    name, tags = operation["operationId"], operation.get("tags", [])
    if "commands" in tags:
        _takes(operation, {"application/json": name}, _KEY, _IF_MATCH)
    elif "oversight" in tags:
        _takes(operation, {"application/json": name}, _KEY)
    elif name in BODIES:
        of_a_case = (_IF_MATCH,) if name.endswith("ForRequest") else ()
        _takes(operation, {"application/json": BODIES[name].__name__}, _KEY, *of_a_case)
    elif name == "TakeEvents":
        _takes(
            operation,
            {"application/cloudevents+json": "Event", "application/json": "Event"},
            {**_KEY, "required": False},
        )
        batch = {"type": "array", "maxItems": 100, "items": {"$ref": SCHEMAS.format(model="Event")}}
        operation["requestBody"]["content"]["application/cloudevents-batch+json"] = {"schema": batch}
    operation["responses"].pop("422", None)
    if operation.get("security") != []:
        content = {FHIR_JSON: {"schema": _OUTCOME}} if "fhir" in tags else {PROBLEM: {"schema": _ref("Problem")}}
        told = {"description": "Not done.", "content": content}
        operation["responses"]["default"] = told


def _takes(operation: dict[str, Any], bodies: dict[str, str], *headers: dict[str, object]) -> None:
    content = {media: {"schema": _ref(name)} for media, name in bodies.items()}
    operation["requestBody"] = {"required": True, "content": content}
    operation["parameters"] = [*operation.get("parameters", []), *headers]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": SCHEMAS.format(model=name)}
