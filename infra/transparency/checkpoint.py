"""Checkpoints (C2SP tlog-checkpoint): what a log says of itself at one size, as the text of a signed note."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from events.errors import Unproven
from infra.transparency.note import Note, Verifier, from_base64, parse, to_base64, verified
from infra.transparency.tree import HASH_BYTES

DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """Origin, size and root of a log; extension lines are kept as they are, and we write none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text of the note."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note. Raises: Unproven."""
        lines = text.split("\n")
        if lines.pop() != "" or len(lines) < 3 or not all(lines):
            raise Unproven("Een controlepunt heeft minstens drie regels: herkomst, grootte en wortel.")
        origin, size, root = lines[:3]
        return cls(origin, decimal(size), hash_of(root), tuple(lines[3:]))


def opened(raw: bytes, keys: Sequence[Verifier]) -> tuple[Checkpoint, Note]:
    """Read a checkpoint that one of the log's *keys* signed, whose name is its origin. Raises: Unproven."""
    note = parse(raw)
    checkpoint = Checkpoint.parse(note.text)
    verified(note, [key for key in keys if key.name == checkpoint.origin])
    return checkpoint, note


def decimal(written: str) -> int:
    """Read a number without leading zeroes, below 2**63. Raises: Unproven."""
    if not DECIMAL.fullmatch(written) or int(written) >= 2**63:
        raise Unproven("Een getal heeft niet de vorm die hier hoort: decimaal, zonder voorloopnullen.")
    return int(written)


def hash_of(written: str) -> bytes:
    """Read one SHA-256 hash in Base 64. Raises: Unproven."""
    value = from_base64(written)
    if len(value) != HASH_BYTES:
        raise Unproven("Een hash is niet 32 bytes lang.")
    return value
