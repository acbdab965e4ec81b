"""The public keys of the issuer of tokens: from a file, or found by discovery and asked for again in time.

Sources: RFC 7517 (key sets), RFC 7518 (algorithms), OpenID Connect Discovery 1.0.
"""

import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Protocol
from urllib.error import HTTPError

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pydantic import BaseModel, ValidationError

from events.errors import BadSetting, Unavailable
from infra.settings import safe_url

ALGORITHMS = {"EdDSA": "OKP", "ES256": "EC", "PS256": "RSA", "RS256": "RSA"}
"""Algorithm -> type of key. Asymmetric only: with a shared secret whoever checks a token could also make one."""
CURVES = {"OKP": "Ed25519", "EC": "P-256"}
PUBLIC_MEMBERS = ("kty", "crv", "x", "y", "n", "e")
SMALLEST_RSA_BITS = 2048
LARGEST_DOCUMENT = 1 << 20
"""Bytes of a document of the issuer."""
TIMEOUT_SECONDS = 5
FRESH_SECONDS = 600
"""Keys older than this are asked for again, so that a withdrawn key stops working."""
USABLE_SECONDS = 3600
"""As long as this, known keys serve on while the issuer does not answer."""
UNKNOWN_KEY_SECONDS = 60
"""How often tokens with an unknown key may make us ask the issuer: anybody can make up such a token."""
AFTER_FAILURE_SECONDS = 10


class Keys(Protocol):
    """The public keys of the issuer."""

    def find(self, kid: str, algorithm: str) -> jwt.PyJWK | None:
        """Return the key of this name, bound to this algorithm. Raises: Unavailable."""
        ...


class FileKeys:
    """The keys in a file, read once."""

    def __init__(self, path: Path) -> None:
        try:
            self._keys = usable_keys(path.read_bytes())
        except OSError as error:
            raise BadSetting(
                f"ZVH_JWKS_FILE kan niet worden gelezen ({type(error).__name__}). Controleer het pad en de rechten."
            ) from None
        if not self._keys:
            raise BadSetting(
                "In ZVH_JWKS_FILE staat geen bruikbare sleutel. Nodig is een JWKS met een kid en een publieke sleutel "
                "voor EdDSA, ES256, PS256 of RS256."
            )

    def find(self, kid: str, algorithm: str) -> jwt.PyJWK | None:
        """See the port."""
        return self._keys.get((kid, algorithm))


@dataclass(frozen=True)
class _Held:
    keys: Mapping[tuple[str, str], jwt.PyJWK]
    since: float


class IssuerKeys:
    """The keys that the issuer publishes, found by discovery. Safe from several threads; one asks at a time."""

    def __init__(self, issuer: str, elapsed: Callable[[], float]) -> None:
        self._issuer, self._elapsed = issuer, elapsed
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._failed_at = self._looked_at = float("-inf")

    def find(self, kid: str, algorithm: str) -> jwt.PyJWK | None:
        """See the port."""
        name, held = (kid, algorithm), self._held
        known = held.keys.get(name) if held is not None else None
        age = self._elapsed() - held.since if held is not None else 0.0
        if known is not None and age <= FRESH_SECONDS:
            return known
        # While one asks, the others go on with what they know: an issuer that is slow may not hold up everybody.
        if not self._lock.acquire(blocking=known is None or age > USABLE_SECONDS):
            return known
        try:
            return self._renewed(name).keys.get(name)
        finally:
            self._lock.release()

    def _renewed(self, name: tuple[str, str]) -> _Held:
        held = self._held
        if held is not None and self._younger(held.since, FRESH_SECONDS):
            if name in held.keys:
                return held
            if self._younger(self._looked_at, UNKNOWN_KEY_SECONDS):
                if self._failed_at >= self._looked_at:
                    raise _no_answer()
                return held
            self._looked_at = self._elapsed()
        try:
            self._held = _Held(self._asked(), self._elapsed())
        except Unavailable:
            if held is not None and name in held.keys and self._younger(held.since, USABLE_SECONDS):
                return held
            raise
        return self._held

    def _asked(self) -> dict[tuple[str, str], jwt.PyJWK]:
        if self._younger(self._failed_at, AFTER_FAILURE_SECONDS):
            raise _no_answer()
        try:
            return self._published()
        except Unavailable:
            self._failed_at = self._elapsed()
            raise

    def _younger(self, moment: float, seconds: float) -> bool:
        return self._elapsed() - moment <= seconds

    def _published(self) -> dict[tuple[str, str], jwt.PyJWK]:
        try:
            found = _Discovery.model_validate_json(
                _fetch(self._issuer.removesuffix("/") + "/.well-known/openid-configuration")
            )
        except ValidationError:
            raise _no_answer() from None
        if found.issuer != self._issuer or not safe_url(found.jwks_uri):
            raise Unavailable(
                "De uitgever van de tokens noemt zich anders dan ZVH_OIDC_ISSUER, of geeft zijn sleutels niet via "
                "https. Controleer de instelling en de uitgever."
            )
        keys = usable_keys(_fetch(found.jwks_uri))
        if not keys:
            raise Unavailable("De uitgever van de tokens geeft geen bruikbare sleutel. Vraag de beheerder om hulp.")
        return keys


def usable_keys(document: bytes) -> dict[tuple[str, str], jwt.PyJWK]:
    """Return the keys of a JWKS (RFC 7517) by name and algorithm; what is no public key for signing is left out.

    An RSA key that names no algorithm serves both PS256 and RS256.
    """
    try:
        listed = _KeySet.model_validate_json(document).keys
    except ValidationError:
        return {}
    keys: dict[tuple[str, str], jwt.PyJWK] = {}
    for one in listed:
        kid, kind = one.get("kid"), one.get("kty")
        if not isinstance(kid, str) or not isinstance(kind, str) or one.get("use", "sig") != "sig":
            continue
        if one.get("crv") != CURVES.get(kind):
            continue
        for algorithm, wanted in ALGORITHMS.items():
            if wanted == kind and one.get("alg", algorithm) == algorithm:
                key = _public_key(one, algorithm)
                if key is not None:
                    keys.setdefault((kid, algorithm), key)
    return keys


def _public_key(one: Mapping[str, object], algorithm: str) -> jwt.PyJWK | None:
    try:
        key = jwt.PyJWK({name: one[name] for name in PUBLIC_MEMBERS if name in one}, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None  # RFC 7517, 5: what is not understood is passed over
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < SMALLEST_RSA_BITS:
        return None
    return key


class _Discovery(BaseModel):
    issuer: str
    jwks_uri: str


class _KeySet(BaseModel):
    keys: list[dict[str, object]]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An issuer speaks for itself: another address could be one without https."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def _fetch(url: str) -> bytes:
    """Return a document of the issuer. Raises: Unavailable."""
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if url.lower().startswith("http://"):
        handlers.append(urllib.request.ProxyHandler({}))  # only this machine itself is asked so
    try:
        with urllib.request.build_opener(*handlers).open(url, timeout=TIMEOUT_SECONDS) as answer:
            content: bytes = answer.read(LARGEST_DOCUMENT + 1)
    except HTTPError as refused:
        refused.close()
        raise _no_answer() from None
    except (OSError, HTTPException):
        raise _no_answer() from None
    if len(content) > LARGEST_DOCUMENT:
        raise _no_answer()
    return content


def _no_answer() -> Unavailable:
    return Unavailable(
        "De uitgever van de tokens geeft geen bruikbaar antwoord, dus niemand kan zich nu aanmelden. "
        "Probeer het over een minuut opnieuw."
    )
