"""Bearer tokens: signed by the issuer with a private key, for us, for a short time, for one organisation and one task.

Sources: RFC 6750 (bearer), RFC 7519 (JWT), RFC 8725 (its pitfalls).
"""

import time
from collections.abc import Callable, Mapping
from typing import Annotated

import jwt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from events.errors import BadSetting, NotSignedIn
from events.session import Claims
from events.vocabulary import Oin, Task
from infra.issuer_keys import ALGORITHMS, FileKeys, IssuerKeys, Keys
from infra.settings import Settings

Seconds = Annotated[int | float, Field(ge=0, le=1e11)]
"""Seconds since 1970 (RFC 7519, NumericDate)."""
LEEWAY_SECONDS = 30
LONGEST_TOKEN = 8192
"""Characters."""
BROKEN = (
    "Uw aanmelding klopt niet.",
    "Meld u opnieuw aan, en vraag de beheerder van uw organisatie om hulp als dat niet lukt.",
)
EXPIRED = ("Uw aanmelding is verlopen.", "Meld u opnieuw aan.")
NOT_ONE_HAT = (
    "In uw aanmelding staat niet precies één organisatie en één taak.",
    "Meld u opnieuw aan en kies één organisatie en één taak.",
)
TOO_LONG = (
    "Uw aanmelding is langer geldig dan hier mag.",
    "Vraag de beheerder van uw organisatie om kortere aanmeldingen in te stellen.",
)


class JwtTokens:
    """Fits ``services.sessions.Tokens``."""

    def __init__(self, keys: Keys, issuer: str, audience: str, max_hours: int) -> None:
        self._keys, self._issuer, self._audience = keys, issuer, audience
        self._max_seconds = max_hours * 3600

    @classmethod
    def from_settings(cls, settings: Settings, elapsed: Callable[[], float] = time.monotonic) -> "JwtTokens":
        """Return the reader of tokens that the settings describe; asks the issuer nothing yet.

        Args:
            elapsed: seconds since some moment, for the age of keys.
        Raises: BadSetting without an issuer, or when the file of keys is of no use.
        """
        if settings.oidc_issuer is None:
            raise BadSetting(
                "ZVH_OIDC_ISSUER ontbreekt. Noem de uitgever van de tokens, bijvoorbeeld https://aanmelden.example.nl."
            )
        issuer, file = settings.oidc_issuer, settings.jwks_file
        keys: Keys = FileKeys(file) if file is not None else IssuerKeys(issuer, elapsed)
        return cls(keys, issuer, settings.audience, settings.token_max_hours)

    def read(self, token: str) -> Claims:
        """See the port."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise NotSignedIn(*BROKEN)
        key = self._key_of(token)
        try:
            payload: Mapping[str, object] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise NotSignedIn(*EXPIRED) from None
        except jwt.PyJWTError:
            raise NotSignedIn(*BROKEN) from None
        return self._claims(payload)

    def _key_of(self, token: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise NotSignedIn(*BROKEN) from None
        kid, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(kid, str) or not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise NotSignedIn(*BROKEN)
        key = self._keys.find(kid, algorithm)
        if key is None:
            raise NotSignedIn(*BROKEN)
        return key

    def _claims(self, payload: Mapping[str, object]) -> Claims:
        try:
            said = _Payload.model_validate(payload)
        except ValidationError as error:
            wrong = {one["loc"][0] for one in error.errors(include_input=False)}
            raise NotSignedIn(*(NOT_ONE_HAT if wrong & {"oin", "task"} else BROKEN)) from None
        if said.exp - said.iat > self._max_seconds:
            raise NotSignedIn(*TOO_LONG)
        return Claims(said.sub, said.oin, said.task, tuple(said.roles))


class _Payload(BaseModel):
    """Exactly one organisation and one task: a list is no string."""

    model_config = ConfigDict(strict=True)

    sub: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    oin: Oin
    task: Task
    roles: list[str] = []
    iat: Seconds
    exp: Seconds
