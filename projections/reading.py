"""Reads from the bytes of a fact no more than an answer needs: replay reads millions of them."""

import msgspec

from events.errors import Corrupt


class Outline(msgspec.Struct):
    """What every answer needs of a fact; ``data`` stays undecoded."""

    type: str
    subject: str
    """The case id."""
    sequence: int
    data: msgspec.Raw


_decoder = msgspec.json.Decoder(Outline)


def outline(value: bytes) -> Outline:
    """Return the outline of one fact. Raises: Corrupt."""
    try:
        return _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Corrupt("Een waarde in het logboek is geen feit. Vergelijk het logboek met de opslag.") from None
