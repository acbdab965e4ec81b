"""From bytes to a submission, or to the one reason why not. Pure: no reference data, no clock, nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from events.errors import ZvhError
from services.strict_json import BrokenJson, parse, same_bytes
from services.submission import SHAPES, PartnerEvent, Submission
from services.submission_shape import Shape
from services.submission_values import EventId, Source

LOOK_LIMIT = 1_048_576
"""Bytes up to which an oversized event is still looked into, to tell its sender which one it was."""


class NotTaken(ZvhError):
    """A submission that cannot be taken.

    Args:
        outcome: name of what is wrong, for example ``bad_bsn``; in upper case it is the refusal code.
        where: path of the field, for example ``data.subject.bsn``; names that we declared only, never a value.
    """

    def __init__(self, outcome: str, where: str | None = None) -> None:
        self.outcome, self.where = outcome, where
        super().__init__(f"De inzending is niet aangenomen: {outcome}{f' bij {where}' if where else ''}.")


class _Name(Shape):
    """The two attributes that together name an event."""

    source: Source
    id: EventId


@dataclass(frozen=True)
class Letter:
    """A submission as far as it can be read."""

    content: bytes
    """What was sent, in one spelling; equal for a repeated event whatever its spaces."""
    source: str | None
    event_id: str | None
    """Both are given, or neither: together they name the event."""
    oin: str | None
    """The organisation that the source names."""
    document: Mapping[str, object] | None
    trouble: NotTaken | None
    """Why it can never be a submission; None when the envelope is in order."""


def look(raw: bytes, limit: int) -> Letter:
    """Read the envelope of *raw*, as far as that goes. Total: any bytes give a letter.

    Args:
        limit: largest size of an event in bytes (dated term ``intake-size``; NL GOV profile for CloudEvents).
    """
    oversized = NotTaken("oversized") if len(raw) > limit else None
    if len(raw) > LOOK_LIMIT:
        return Letter(raw, None, None, None, None, oversized)
    try:
        document = parse(raw)
    except BrokenJson:
        return Letter(raw, None, None, None, None, oversized or NotTaken("broken_json"))
    content = same_bytes(document)
    if not isinstance(document, dict):
        return Letter(content, None, None, None, None, oversized or NotTaken("bad_value"))
    trouble = oversized or _trouble_of(PartnerEvent, document, "")
    try:
        name = _Name.model_validate({key: document.get(key) for key in ("source", "id")})
    except ValidationError:
        return Letter(content, None, None, None, document, trouble)
    return Letter(content, name.source, name.id, name.source.split(":")[3], document, trouble)


def open_letter(letter: Letter) -> Submission:
    """Read the data of an event whose envelope is in order. Raises: NotTaken."""
    if letter.trouble is not None:
        raise letter.trouble
    event = PartnerEvent.model_validate(letter.document)
    shape = SHAPES.get(event.type)
    if shape is None:
        raise NotTaken("unknown_type", "type")
    trouble = _trouble_of(shape, event.data, "data.")
    if trouble is not None:
        raise trouble
    return Submission(event, shape.model_validate(event.data))


def read(raw: bytes, limit: int) -> Submission:
    """Read one event of a partner of at most *limit* bytes.

    Raises: NotTaken with outcome oversized, broken_json, missing_field, bad_bsn, unknown_type or bad_value. Of several
        faults in one part the first of this list is told.
    """
    return open_letter(look(raw, limit))


def _trouble_of(shape: type[PartnerEvent] | type[Shape], value: Mapping[str, object], prefix: str) -> NotTaken | None:
    try:
        shape.model_validate(value)
    except ValidationError as error:
        # The error's own text quotes the input; only the kind and the place go on from here.
        return _first(error.errors(include_input=False, include_url=False, include_context=False), prefix)
    return None


def _first(errors: Sequence[ErrorDetails], prefix: str) -> NotTaken:
    outcomes = {"missing": "missing_field", "bsn": "bad_bsn"}
    found = []
    for error in errors:
        path = [str(step) for step in error["loc"]]
        if error["type"] == "extra_forbidden":
            path = path[:-1]  # the name of an unknown field is the sender's text
        outcome = outcomes.get(error["type"], "bad_bsn" if path[-1:] == ["bsn"] else "bad_value")
        found.append((list(outcomes.values()).index(outcome) if outcome != "bad_value" else 9, outcome, path))
    _, outcome, path = min(found, key=lambda one: one[0])
    return NotTaken(outcome, (prefix + ".".join(path)).rstrip(".") or None)
