"""Everything that happened in a few cases: a second look at the facts, for those cases alone."""

from collections.abc import Iterable, Sequence

import msgspec

from events.errors import Corrupt
from events.receipt import Numbered
from services.reports.model import Value


class _Data(msgspec.Struct, gc=False):
    occurred_at: str
    legal_ref: str


class _Line(msgspec.Struct, gc=False):
    type: str
    id: str
    subject: str
    sequence: int
    time: str
    onbehalfof: str
    data: _Data


class _Case(msgspec.Struct, gc=False):
    subject: str


_case, _line = msgspec.json.Decoder(_Case), msgspec.json.Decoder(_Line)


def trail_of(facts: Iterable[Numbered], cases: Sequence[str], stop: int) -> tuple[tuple[Value, ...], ...]:
    """Return one row per fact of *cases* before log index *stop*, case by case, in order. No person is in it.

    Raises: Corrupt.
    """
    wanted = {case: place for place, case in enumerate(cases)}
    found: list[tuple[int, int, tuple[Value, ...]]] = []
    try:
        for one in facts:
            if one.index >= stop or _case.decode(one.value).subject not in wanted:
                continue
            line = _line.decode(one.value)
            row = (
                line.subject,
                line.sequence,
                one.index,
                line.id,
                line.type,
                line.data.occurred_at,
                line.time,
                line.onbehalfof,
                line.data.legal_ref,
            )
            found.append((wanted[line.subject], line.sequence, row))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Corrupt("Een feit in het logboek heeft niet de vorm van zijn soort. Draai de controle.") from None
    return tuple(row for _, _, row in sorted(found))


class Named(msgspec.Struct, gc=False):
    """What names a fact."""

    id: str
    type: str


_named = msgspec.json.Decoder(Named)


def names_of(facts: Iterable[Numbered], indexes: Sequence[int]) -> list[tuple[int, str, str]]:
    """Return (log index, id, type) of the facts with these indexes, in order of the log. Raises: Corrupt."""
    wanted, found = set(indexes), []
    try:
        for one in facts:
            if one.index in wanted:
                named = _named.decode(one.value)
                found.append((one.index, named.id, named.type))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Corrupt("Een waarde in het logboek is geen feit. Vergelijk het logboek met de opslag.") from None
    return sorted(found)
