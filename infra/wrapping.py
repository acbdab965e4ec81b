"""Key-encryption keys: what wraps the data keys. This file has the port, and the keys that this process holds itself.

A wrapped key opens only at its own place (key id, case and person), so a row that is moved to another person is dead.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from events.errors import BadSetting, Corrupt

KEY_BYTES = 32
NONCE_BYTES = 12


class Wrapping(Protocol):
    """One key-encryption key, wherever it lives. Safe from several threads; says nothing secret in any text."""

    @property
    def id(self) -> str:
        """Name under which the key store remembers it; the same in every process, and for every version of it."""
        ...

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Return *key* (32 bytes) wrapped for one place, under the newest version. Raises: Unavailable."""
        ...

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Return the key of 32 bytes.

        Raises: Corrupt when the bytes were altered, stand at another place, or are of a key or version that is not
            read any more; Unavailable.
        """
        ...

    def renew(self, wrapped: bytes, place: bytes) -> bytes:
        """Return the same key under the newest version; the same bytes when they are. Raises: as ``unwrap``."""
        ...


class LocalWrapping:
    """Fits ``Wrapping``: a key of 32 bytes in this process, from a file or from the environment. AES-256-GCM."""

    def __init__(self, master: bytes) -> None:
        # Nothing that shows its content as text: the cipher is opaque, and the function holds the key out of sight.
        self._cipher = AESGCM(derive(master, "wrapping"))
        self._derived: Callable[[str], bytes] = lambda purpose: derive(master, purpose)
        self._id = hashlib.sha256(derive(master, "name")).hexdigest()[:16]

    @property
    def id(self) -> str:
        """See ``Wrapping``."""
        return self._id

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """See ``Wrapping``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """See ``Wrapping``."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):  # a row that was cut short has no whole nonce, which is a ValueError
            raise Corrupt(f"Een sleutel is gewijzigd, of hoort niet bij de hoofdsleutel {self._id}.") from None

    def renew(self, wrapped: bytes, place: bytes) -> bytes:
        """See ``Wrapping``. A key of this kind has one version; the next one is another key."""
        self.unwrap(wrapped, place)
        return wrapped

    def derived(self, purpose: str) -> bytes:
        """Return the secret of one purpose, as older versions of this program derived it from this key."""
        return self._derived(purpose)


def load_master_key(key_hex: str | None, key_file: Path | None, setting: str = "ZVH_KEY") -> bytes:
    """Return the key-encryption key of 32 bytes, from its setting or its file.

    Args:
        setting: name of the setting that holds it; ``<setting>_FILE`` names the file.
    Raises: BadSetting; the text never holds the key.
    """
    if key_hex is None and key_file is None:
        raise BadSetting(
            f"{setting}_FILE ontbreekt. Geef een bestand met 64 hexadecimale tekens, of gebruik {setting}."
        )
    if key_hex is None:
        assert key_file is not None  # noqa: S101 - for the type checker
        try:
            if key_file.stat().st_mode & 0o077:
                raise BadSetting(f"{setting}_FILE is voor anderen leesbaar. Zet de rechten van het bestand op 600.")
            key_hex = key_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(
                f"{setting}_FILE kan niet worden gelezen ({type(error).__name__}). Controleer het pad en de rechten."
            ) from None
    try:
        key = bytes.fromhex(key_hex)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSetting(f"De sleutel van {setting} klopt niet: nodig zijn precies 64 hexadecimale tekens (32 bytes).")
    return key


def make_master_key(path: Path) -> None:
    """Write a new key-encryption key to *path*, readable by the owner only. Raises: FileExistsError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")


def derive(master: bytes, purpose: str) -> bytes:
    """Return a key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=f"zvh.{purpose}.v1".encode()).derive(
        master
    )
