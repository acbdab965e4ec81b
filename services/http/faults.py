"""The last net of the HTTP door: an error that nobody foresaw is a problem document, and a log line without text.

The server would print such an error whole, and its text may quote a name or a number of a person.
"""

import traceback
from pathlib import Path

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policies.reference import Reference
from services.http.problems import problem

log = structlog.get_logger(__name__)


class Faults:
    """ASGI middleware. An error after the answer began ends the connection, so that nobody takes half for whole."""

    def __init__(self, app: ASGIApp, reference: Reference) -> None:
        self._app, self._reference = app, reference

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer in its place when that fails."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may not reach a log
            log.error("request not handled by a fault of ours", error=type(error).__name__, place=_place_of(error))
            if begun:
                raise RuntimeError("the answer broke off") from None
            await problem(Request(scope), self._reference, "FAULT")(scope, receive, send)


def _place_of(error: Exception) -> str:
    """Return where it went wrong: file, line and function, which hold nothing of the request."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
