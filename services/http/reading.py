"""Reading the body of a request into one of our own shapes, without ever quoting it."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from events.errors import ZvhError
from services.strict_json import BrokenJson, parse

MOST_BYTES = 65_536
JSON = "application/json"
T = TypeVar("T")


class Misread(ZvhError):
    """A body, or a header, that is not what it must be.

    Args:
        code: BROKEN_JSON, OVERSIZED, MISSING_FIELD or BAD_VALUE.
        where: path of the field, or name of the header; names that we declared only.
        status: HTTP status, when it is another than that of the code.
    """

    def __init__(self, code: str, where: str | None = None, status: int | None = None) -> None:
        self.code, self.where, self.status = code, where, status
        super().__init__(code)


def body_within(most_bytes: int) -> Callable[[Request], Awaitable[bytes]]:
    """Return a dependency that gives the body, and stops reading as soon as it is larger than *most_bytes*.

    The dependency raises Misread with OVERSIZED.
    """

    async def body_of(request: Request) -> bytes:
        found = bytearray()
        async for part in request.stream():
            found += part
            if len(found) > most_bytes:
                raise Misread("OVERSIZED")
        return bytes(found)

    return body_of


def media_type_of(request: Request) -> str:
    """Return the media type of the body, in lower case and without parameters; "" when none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def json_only(request: Request) -> None:
    """Be silent for a body in JSON, or of which nothing is said (RFC 9110, 8.3). Raises: Misread, with HTTP 415."""
    if media_type_of(request) not in ("", JSON):
        raise Misread("BAD_VALUE", "Content-Type", 415)


def read(raw: bytes, shape: TypeAdapter[T]) -> T:
    """Return the body as *shape*; an empty body is an empty object. Raises: Misread."""
    try:
        parse(raw or b"{}")
    except BrokenJson:
        raise Misread("BROKEN_JSON") from None
    try:
        return shape.validate_json(raw or b"{}")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        code = "MISSING_FIELD" if first["type"] in ("missing", "missing_argument") else "BAD_VALUE"
        raise Misread(code, _place(first["loc"], shape)) from None


def _place(steps: tuple[int | str, ...], shape: TypeAdapter[T]) -> str | None:
    """Return the path up to the first name that we did not declare: that one is the sender's text."""
    declared = set(_names(shape.json_schema()))
    path: list[str] = []
    for step in steps:
        if isinstance(step, str) and step not in declared:
            break
        path.append(str(step))
    return ".".join(path) or None


def _names(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)
