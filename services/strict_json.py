"""Reads JSON from outside the house, and refuses whatever two programs could read in two ways."""

import json
import math
import re
from typing import NoReturn

DEEPEST = 32
"""Levels of nesting that are read; the deepest event that we know has seven."""

# An open string runs to the end, so that no input is scanned twice.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


class BrokenJson(ValueError):
    """The bytes are no JSON text that has one meaning. The text never quotes them."""


def parse(raw: bytes) -> object:
    """Return the value of a JSON text (RFC 8259, with the stricter rules of I-JSON, RFC 7493).

    Refused as well: text that is not UTF-8 or begins with a byte order mark, the same name twice in one object,
    NaN and infinities, halves of surrogate pairs, and nesting deeper than ``DEEPEST``.

    Raises: BrokenJson.
    """
    if _depth(raw) > DEEPEST:
        raise BrokenJson("nested too deep")
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_named_once, parse_constant=_no_number, parse_float=_finite
        )
        # Half a surrogate pair can be written as an escape, and is no text in any encoding.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except BrokenJson:
        raise
    except (ValueError, RecursionError) as error:
        raise BrokenJson(type(error).__name__) from None
    return value


def same_bytes(value: object) -> bytes:
    """Return one spelling of a parsed value, whatever the order of its names and the spaces between them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _depth(raw: bytes) -> int:
    # Before parsing: a parser that meets ten thousand brackets has already spent its stack.
    level = deepest = 0
    for sign in _STRING.sub(b"", raw):
        if sign in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif sign in b"]}":
            level -= 1
    return deepest


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenJson("the same name twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise BrokenJson("not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BrokenJson("a number without end")
    return number
