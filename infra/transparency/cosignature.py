"""Cosignatures (C2SP tlog-cosignature, type 0x04): a witness says when it saw a checkpoint grow from all before it."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.transparency.note import Note, Signature, check_name, key_id, parse_vkey, signed_by, verified, vkey

COSIGNATURE = 0x04
"""Signature type of a timestamped Ed25519 cosignature."""
_STAMP = struct.Struct(">Q")
SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class WitnessKey:
    """The public half of a witness' key. Fits ``note.Verifier``."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """See ``note.Verifier``."""
        return key_id(self.name, COSIGNATURE, self.public)

    def holds(self, text: str, value: bytes) -> bool:
        """See ``note.Verifier``."""
        if len(value) != _STAMP.size + SIGNATURE_BYTES:
            return False
        seconds = seconds_of(value)
        if not 0 < seconds < 2**63:
            return False
        return signed_by(self.public, value[_STAMP.size :], _message(text, seconds))

    def __str__(self) -> str:
        """The verifier key string."""
        return vkey(self.name, COSIGNATURE, self.public)

    @classmethod
    def parse(cls, written: str) -> "WitnessKey":
        """Read a verifier key string. Raises: Unproven."""
        return cls(*parse_vkey(written, COSIGNATURE))


@dataclass(frozen=True)
class Cosigner:
    """A witness' own key."""

    name: str
    private: Ed25519PrivateKey

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def key(self) -> WitnessKey:
        """The public half."""
        return WitnessKey(self.name, self.private.public_key().public_bytes_raw())

    def cosign(self, text: str, at: datetime) -> Signature:
        """Return the cosignature over the text of a checkpoint, in whole seconds."""
        seconds = int(at.timestamp())
        if seconds <= 0:
            raise ValueError("A cosignature has a time after 1970.")
        value = _STAMP.pack(seconds) + self.private.sign(_message(text, seconds))
        return Signature(self.name, self.key.key_id, value)


def seconds_of(value: bytes) -> int:
    """Return the time of a cosignature, in seconds since 1970."""
    return int(_STAMP.unpack_from(value)[0])


def cosigned(note: Note, witnesses: Sequence[WitnessKey]) -> list[Signature]:
    """Return the cosignatures of *witnesses* on *note*, one for each; those of others are passed over.

    Raises: Unproven when one in the name of a known witness does not hold, as the standard advises.
    """
    if not any((one.name, one.key_id) == (key.name, key.key_id) for one in note.signatures for key in witnesses):
        return []
    return verified(note, witnesses)


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
