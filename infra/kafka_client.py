"""How every Kafka client of ours is configured: one place for address, identity and transport."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from faststream.security import BaseSecurity, SASLScram256
from pydantic import SecretStr

from events.errors import BadSetting
from infra.settings import Settings

MECHANISM = "SCRAM-SHA-256"


class Broker(Protocol):
    """A local Kafka of our own, as ``infra.local.kafka`` starts it."""

    @property
    def bootstrap(self) -> str: ...
    @property
    def admin_username(self) -> str: ...
    @property
    def admin_password(self) -> str: ...


@dataclass(frozen=True)
class KafkaAccess:
    """Address and identity for one user of Kafka. Its text form holds no password."""

    bootstrap: str
    username: str | None = None
    password: SecretStr | None = None
    security: Literal["SASL_PLAINTEXT", "SASL_SSL", "PLAINTEXT"] = "SASL_SSL"
    ca_file: Path | None = None

    @classmethod
    def of(cls, broker: Broker, username: str | None = None, password: str | None = None) -> "KafkaAccess":
        """Return access to a local broker on loopback, as its administrator or as another user."""
        return cls(
            broker.bootstrap,
            username or broker.admin_username,
            SecretStr(password if password is not None else broker.admin_password),
            "SASL_PLAINTEXT",
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> "KafkaAccess":
        """Return the access that the settings name. Raises: BadSetting naming what is missing."""
        if settings.embedded is not None:
            raise BadSetting(
                "De eigen instantie (ZVH_EMBEDDED) heeft geen Kafka. Gebruik ZVH_DATABASE met ZVH_KAFKA_BOOTSTRAP."
            )
        if settings.kafka_bootstrap is None:
            raise BadSetting("ZVH_KAFKA_BOOTSTRAP ontbreekt. Geef host:poort van Kafka, of gebruik ZVH_EMBEDDED.")
        if settings.kafka_security != "PLAINTEXT" and (
            settings.kafka_username is None or settings.kafka_password is None
        ):
            raise BadSetting("ZVH_KAFKA_USERNAME en ZVH_KAFKA_PASSWORD horen bij elkaar. Geef ze allebei.")
        return cls(
            settings.kafka_bootstrap,
            settings.kafka_username,
            settings.kafka_password,
            settings.kafka_security,
            settings.kafka_ca_file,
        )

    def options(self) -> dict[str, object]:
        """Return the arguments that each kafka-python client takes."""
        options: dict[str, object] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.security}
        if self.security != "PLAINTEXT":
            options |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self._secret(),
            }
        if self.security == "SASL_SSL" and self.ca_file is not None:
            options["ssl_cafile"] = str(self.ca_file)
        return options

    def faststream_security(self) -> BaseSecurity | None:
        """Return the security object of a FastStream broker; None on a bare connection."""
        if self.security == "PLAINTEXT":
            return None
        use_ssl = self.security == "SASL_SSL"
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None) if use_ssl else None
        return SASLScram256(self.username or "", self._secret(), use_ssl=use_ssl, ssl_context=context)

    def _secret(self) -> str:
        return self.password.get_secret_value() if self.password else ""
