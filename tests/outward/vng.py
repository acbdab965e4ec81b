"""Holds every answer at ``/verwerkte-objecten`` to the VNG's own document."""

from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator, FormatChecker

PATH = Path(__file__).parents[1] / "standards" / "vng-inzage-verwerkingenlogging-0.9.0.yaml"
LIST, ONE = "/verwerkte-objecten", "/verwerkte-objecten/{verwerktObjectId}"
DOCUMENT: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
FORMATS = FormatChecker(["uuid", "uri", "date-time", "date", "duration"])


def parameters(*, required: bool) -> list[str]:
    """Return the names of the query parameters of the list."""
    return [
        one["name"] for one in DOCUMENT["paths"][LIST]["get"]["parameters"] if one.get("required", False) == required
    ]


def held(answer: httpx.Response, status: int, path: str = LIST) -> dict[str, Any]:
    """Return the answer, after a look that its status, media type and content are those of the document."""
    assert answer.status_code == status, answer.text
    told = DOCUMENT["paths"][path]["get"]["responses"][str(status)]
    assert set(told["headers"]) <= {name for name in ("API-version",) if name in answer.headers}
    ((media, content),) = told["content"].items()
    assert answer.headers["content-type"] == media
    found: dict[str, Any] = answer.json()
    schema = _json_schema(content["schema"])
    problems = list(Draft202012Validator(schema, format_checker=FORMATS).iter_errors(found))
    assert problems == [], problems
    return found


def _json_schema(part: Any) -> Any:
    """Return an OpenAPI 3.0 schema as JSON Schema, references filled in."""
    if isinstance(part, list):
        return [_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _json_schema(DOCUMENT["components"]["schemas"][part["$ref"].rpartition("/")[2]])
    made = {key: _json_schema(value) for key, value in part.items() if key not in ("example", "nullable")}
    if part.get("nullable"):
        made["type"] = [made["type"], "null"]
    return made
