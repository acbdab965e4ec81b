"""``POST /events``: what partner systems send, as on their topics (CloudEvents 1.0, HTTP binding).

``Idempotency-Key`` may be left out: the source and id of an event already name it for ever, and once only.
"""

import json
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from services.acting import Acting
from services.bootstrap import House
from services.http.dressing import PROBLEM
from services.http.reading import JSON, MOST_BYTES, Misread, body_within, media_type_of
from services.http.session import KEY, signing_in
from services.intake import Delivery, Outcome
from services.strict_json import BrokenJson, parse, same_bytes

BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
MOST_EVENTS = 100
DONE_WELL = 202
ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "dataschema", "onbehalfof")
"""What is taken from the headers in binary mode. An attribute of a tracer differs when an event is sent again, and
would make it another event."""


def receiving(house: House) -> APIRouter:
    """Return the route that takes events."""
    signed_in, body_of = signing_in(house), body_within(MOST_BYTES * MOST_EVENTS)
    router = APIRouter(dependencies=[Depends(signed_in)])

    @router.post("/events", tags=["events"], status_code=DONE_WELL, operation_id="TakeEvents")
    def take(
        request: Request,
        acting: Annotated[Acting, Depends(signed_in)],
        kind: Annotated[str, Depends(_mode)],
        raw: Annotated[bytes, Depends(body_of)],
    ) -> JSONResponse:
        """Take one event (structured or binary mode), or a batch; each has its own outcome and answer."""
        if house.reference.participant(acting.org, house.clock.now()) is None:
            raise house.reference.refuse("NOT_PARTICIPANT")  # the house's own people have commands, and no feed
        origin = _origin(house, request, acting)
        if kind != BATCH:
            event = raw if kind == STRUCTURED else _binary(request, raw)
            outcome = house.intake.take(Delivery(origin, acting.org, event, acting.task))
            told, status = _told(outcome), _status(outcome)
            if status == DONE_WELL:
                return JSONResponse(told, status, media_type=JSON)
            # The problem that the sender hears on its feed, as the document itself; the outcome is an extension of it.
            return JSONResponse({**told.pop("problem", {}), **told}, status, media_type=PROBLEM)
        outcomes = [
            house.intake.take(Delivery(f"{origin}:{number}", acting.org, event, acting.task))
            for number, event in enumerate(_batch(raw))
        ]
        return JSONResponse({"events": [_told(one) for one in outcomes]}, DONE_WELL)

    return router


def _mode(request: Request) -> str:
    """Return the media type. Raises: Misread, with HTTP 415, for one that no mode has."""
    found = media_type_of(request) or JSON
    if found not in (BATCH, STRUCTURED, JSON):
        raise Misread("BAD_VALUE", "Content-Type", 415)
    return found


def _origin(house: House, request: Request, acting: Acting) -> str:
    """Return the place of delivery: with the same key it is a redelivery, and no duplicate."""
    key = request.headers.get(KEY, "").strip() or str(uuid4())
    return f"http:{house.pseudonyms.digest(f'{acting.oin}|{key}'.encode()).hex()}"


def _binary(request: Request, raw: bytes) -> bytes:
    """Return an event in binary mode as its structured form; a body that is no JSON is refused as it would be there."""
    # Percent-decoded: CloudEvents HTTP binding, 3.1.3.2.
    named = {name: request.headers.get(f"ce-{name}") for name in ATTRIBUTES}
    attributes = {name: unquote(value) for name, value in named.items() if value is not None}
    if not attributes:
        return raw
    try:
        data = parse(raw)
    except BrokenJson:
        return raw
    return json.dumps({**attributes, "datacontenttype": JSON, "data": data}).encode()


def _batch(raw: bytes) -> list[bytes]:
    try:
        events = parse(raw)
    except BrokenJson:
        raise Misread("BROKEN_JSON") from None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Misread("BAD_VALUE")
    return [same_bytes(event) for event in events]


def _told(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {
        "outcome": outcome.outcome,
        "code": outcome.code,
        "submission": str(outcome.submission_id),
        "case_id": str(outcome.case_id) if outcome.case_id else None,
    }
    if outcome.answer is not None:
        data = json.loads(outcome.answer.value)["data"]
        told |= {name: data[name] for name in ("problem", "says") if name in data}
    return told


def _status(outcome: Outcome) -> int:
    if outcome.answer is None or outcome.code == "OK":
        return DONE_WELL
    problem = json.loads(outcome.answer.value)["data"].get("problem", {})
    return int(problem.get("status", 422))
