"""Canonical JSON (RFC 8785), quickly: nearly all that the house writes is text, small numbers and objects of these."""

import json
import re

import rfc8785

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False)
# A number with a fraction or an exponent, or one that a double may not hold, where a number can begin. What looks like
# one inside a text costs time only.
_OTHER_NUMBER = re.compile(r'(?:^|[\[,]|":)-?(?:\d+[.eE]|\d{16}|NaN|Infinity)')


def canonical_json(value: object) -> bytes:
    """Return the one canonical form of *value*, which is made of what JSON has.

    Raises: rfc8785.CanonicalizationError for what has none: a number without an exact double, a broken text.
    """
    text = _ENCODER.encode(value)
    # The encoder of the standard library differs on those numbers alone, and on the order of keys far outside ASCII.
    if text.isascii() and not _OTHER_NUMBER.search(text):
        return text.encode("ascii")
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # it refuses what JSON has not
