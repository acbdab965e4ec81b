"""Topics, users and rights: the administrator's side of Kafka."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from events.errors import Unavailable
from infra import topics
from infra.clock import SystemClock
from infra.kafka_client import KafkaAccess
from infra.settings import Settings
from policies.reference import Reference
from services.channels import kebab


def difference(settings: Settings) -> list[topics.Difference]:
    """Return how Kafka differs from the declarative file. Raises: BadSetting; Unavailable."""
    with _admin(settings) as admin:
        return topics.diff(admin, wanted())


def apply(settings: Settings, passwords: Mapping[str, str]) -> list[topics.Difference]:
    """Make Kafka as the declarative file says; return what changed. Raises: BadSetting; Unavailable."""
    with _admin(settings) as admin:
        return topics.apply(admin, wanted(), passwords)


def users() -> list[str]:
    """Return the names of all users that Kafka should have."""
    return [user.name for user in wanted().users]


def wanted() -> topics.Desired:
    """Return what should be on Kafka today."""
    reference, now = Reference.load(), SystemClock().now()
    return topics.desired([kebab(one.code) for one in reference.participants(now)])


@contextmanager
def _admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    try:
        admin = KafkaAdminClient(**KafkaAccess.from_settings(settings).options())
    except KafkaError as error:
        raise Unavailable(
            f"Kafka antwoordt niet ({type(error).__name__}). Controleer ZVH_KAFKA_BOOTSTRAP, gebruiker en wachtwoord."
        ) from None
    try:
        yield admin
    finally:
        admin.close()
