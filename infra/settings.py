"""Every setting, with its unit and safe range. Read from ``ZVH_*`` in the environment; no default is a secret."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from events.errors import BadSetting

_WORDS = {
    "int_parsing": "dit is geen geheel getal",
    "float_parsing": "dit is geen getal",
    "greater_than_equal": "dit moet minstens {ge} zijn",
    "less_than_equal": "dit mag hoogstens {le} zijn",
    "literal_error": "kies uit {expected}",
    "string_pattern_mismatch": "dit heeft niet de vorm {pattern}",
    "string_too_short": "dit mag niet leeg zijn",
}
"""What pydantic says of a value, in our words, by the type of its error. Our own sentences go as they are."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """The instance that this process serves."""

    model_config = SettingsConfigDict(env_prefix="ZVH_", env_ignore_empty=True, frozen=True, extra="ignore")

    embedded: Path | None = None
    """Directory of the embedded instance (PostgreSQL from a wheel, no Kafka); made on first use."""
    database: str | None = None
    """libpq connection string of PostgreSQL 15 or newer, for example ``host=db dbname=zvh user=zvh``."""
    database_password: SecretStr | None = None
    """Password for ``database``, when the server asks for one."""
    house_oin: Annotated[str, Field(pattern=r"^[0-9]{20}$")] = "00000004003214345900"
    """OIN of the house, 20 digits. The default is a test number."""
    key_file: Path | None = None
    """File with the key-encryption key: 64 hex digits. Readable by the owner only."""
    key: SecretStr | None = None
    """The key-encryption key itself, 64 hex digits, when no file is used."""
    key_next_file: Path | None = None
    """File with the key-encryption key that follows, from before `zvh keys rotate` until it is ``key_file``."""
    key_next: SecretStr | None = None
    """That key itself, when no file is used."""
    transit_url: str | None = None
    """Address of OpenBao or Vault, ``https://host:port``, when its transit engine holds the key-encryption key."""
    transit_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")] = "zvh"
    """Name of the key in the engine."""
    transit_mount: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$")] = "transit"
    """Where the engine is mounted."""
    transit_namespace: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$")] | None = None
    """Namespace of the engine, where the server has them."""
    transit_token_file: Path | None = None
    """File with the token for the engine, read at each request; readable by the owner only."""
    transit_token: SecretStr | None = None
    """The token itself, when no file is used."""
    transit_ca_file: Path | None = None
    """Certificate authority of the engine (PEM), when it is not one of the system's."""
    transit_seconds: Annotated[float, Field(ge=0.1, le=60)] = 5.0
    """How long one step of a request to the engine may take, in seconds."""
    erasure_ledger: Path | None = None
    """File of the erasure ledger, on a disk that no backup of the database brings back. Embedded: made by itself."""
    log_key_file: Path | None = None
    """File with the log's Ed25519 key: 64 hex digits. Readable by the owner only; needed by the relay alone."""
    log_key: SecretStr | None = None
    """The log's key itself, 64 hex digits, when no file is used."""
    log_origin: Annotated[str, Field(pattern=r"^[^\s+]+$")] | None = None
    """Name of the log in its checkpoints, for good; left out: ``oin/<house_oin>/log``."""
    log_policy_file: Path | None = None
    """Who witnesses the log, and how many it takes (C2SP tlog-policy); left out: no witnesses."""
    witness_folder: Path | None = None
    """Where this house keeps what it needs as a witness of other logs, as ``zvh log witness`` made it."""
    kafka_bootstrap: str | None = None
    """``host:port[,host:port]`` of Kafka; leave out in the embedded instance."""
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_security: Literal["SASL_PLAINTEXT", "SASL_SSL", "PLAINTEXT"] = "SASL_SSL"
    """How to speak to Kafka. Only on loopback may it be other than SASL_SSL."""
    kafka_ca_file: Path | None = None
    """Certificate authority of Kafka (PEM), when it is not one of the system's."""
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    oidc_issuer: str | None = None
    """Who issues the tokens: the ``iss`` that each must have. Its keys come by OIDC discovery, unless ``jwks_file``."""
    jwks_file: Path | None = None
    """File with the issuer's public keys (RFC 7517), read at the start, instead of discovery."""
    audience: Annotated[str, Field(min_length=1)] = "zvh"
    """The ``aud`` that each token must have."""
    token_max_hours: Annotated[int, Field(ge=1, le=24)] = 12
    """Longest lifetime of a token, from ``iat`` to ``exp``, in hours."""
    ldv_endpoint: str | None = None
    """Where ``zvh worker ldv`` sends the lines of the processing log: OTLP over HTTP, ``https://…/v1/traces``."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] | None = None
    """Left out: INFO for what keeps running (serve, worker), WARNING for a single command."""

    @field_validator("oidc_issuer")
    @classmethod
    def _reached_safely(cls, issuer: str | None) -> str | None:
        if issuer is not None and (not safe_url(issuer) or "?" in issuer):
            raise ValueError(
                "dit moet https:// zijn, zonder gebruiker, vraagdeel of fragment; http:// mag alleen op de machine zelf"
            )
        return issuer

    @model_validator(mode="after")
    def _one_instance(self) -> "Settings":
        if self.embedded is not None and (self.database is not None or self.kafka_bootstrap is not None):
            raise ValueError("kies één: ZVH_EMBEDDED, of ZVH_DATABASE met ZVH_KAFKA_BOOTSTRAP")
        if self.key is not None and self.key_file is not None:
            raise ValueError("kies één: ZVH_KEY of ZVH_KEY_FILE")
        if self.key_next is not None and self.key_next_file is not None:
            raise ValueError("kies één: ZVH_KEY_NEXT of ZVH_KEY_NEXT_FILE")
        if self.transit_url is None and (self.transit_token is not None or self.transit_token_file is not None):
            raise ValueError("bij ZVH_TRANSIT_TOKEN hoort ZVH_TRANSIT_URL: het adres van de dienst die het aanneemt")
        if self.log_key is not None and self.log_key_file is not None:
            raise ValueError("kies één: ZVH_LOG_KEY of ZVH_LOG_KEY_FILE")
        if self.jwks_file is not None and self.oidc_issuer is None:
            raise ValueError("bij ZVH_JWKS_FILE hoort ZVH_OIDC_ISSUER: de uitgever van wie de sleutels zijn")
        return self


def safe_url(url: str) -> bool:
    """Say whether *url* is https, or http to this machine itself, and holds no user, password or fragment."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or "#" in url or " " in url or not url.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def load(**overrides: object) -> Settings:
    """Read the settings from the environment.

    Raises: BadSetting naming each wrong setting, its problem and the fix; never a value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        problems = "; ".join(
            f"{'ZVH_' + str(e['loc'][0]).upper() if e['loc'] else 'de instellingen samen'}: "
            f"{_WORDS.get(e['type'], e['msg'].removeprefix('Value error, ')).format(**e.get('ctx', {}))}".replace(
                "' or '", "' of '"
            )
            for e in error.errors(include_input=False, include_url=False)
        )
        raise BadSetting(
            f"Een instelling klopt niet. {problems}. Pas de omgevingsvariabele aan en start opnieuw."
        ) from None
