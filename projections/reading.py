"""Reads from the bytes of a fact no more than an answer needs: replay reads millions of them."""

from typing import TypeVar

import msgspec

from events.errors import Corrupt


class Outline(msgspec.Struct, gc=False):
    """What every answer needs of a fact; ``data`` stays undecoded."""

    type: str
    subject: str
    """The case id."""
    sequence: int
    data: msgspec.Raw
    id: str = ""
    """Of the fact."""
    actor: str = ""
    onbehalfof: str = ""
    """OIN of the organisation for which the actor acts."""


_decoder = msgspec.json.Decoder(Outline)
T = TypeVar("T")


def part(decoder: msgspec.json.Decoder[T], data: msgspec.Raw) -> T:
    """Return what an answer needs of a fact's data. Raises: Corrupt."""
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Corrupt("Een feit in het logboek heeft niet de vorm van zijn soort. Draai de controle.") from None


def outline(value: bytes) -> Outline:
    """Return the outline of one fact. Raises: Corrupt."""
    try:
        return _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Corrupt("Een waarde in het logboek is geen feit. Vergelijk het logboek met de opslag.") from None
