"""An issuer of tokens on this machine, for the embedded instance, the demonstration and the tests."""

import base64
import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

from events.errors import BadSetting

KEY_NAME, JWKS_NAME = "issuer-key.pem", "jwks.json"


class LocalIssuer:
    """Signs tokens with an Ed25519 key in *folder*, made on first use. Whoever reads that file can be anybody here."""

    issuer = "https://zvh.invalid/local"
    """A name that leads nowhere (RFC 2606), so that no other issuer can have it."""

    def __init__(self, folder: Path, audience: str = "zvh") -> None:
        """Open the issuer of *folder*, or make it. An existing key is never written over.

        Raises: BadSetting when the key there is of no use, or may be read by others; OSError.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.jwks_file = folder / JWKS_NAME
        self._audience = audience
        key_file = folder / KEY_NAME
        if not key_file.exists():
            _make(key_file)
        self._key = _load(key_file)
        public = OKPAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self._kid = _thumbprint(public)
        published = json.dumps({"keys": [{**public, "kid": self._kid, "use": "sig", "alg": "EdDSA"}]}, indent=2) + "\n"
        _replace(self.jwks_file, published.encode())

    def token(self, sub: str, oin: str, task: str, roles: Sequence[str] = (), minutes: int = 60) -> str:
        """Return a token for this person, organisation and task, valid from now."""
        now = int(time.time())
        payload = {
            "iss": self.issuer,
            "aud": self._audience,
            "iat": now,
            "exp": now + minutes * 60,
            "sub": sub,
            "oin": oin,
            "task": task,
            "roles": list(roles),
        }
        return jwt.encode(payload, self._key, algorithm="EdDSA", headers={"kid": self._kid})


def _make(key_file: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    whole = _beside(key_file, pem)
    try:
        # A link appears whole or not at all, and never in the place of another: the first of two processes wins.
        key_file.hardlink_to(whole)
    except FileExistsError:
        return
    finally:
        whole.unlink()


def _load(key_file: Path) -> Ed25519PrivateKey:
    if key_file.stat().st_mode & 0o077:
        raise BadSetting(f"{KEY_NAME} is voor anderen leesbaar. Zet de rechten van het bestand op 600.")
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadSetting(f"In {KEY_NAME} staat geen bruikbare sleutel. Verplaats het bestand; dan komt er een nieuwe.")
    return key


def _thumbprint(public: Mapping[str, object]) -> str:
    """Return the name of a key, made from the key itself (RFC 7638)."""
    members = json.dumps({name: public[name] for name in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


def _replace(file: Path, content: bytes) -> None:
    if not file.exists() or file.read_bytes() != content:
        _beside(file, content).replace(file)


def _beside(file: Path, content: bytes) -> Path:
    """Write *content* to a new file next to *file*, readable by the owner only, and return where."""
    path = file.with_name(f"{file.name}.{uuid4().hex}")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
    return path
