"""The tree, the tiles and the notes once more, from the published texts alone and in few lines.

On purpose none of ``infra.transparency``: what checks the log must not share a mistake with what wrote it.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

HASH = 32
WIDTH = 256
"""Hashes in a full tile (C2SP tlog-tiles, height 8)."""
EMPTY = hashlib.sha256(b"").digest()
ED25519, COSIGNATURE = 1, 4


def leaf(value: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\0" + value).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Growing:
    """A tree that only grows: the roots of its complete subtrees, the largest first."""

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        self.size, self._subtrees = size, list(subtrees)

    def add(self, leaf_hash: bytes) -> None:
        """Take the next leaf."""
        self.size += 1
        grown = leaf_hash
        for _ in range((self.size & -self.size).bit_length() - 1):
            grown = node(self._subtrees.pop(), grown)
        self._subtrees.append(grown)

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self._subtrees:
            return EMPTY
        root = self._subtrees[-1]
        for subtree in reversed(self._subtrees[:-1]):
            root = node(subtree, root)
        return root

    def copy(self) -> "Growing":
        """Return a tree that grows apart from this one."""
        return Growing(self.size, self._subtrees)


def rows(hashes: bytes) -> list[list[bytes]]:
    """Return the complete rows of nodes over consecutive hashes, those themselves first."""
    found = [[hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]]
    while len(found[-1]) > 1:
        below = found[-1]
        found.append([node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return found


def widths(size: int) -> list[tuple[int, int]]:
    """Return per level how many full tiles a tree of *size* has, and how wide the one after them is (0: none)."""
    found = []
    while size:
        found.append(divmod(size, WIDTH))
        size //= WIDTH
    return found


@dataclass(frozen=True)
class Line:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class SignedNote:
    """A note (C2SP signed-note) as it reads; nothing of it is believed yet."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Key:
    """A verifier key of a note."""

    name: str
    key_id: bytes
    kind: int
    public: bytes


def read_note(written: str) -> SignedNote:
    """Read a note. Raises: ValueError."""
    text, blank, tail = written.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise ValueError("no signatures")
    return SignedNote(text + "\n", tuple(read_line(one) for one in tail[:-1].split("\n")))


def read_line(written: str) -> Line:
    """Read a signature line. Raises: ValueError."""
    dash, name, value = written.split(" ")
    raw = base64.b64decode(value, validate=True)
    if dash != "\u2014" or len(raw) < 5:
        raise ValueError("no signature line")
    return Line(name, raw[:4], raw[4:])


def read_key(written: str) -> Key:
    """Read a verifier key string, its id checked. Raises: ValueError."""
    name, told, encoded = written.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or key_id.hex() != told:
        raise ValueError("no verifier key")
    return Key(name, key_id, raw[0], raw[1:])


def read_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint (C2SP tlog-checkpoint). Raises: ValueError."""
    origin, size, root = text.split("\n")[:3]
    try:
        decoded = base64.b64decode(root, validate=True)
    except binascii.Error as error:
        raise ValueError("no root") from error
    if len(decoded) != HASH or not size.isdigit() or str(int(size)) != size:
        raise ValueError("no checkpoint")
    return origin, int(size), decoded


def cosigned_message(text: str, value: bytes) -> tuple[bytes, bytes]:
    """Return signature and message of a cosignature (C2SP tlog-cosignature). Raises: ValueError."""
    if len(value) != 8 + 64:
        raise ValueError("no cosignature")
    return value[8:], f"cosignature/v1\ntime {int.from_bytes(value[:8], 'big')}\n{text}".encode()
