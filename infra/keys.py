"""The key ring: one data key per (case, data subject), wrapped by the key-encryption key of the house.

Import-linter lets only ``infra.sealing``, ``infra.unsealing`` and the wiring see this module.
"""

import hashlib
import os
import secrets
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg_pool import ConnectionPool

from events.errors import BadSetting, Corrupt, Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
WAIT_SECONDS = 2.0
"""How long one use waits for a connection before it is told that the key store does not answer."""


def load_master_key(key_hex: str | None, key_file: Path | None) -> bytes:
    """Return the key-encryption key of 32 bytes, from its setting or its file.

    Raises: BadSetting; the text never holds the key.
    """
    if key_hex is None and key_file is None:
        raise BadSetting("ZVH_KEY_FILE ontbreekt. Geef een bestand met 64 hexadecimale tekens, of gebruik ZVH_KEY.")
    if key_hex is None:
        assert key_file is not None  # noqa: S101 - for the type checker
        try:
            if key_file.stat().st_mode & 0o077:
                raise BadSetting("ZVH_KEY_FILE is voor anderen leesbaar. Zet de rechten van het bestand op 600.")
            key_hex = key_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(
                f"ZVH_KEY_FILE kan niet worden gelezen ({type(error).__name__}). Controleer het pad en de rechten."
            ) from None
    try:
        key = bytes.fromhex(key_hex)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSetting("De hoofdsleutel klopt niet: nodig zijn precies 64 hexadecimale tekens (32 bytes).")
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


class KeyRing:
    """Data keys in PostgreSQL, never in clear. Safe from several threads; keys are not cached longer than a call."""

    def __init__(self, dsn: str, master: bytes) -> None:
        self._wrapping = AESGCM(derive(master, "wrapping"))
        self.kek_id = hashlib.sha256(derive(master, "name")).hexdigest()[:16]
        self.pool = ConnectionPool(
            dsn,
            min_size=1,
            max_size=8,
            open=True,
            kwargs={"autocommit": True},
            timeout=WAIT_SECONDS,
            # After a restart of the server the first use finds a live connection, and is not refused for a dead one.
            check=ConnectionPool.check_connection,
        )

    def close(self) -> None:
        """Give back the connections."""
        self.pool.close()

    def key_for_sealing(self, case_id: UUID, subject_id: UUID) -> tuple[UUID, bytes]:
        """Return (key id, key) of one person in one case; makes the key when it is the first. Raises: Unavailable."""
        found = self._select("case_id = %s AND subject_id = %s", (case_id, subject_id))
        if found is None:
            key_id, key = uuid4(), secrets.token_bytes(KEY_BYTES)
            wrapped = self._wrap(key_id, case_id, subject_id, key)
            self.query(
                "INSERT INTO keys.data_keys VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (key_id, case_id, subject_id, self.kek_id, wrapped),
            )
            # Somebody else may have made it in the meantime: the row that stands is the key.
            found = self._select("case_id = %s AND subject_id = %s", (case_id, subject_id))
        if found is None:
            raise Unavailable("De sleutelkast geeft geen sleutel terug. Probeer het later opnieuw.")
        return found

    def key_for_opening(self, key_id: UUID) -> bytes | None:
        """Return the key, or None when it was destroyed. Raises: Unavailable; Corrupt when it does not unwrap."""
        found = self._select("key_id = %s", (key_id,))
        return None if found is None else found[1]

    def _select(self, where: str, values: tuple[UUID, ...]) -> tuple[UUID, bytes] | None:
        row = self.query(
            f"SELECT key_id, case_id, subject_id, wrapped FROM keys.data_keys WHERE {where}",  # noqa: S608 - our text
            values,
        )
        if row is None:
            return None
        key_id, case_id, subject_id, wrapped = row
        assert isinstance(key_id, UUID)  # noqa: S101 - for the type checker
        assert isinstance(wrapped, bytes)  # noqa: S101
        try:
            key = self._wrapping.decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _place(key_id, case_id, subject_id)
            )
        except (InvalidTag, ValueError):  # a row that was cut short has no whole nonce, which is a ValueError
            raise Corrupt(
                f"Sleutel {key_id} past niet bij de hoofdsleutel {self.kek_id}. Is ZVH_KEY_FILE de juiste?"
            ) from None
        return key_id, key

    def _wrap(self, key_id: UUID, case_id: UUID, subject_id: UUID, key: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, _place(key_id, case_id, subject_id))

    def query(self, statement: str, values: tuple[object, ...]) -> tuple[object, ...] | None:
        """Run one statement on the key store and return its first row, if any. Raises: Unavailable."""
        try:
            with self.pool.connection() as connection:
                cursor = connection.execute(statement.encode(), values)
                return cursor.fetchone() if cursor.description else None
        except psycopg.Error as error:
            raise Unavailable(
                f"De sleutelkast antwoordt niet ({type(error).__name__}). Probeer het later opnieuw."
            ) from None


def _place(key_id: object, case_id: object, subject_id: object) -> bytes:
    return f"zvh.key.v1|{key_id}|{case_id}|{subject_id}".encode()
