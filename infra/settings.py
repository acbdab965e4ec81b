"""Every setting, with its unit and safe range. Read from ``ZVH_*`` in the environment; no default is a secret."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from events.errors import BadSetting


class Settings(BaseSettings):
    """The instance that this process serves."""

    model_config = SettingsConfigDict(env_prefix="ZVH_", frozen=True, extra="ignore")

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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] | None = None
    """Left out: INFO for what keeps running (serve, worker), WARNING for a single command."""

    @model_validator(mode="after")
    def _one_instance(self) -> "Settings":
        if self.embedded is not None and (self.database is not None or self.kafka_bootstrap is not None):
            raise ValueError("choose one: ZVH_EMBEDDED, or ZVH_DATABASE with ZVH_KAFKA_BOOTSTRAP")
        if self.key is not None and self.key_file is not None:
            raise ValueError("choose one: ZVH_KEY or ZVH_KEY_FILE")
        return self


def load(**overrides: object) -> Settings:
    """Read the settings from the environment.

    Raises: BadSetting naming each wrong setting, its problem and the fix; never a value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        problems = "; ".join(
            f"{'ZVH_' + str(e['loc'][0]).upper() if e['loc'] else 'de instellingen samen'}: "
            f"{e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise BadSetting(
            f"Een instelling klopt niet. {problems}. Pas de omgevingsvariabele aan en start opnieuw."
        ) from None
