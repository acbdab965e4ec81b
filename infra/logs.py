"""Log lines: JSON on stderr, one per thing that happened, with pseudonyms and codes only."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Literal

import structlog

ALLOWED_VALUE = re.compile(r"^[\x20-\x7e\u00a0-\u024f\u2010-\u2026]{0,400}$")
NINE_DIGITS = re.compile(r"(?<![0-9A-Za-z-])[0-9]{9}(?![0-9A-Za-z-])")


def redact(_: object, __: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Drop what may be a personal datum: bytes, long texts, and numbers of nine digits (a BSN has nine).

    A safety net. The rule is that no caller hands one over in the first place.
    """
    for key, value in event.items():
        if isinstance(value, bytes) or (isinstance(value, str) and not ALLOWED_VALUE.match(value)):
            event[key] = "(weggelaten)"
        elif isinstance(value, str):
            event[key] = NINE_DIGITS.sub("(weggelaten)", value)
    return event


def configure(level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]) -> None:
    """Set up logging for this process, our own lines and those of the libraries."""
    # Libraries print connection details and rows at lower levels; from them we want trouble only.
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(message)s", force=True)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # The stream of the moment, not that of the start: a test, or a service manager, may put another in its place.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
