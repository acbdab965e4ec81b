"""A witness as a service of its own (C2SP tlog-witness), at a participant: no database, no Kafka, one folder."""

import sys
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from services.bootstrap import SystemClock
from services.bootstrap.witnessing import open_witness
from services.http.log import body_of


def make_witness_api(folder: Path) -> FastAPI:
    """Return the application of the witness that lives in *folder*. Raises: BadSetting; Unproven."""
    place = open_witness(folder, SystemClock().now, shout=lambda fork, path: _shout(str(fork), path))
    api = FastAPI(title="zvh witness", docs_url=None, redoc_url=None, openapi_url=None)

    @api.post("/add-checkpoint")
    def add_checkpoint(raw: Annotated[bytes, Depends(body_of)]) -> Response:
        """Cosign a checkpoint that grows from the last one."""
        answer = place.witness.add_checkpoint(raw)
        return Response(answer.body, answer.status, {"Content-Type": answer.content_type})

    @api.get("/{origin_hash}/checkpoint")
    def checkpoint(origin_hash: str) -> PlainTextResponse:
        """Return the last checkpoint of a log that was cosigned here, by the SHA-256 of its origin."""
        note = place.witness.memory.by_hash(origin_hash)
        if note is None:
            raise HTTPException(404)
        return PlainTextResponse(str(note))

    return api


def _shout(fork: str, path: Path) -> None:
    sys.stderr.write(f"AFSPLITSING: een logboek ondertekende twee geschiedenissen; bewaard in {path}\n\n{fork}\n")
    sys.stderr.flush()
