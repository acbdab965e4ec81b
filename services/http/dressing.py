"""Problems in the form that a standard asks at its own addresses: of the VNG's APIs, of FHIR."""

from collections.abc import Mapping
from uuid import uuid4

from pydantic import JsonValue
from starlette.responses import JSONResponse

INZAGE = "/verwerkte-objecten"
INZAGE_VERSION = "0.9.0"
FHIR = "/fhir"
PROBLEM, FHIR_JSON = "application/problem+json", "application/fhir+json"
_ISSUES: Mapping[int, str] = {400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 503: "transient"}
"""HTTP status -> code of FHIR's issue types; the others are ``business-rule`` (asked wrongly) or ``exception``."""


def dressed(path: str, problem: Mapping[str, JsonValue], headers: Mapping[str, str]) -> JSONResponse:
    """Return a problem as the answer at *path*.

    Args:
        problem: our own problem document (RFC 9457), with its code, and ``where`` when a field is wrong.
    """
    status = int(str(problem["status"]))
    told = {**problem, "instance": f"urn:uuid:{uuid4()}"}
    if path == FHIR or path.startswith(f"{FHIR}/"):
        return JSONResponse(_outcome(told, status), status, headers=dict(headers), media_type=FHIR_JSON)
    if "where" in problem:
        wrong = {"name": problem["where"], "code": problem["code"], "reason": problem["detail"]}
        told["invalidParams"] = [wrong]
    own = {"API-version": INZAGE_VERSION} if path == INZAGE or path.startswith(f"{INZAGE}/") else {}
    return JSONResponse(told, status, headers={**headers, **own}, media_type=PROBLEM)


def _outcome(problem: Mapping[str, JsonValue], status: int) -> dict[str, JsonValue]:
    usual = "exception" if status >= 500 else "business-rule"
    issue: dict[str, JsonValue] = {
        "severity": "fatal" if status >= 500 else "error",
        "code": _ISSUES.get(status, usual),
        "details": {"coding": [{"system": "urn:zvh:problem", "code": problem["code"]}], "text": problem["title"]},
        "diagnostics": problem["detail"],
        **({"expression": [problem["where"]]} if "where" in problem else {}),
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}
