"""The single values inside a partner's event: when a text, a number of a person or a moment is well formed."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

_RFC3339 = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONE_BSN = re.compile(r"(?<![0-9A-Za-z])[0-9]{9}(?![0-9A-Za-z])")


def is_bsn(text: str) -> bool:
    """Say whether *text* is a citizen service number: nine digits that satisfy the 11-check."""
    if not re.fullmatch(r"[0-9]{9}", text) or text == "000000000":
        return False
    weighed = sum((9 - place) * int(digit) for place, digit in enumerate(text[:8])) - int(text[8])
    return weighed % 11 == 0


def moment(text: str) -> datetime:
    """Read an RFC 3339 moment with its time zone, in the years 1900 to 2199. Raises: ValueError."""
    if not _RFC3339.fullmatch(text):
        raise ValueError("not a moment with a time zone")
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.upper()))


def _bsn(text: str) -> str:
    if not is_bsn(text):
        raise PydanticCustomError("bsn", "not a BSN")
    return text


def _moment_text(text: str) -> str:
    moment(text)
    return text


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError("not a date")
    date.fromisoformat(text)
    return text


def _birth_day(text: str) -> str:
    # The population register writes 00 for a part of a birth date that nobody knows.
    if not _DAY.fullmatch(text):
        raise ValueError("not a date")
    year, month, day = text.split("-")
    date(int(year) or 2000, int(month) or 1, int(day) or 1)
    return text


def _printable(text: str) -> str:
    if any(sign < " " and sign not in "\t\n\r" for sign in text):
        raise ValueError("control character")
    return text


def _reasoned(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("missing", "empty")
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("empty")
    return text


def _names_nobody(text: str) -> str:
    # Event ids and sources travel back in answers, so no person may be named in one.
    if any(is_bsn(number) for number in _LONE_BSN.findall(text)):
        raise ValueError("a BSN")
    return text


def text(pattern: str | None = None) -> StringConstraints:
    """Return the constraint of a text, never made from another kind of value, that fits *pattern* when given."""
    return StringConstraints(strict=True, pattern=pattern)


Text = Annotated[str, text(), AfterValidator(_printable)]
Filled = Annotated[Text, AfterValidator(_filled)]
Reasoning = Annotated[Text, AfterValidator(_reasoned)]
Bsn = Annotated[str, text(), AfterValidator(_bsn)]
Day = Annotated[str, text(), AfterValidator(_day)]
BirthDay = Annotated[str, text(), AfterValidator(_birth_day)]
MomentText = Annotated[str, text(), AfterValidator(_moment_text)]
CodeText = Annotated[str, text(r"^[A-Z][A-Z0-9_]{1,63}$")]
TaskText = Annotated[str, text(r"^[a-z][a-z0-9-]{1,63}$")]
LegalText = Annotated[str, text(r"^[A-Z][A-Za-z0-9]*:[a-z0-9-]+$")]
EventId = Annotated[str, text(r"^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}$"), AfterValidator(_names_nobody)]
Source = Annotated[str, text(r"^urn:nld:oin:[0-9]{20}(?::[A-Za-z0-9._-]{1,64}){0,8}$"), AfterValidator(_names_nobody)]
