"""The log over HTTP, for whoever wants to check us (C2SP tlog-tiles, tlog-proof, tlog-witness). No sign-in needed.

Nothing here is about a person: hashes, sizes, signatures. A proof is for whoever knows the id of a fact.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from events.errors import NotFound, Unproven
from services.bootstrap import House

SOON = {"Cache-Control": "public, max-age=2"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
OPEN: dict[str, object] = {"security": []}
MOST_BYTES = 100_000
"""Largest body that is taken from a stranger."""


async def body_of(request: Request) -> bytes:
    """Return the body; one that is too large is refused before it is read to the end."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(found)


Body = Annotated[bytes, Depends(body_of)]


def transparency(house: House) -> APIRouter:
    """Return the routes of the log."""
    router = APIRouter(prefix="/log", tags=["log"])

    @router.get("/checkpoint", openapi_extra=OPEN)
    def checkpoint() -> PlainTextResponse:
        """Return the newest signed checkpoint, with the cosignatures of witnesses so far."""
        try:
            return PlainTextResponse(house.transparency.checkpoint(), headers=SOON)
        except NotFound:
            raise HTTPException(404) from None

    @router.get("/tile/{path:path}", openapi_extra=OPEN)
    def tile(path: str) -> Response:
        """Return up to 256 hashes of one level: ``<L>/<N>[.p/<W>]``."""
        try:
            hashes, _ = house.transparency.tile(path)
        except NotFound:
            raise HTTPException(404) from None
        return Response(hashes, media_type="application/octet-stream", headers=FOR_EVER)

    @router.get("/proof/{fact_id}", openapi_extra=OPEN)
    def proof(fact_id: UUID) -> PlainTextResponse:
        """Return the proof that one fact is in the log, to be checked without us."""
        try:
            return PlainTextResponse(str(house.transparency.prove(fact_id)), headers=SOON)
        except NotFound:
            raise HTTPException(404) from None

    @router.post("/cosignatures", openapi_extra=OPEN, status_code=204)
    def cosignatures(raw: Body) -> Response:
        """Take a checkpoint of ours as a witness cosigned it; only what our witnesses signed is kept."""
        try:
            house.transparency.keep(raw)
        except Unproven as error:
            return PlainTextResponse(f"{error}\n", 403)
        except NotFound:
            raise HTTPException(404) from None
        return Response(status_code=204)

    @router.post("/add-checkpoint", openapi_extra=OPEN)
    def add_checkpoint(raw: Body) -> Response:
        """Cosign the checkpoint of another log that this house is a witness of, when it grows from the last one."""
        answer = house.transparency.add_checkpoint(raw)
        return Response(answer.body, answer.status, {"Content-Type": answer.content_type})

    return router
