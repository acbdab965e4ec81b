"""Ed25519 keys of logs and witnesses: a file of 64 hex digits that its owner alone can read, or a setting."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.errors import BadSetting

SEED_BYTES = 32


def load_key(setting: str, seed_hex: str | None, key_file: Path | None) -> Ed25519PrivateKey:
    """Return the private key from its setting or its file.

    Args:
        setting: name of the setting, for the message; ``<setting>_FILE`` names the file.
    Raises: BadSetting; the text never holds the key.
    """
    if seed_hex is None and key_file is None:
        raise BadSetting(
            f"{setting}_FILE ontbreekt. Geef een bestand met 64 hexadecimale tekens, of gebruik {setting}."
        )
    if seed_hex is None:
        seed_hex = _read(setting, Path(str(key_file)))
    try:
        seed = bytes.fromhex(seed_hex.strip())
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise BadSetting(f"{setting} klopt niet: nodig zijn precies 64 hexadecimale tekens (32 bytes).")
    return Ed25519PrivateKey.from_private_bytes(seed)


def make_key(path: Path) -> None:
    """Write a new private key to *path*, readable by the owner only. Raises: FileExistsError; OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SEED_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read(setting: str, path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise BadSetting(f"{setting}_FILE is voor anderen leesbaar. Zet de rechten van het bestand op 600.")
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"{setting}_FILE kan niet worden gelezen ({type(error).__name__}). Controleer het pad en de rechten."
        ) from None
