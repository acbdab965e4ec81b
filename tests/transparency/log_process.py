"""The numbering as a process that kills itself at a given place: ``python -m tests.transparency.log_process``.

Reads LOG_DSN, LOG_BATCH and LOG_DIES from the environment: ``before-leaves`` (numbers written, nothing else),
``after-signing`` (all written, nothing committed) or ``after-commit`` (committed, not yet known to the process).
"""

import os
import signal
from collections.abc import Sequence

import psycopg

from infra.numbering import Numbering
from infra.transparency.store import Grown, Leaf, LogWriter
from tests.transparency.keeping import NOON, signer


def die(place: str) -> None:
    """End the process without a chance to tidy up, when this is the place."""
    if place == os.environ["LOG_DIES"]:
        os.kill(os.getpid(), signal.SIGKILL)


class MortalLog(LogWriter):
    """Dies, or not, around each step."""

    def grow(self, session: psycopg.Connection, leaves: Sequence[Leaf]) -> Grown:
        """Grow, and perhaps die."""
        die("before-leaves")
        grown = super().grow(session, leaves)
        die("after-signing")
        return grown

    def settle(self, grown: Grown) -> None:
        """Perhaps die, else take note."""
        die("after-commit")
        super().settle(grown)


def main() -> None:
    """Number until killed or done."""
    with Numbering(os.environ["LOG_DSN"], MortalLog(signer, lambda: NOON)) as numbering:
        numbering.lock()
        while numbering.number(int(os.environ["LOG_BATCH"])):
            pass


if __name__ == "__main__":
    main()
