"""Every error as a problem document (RFC 9457), in Dutch or English, without anything of the request in it."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from events.errors import BadSetting, Conflict, Corrupt, NotSignedIn, Refusal, Unavailable, ZvhError
from policies.reference import Reference
from policies.tables import RefusalText
from services.http.dressing import PROBLEM, dressed
from services.http.languages import english
from services.http.reading import Misread

__all__ = ["PROBLEM", "Changed", "install", "problem"]

RETRY_SECONDS = "5"
STATUS: Mapping[str, int] = {
    "BROKEN_JSON": 400,
    "NOT_SIGNED_IN": 401,
    "NOT_PARTICIPANT": 403,
    "WRONG_HAT": 403,
    "NOT_ON_CASE": 403,
    "AUTH_EXPIRED": 403,
    "UNKNOWN_CASE": 404,
    "UNKNOWN_COMMAND": 404,
    "NOT_FOUND": 404,
    "UNKNOWN_REQUEST": 404,
    "NOT_YOUR_PART": 403,
    "NOT_IDENTIFIED": 409,
    "PARTS_OPEN": 409,
    "NOT_CARRIED_OUT": 409,
    "ALL_REFUSED": 409,
    "REVIEW_OVERDUE": 409,
    "REPORT_MISSING": 409,
    "WRONG_STAGE": 409,
    "WRONG_ROOM": 409,
    "CHANGED_MEANWHILE": 409,
    "ALREADY_ANSWERED": 409,
    "NUMBER_USED": 409,
    "ID_REUSED": 409,
    "DESTROYED": 410,
    "OVERSIZED": 413,
    "FAULT": 500,
    "LOG_UNAVAILABLE": 503,
}
"""Refusal code -> HTTP status; the others are 422: understood, and not allowed."""
_ROUTING: Mapping[int, str] = {404: "NOT_FOUND", 405: "NOT_FOUND", 413: "OVERSIZED"}


class Changed(ZvhError):
    """The case is not as whoever asks saw it last (If-Match); HTTP 412.

    Args:
        sequence: of the case now.
    """

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        super().__init__("De zaak is intussen gewijzigd.")


def problem(
    request: Request,
    reference: Reference,
    code: str,
    *,
    status: int | None = None,
    says: str | None = None,
    where: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the problem document of one refusal code.

    Args:
        says: the sentence of the deciding rule, in Dutch, when it is more telling than the code's own.
        where: path of the field, or name of the header, that is wrong; names that we declared only.
    """
    text, status = reference.refusal(code), status or STATUS.get(code, 422)
    in_english = english(request.headers.get("accept-language", ""))
    if in_english:
        title, remedy, place = _with_codes(text, says), text.remedy_en, "Place"
    else:
        title, remedy, place = says or text.says, text.remedy, "Plaats"
    body: dict[str, JsonValue] = {
        "type": f"urn:zvh:problem:{code.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": f"{title} {f'{place}: {where}. ' if where else ''}{remedy}",
        "code": code,
        "legal_ref": text.legal_ref,
        **({"where": where} if where else {}),
    }
    said = {"Content-Language": "en" if in_english else "nl", "Vary": "Accept-Language", **(headers or {})}
    return dressed(request.url.path, body, said)


def _with_codes(text: RefusalText, says: str | None) -> str:
    """Return the English sentence, with the codes in brackets that the Dutch one of this refusal ends with."""
    plain = text.says.removesuffix(".")
    codes = says.removeprefix(plain) if says and says.startswith(f"{plain} (") else "."
    return text.says_en.removesuffix(".") + codes


def install(api: FastAPI, reference: Reference) -> None:
    """Turn every error into its problem document."""
    _refusals(api, reference)
    _faults(api, reference)
    _misreadings(api, reference)


def _refusals(api: FastAPI, reference: Reference) -> None:
    @api.exception_handler(Refusal)
    def refused(request: Request, error: Refusal) -> JSONResponse:
        headers = {"Retry-After": RETRY_SECONDS} if error.code == "LOG_UNAVAILABLE" else None
        return problem(request, reference, error.code, says=error.says, headers=headers)

    @api.exception_handler(NotSignedIn)
    def stranger(request: Request, error: NotSignedIn) -> JSONResponse:
        # RFC 6750, 3.1: an error is named only to whoever brought a token.
        wrong = ', error="invalid_token"' if "authorization" in request.headers else ""
        challenge = {"WWW-Authenticate": f'Bearer realm="zvh"{wrong}'}
        return problem(request, reference, "NOT_SIGNED_IN", says=error.says, headers=challenge)

    @api.exception_handler(Changed)
    def changed(request: Request, error: Changed) -> JSONResponse:
        return problem(request, reference, "CHANGED_MEANWHILE", status=412, headers={"ETag": f'"{error.sequence}"'})

    @api.exception_handler(Conflict)
    def conflict(request: Request, error: Conflict) -> JSONResponse:
        return problem(request, reference, "CHANGED_MEANWHILE", says=str(error))


def _faults(api: FastAPI, reference: Reference) -> None:
    @api.exception_handler(Unavailable)
    def down(request: Request, error: Unavailable) -> JSONResponse:
        return problem(request, reference, "LOG_UNAVAILABLE", headers={"Retry-After": RETRY_SECONDS})

    @api.exception_handler(Corrupt)
    @api.exception_handler(BadSetting)
    def broken(request: Request, error: ZvhError) -> JSONResponse:
        return problem(request, reference, "FAULT")


def _misreadings(api: FastAPI, reference: Reference) -> None:
    @api.exception_handler(Misread)
    def misread(request: Request, error: Misread) -> JSONResponse:
        return problem(request, reference, error.code, status=error.status, where=error.where)

    @api.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # The error's own text quotes the input; only the place goes on from here.
        place = ".".join(str(step) for step in error.errors()[0]["loc"]) if error.errors() else None
        return problem(request, reference, "BAD_VALUE", where=place)

    @api.exception_handler(HTTPException)
    def elsewhere(request: Request, error: HTTPException) -> JSONResponse:
        code = _ROUTING.get(error.status_code, "BAD_VALUE")
        return problem(request, reference, code, status=error.status_code, headers=error.headers)
