"""Signed notes (C2SP signed-note): text with signature lines, verifier keys, and Ed25519 signatures of type 0x01.

Read strictly: what another program might read otherwise is refused.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from events.errors import Unproven

ED25519 = 0x01
"""Signature type of a plain Ed25519 signature over the text."""
MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_SIGNATURE = re.compile(r"— (\S+) (\S+)")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
PUBLIC_BYTES = 32


@dataclass(frozen=True)
class Signature:
    """One signature line: whose key (name and id together), and the bytes it made."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        """The line, without its newline."""
        return f"— {self.name} {to_base64(self.key_id + self.value)}"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, with signatures that nobody has checked yet."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        """The whole note."""
        return f"{self.text}\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def with_signatures(self, signatures: Iterable[Signature]) -> "Note":
        """Return the note with more signatures; one that stands there already is not doubled."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *signatures))))


class Verifier(Protocol):
    """A key that one trusts, and how its signatures are checked."""

    @property
    def name(self) -> str:
        """Key name."""
        ...

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        ...

    def holds(self, text: str, value: bytes) -> bool:
        """Say whether *value*, the bytes of a signature, is this key's over *text*."""
        ...


@dataclass(frozen=True)
class NoteKey:
    """The public half of an Ed25519 key of type 0x01. Fits ``Verifier``."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """See ``Verifier``."""
        return key_id(self.name, ED25519, self.public)

    def holds(self, text: str, value: bytes) -> bool:
        """See ``Verifier``."""
        return signed_by(self.public, value, text.encode())

    def __str__(self) -> str:
        """The verifier key string."""
        return vkey(self.name, ED25519, self.public)

    @classmethod
    def parse(cls, written: str) -> "NoteKey":
        """Read a verifier key string. Raises: Unproven."""
        return cls(*parse_vkey(written, ED25519))


@dataclass(frozen=True)
class NoteSigner:
    """An Ed25519 key of type 0x01 that signs notes."""

    name: str
    private: Ed25519PrivateKey

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def key(self) -> NoteKey:
        """The public half."""
        return NoteKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Return the signature over *text*, which ends in a newline."""
        return Signature(self.name, self.key.key_id, self.private.sign(text.encode()))


def parse(raw: bytes) -> Note:
    """Read a note; its signatures are not checked. Raises: Unproven."""
    if len(raw) > MOST_BYTES:
        raise Unproven("De ondertekende notitie is te groot.")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unproven("De ondertekende notitie is geen UTF-8.") from None
    if any(character < " " and character != "\n" for character in whole):
        raise Unproven("De ondertekende notitie bevat een stuurteken.")
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise Unproven("De ondertekende notitie heeft geen lege regel met handtekeningen erna.")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Unproven("De ondertekende notitie heeft te veel handtekeningen.")
    return Note(head + "\n", tuple(parse_line(line) for line in lines))


def parse_line(line: str) -> Signature:
    """Read one signature line, without its newline. Raises: Unproven."""
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise Unproven("Een regel met een handtekening heeft niet de vorm «— naam handtekening».")
    name, written = found.groups()
    check_name(name)
    value = from_base64(written)
    if len(value) < 5:
        raise Unproven("Een handtekening is te kort.")
    return Signature(name, value[:4], value[4:])


def verified(note: Note, verifiers: Sequence[Verifier]) -> list[Signature]:
    """Return the signatures that *verifiers* made, one for each key at most; unknown keys are passed over.

    Raises: Unproven when a signature of a known key does not hold, or when there is none of a known key.
    """
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    if len(known) != len({(type(one), one.name, one.key_id) for one in verifiers}):
        raise ValueError("Two keys of one name have the same id.")
    found: dict[tuple[str, bytes], Signature] = {}
    for signature in note.signatures:
        whose = (signature.name, signature.key_id)
        if whose not in known:
            continue
        if not known[whose].holds(note.text, signature.value):
            raise Unproven(f"De handtekening van {signature.name} klopt niet.")
        found.setdefault(whose, signature)
    if not found:
        raise Unproven("De notitie heeft geen handtekening van een bekende sleutel.")
    return list(found.values())


def signed_by(public: bytes, value: bytes, message: bytes) -> bool:
    """Say whether *value* is the Ed25519 signature (RFC 8032) of *public* over *message*."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the id of a key: the first four bytes of SHA-256(name || newline || type || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name: str, kind: int, public: bytes) -> str:
    """Return the verifier key string."""
    return f"{name}+{key_id(name, kind, public).hex()}+{to_base64(bytes([kind]) + public)}"


def parse_vkey(written: str, kind: int) -> tuple[str, bytes]:
    """Return name and public key of a verifier key string of one *kind*. Raises: Unproven."""
    name, _, rest = written.partition("+")
    told, _, encoded = rest.partition("+")
    check_name(name)
    value = from_base64(encoded)
    if len(value) != 1 + PUBLIC_BYTES or value[0] != kind:
        raise Unproven(f"De sleutel van {name} is niet van het soort dat hier past (0x{kind:02x}).")
    if not _KEY_ID.fullmatch(told) or bytes.fromhex(told) != key_id(name, kind, value[1:]):
        raise Unproven(f"De sleutel van {name} is beschadigd: kenmerk en sleutel horen niet bij elkaar.")
    return name, value[1:]


def check_name(name: str) -> None:
    """Refuse a key name that is empty or holds a space, a plus or a control character. Raises: Unproven."""
    if not name or any(character.isspace() or character == "+" or character < " " for character in name):
        raise Unproven("Een naam van een sleutel is leeg, of bevat een spatie of een plus.")


def to_base64(value: bytes) -> str:
    """Return standard Base 64 (RFC 4648, section 4)."""
    return base64.b64encode(value).decode("ascii")


def from_base64(written: str) -> bytes:
    """Read standard Base 64 in its one canonical form. Raises: Unproven."""
    try:
        value = base64.b64decode(written.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        value = b""
    if not value or to_base64(value) != written:
        raise Unproven("Een waarde is geen geldige Base64.")
    return value
