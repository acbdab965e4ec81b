"""Asking logs and witnesses over HTTP: https, or this machine itself; no redirects, no endless answers."""

import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError

from events.errors import BadSetting, Unavailable
from infra.settings import safe_url

TIMEOUT_SECONDS = 10
MOST_BYTES = 1_100_000


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Another address than the one that was given is never asked."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Do not go there: the answer stays what it is, a refusal."""
        return


def ask(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    """GET *url*, or POST *body* to it; returns status and content. Raises: Unavailable; BadSetting."""
    if not safe_url(url):
        raise BadSetting("Een adres begint met https://; http:// kan alleen op deze machine zelf.")
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if url.lower().startswith("http://"):
        handlers.append(urllib.request.ProxyHandler({}))  # only this machine itself is asked so
    headers: Mapping[str, str] = {} if body is None else {"Content-Type": "text/plain; charset=utf-8"}
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310 - safe_url looked at it
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT_SECONDS) as answer:
            status, content = int(answer.status), bytes(answer.read(MOST_BYTES + 1))
    except HTTPError as refused:
        with refused:
            status, content = refused.code, refused.read(MOST_BYTES + 1)
    except (OSError, HTTPException) as error:
        raise Unavailable(f"Het adres antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.") from None
    if len(content) > MOST_BYTES:
        raise Unavailable("Het antwoord is te groot om een antwoord van een logboek of getuige te zijn.")
    return status, content
