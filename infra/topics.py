"""Topics, users and rights on Kafka as one declarative file: what should be, what differs, and making it so."""

import secrets
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError, NoError
from pydantic import BaseModel, ConfigDict

from events.errors import BadSetting, Unavailable

NAMESPACE = "zvh"
ITERATIONS = 8192
"""Rounds of SCRAM; Kafka's own floor is 4,096."""
VISIBLE_SECONDS = 20
KINDS = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
}
KIND_NAMES = {kind: name for name, kind in KINDS.items()}


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Closed):
    """One topic as it should be."""

    name: str
    partitions: int
    config: dict[str, str] = {}


class Right(_Closed):
    """What a user may do on a topic, group or transactional id; ``*`` at the end means each name that begins so."""

    on: str
    may: tuple[str, ...]


class User(_Closed):
    """One user with its rights."""

    name: str
    rights: tuple[Right, ...]


class _Participant(_Closed):
    user: str
    topics: tuple[Topic, ...]
    rights: tuple[Right, ...]


class Desired(_Closed):
    """Everything as it should be."""

    replication_factor: int
    topics: tuple[Topic, ...]
    users: tuple[User, ...]


class _File(Desired):
    participant: _Participant


@dataclass(frozen=True, order=True)
class Difference:
    """One thing that is not as it should be."""

    what: str
    """For example ``topic zvh.events``."""
    problem: str
    """``missing``, ``extra``, or what it is and what it should be."""


def desired(participants: Sequence[str]) -> Desired:
    """Return what should be, for these participants in kebab-case."""
    text = resources.files("infra").joinpath("topics.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    topics, users = list(file.topics), list(file.users)
    for name in participants:
        own = _Participant.model_validate_json(file.participant.model_dump_json().replace("{participant}", name))
        topics += own.topics
        users.append(User(name=own.user, rights=own.rights))
    return Desired(replication_factor=file.replication_factor, topics=tuple(topics), users=tuple(users))


def diff(admin: KafkaAdminClient, wanted: Desired) -> list[Difference]:
    """Return what on Kafka differs from *wanted*. Raises: Unavailable."""
    with _asking():
        return sorted(
            [*_topic_differences(admin, wanted), *_user_differences(admin, wanted), *_right_differences(admin, wanted)]
        )


def apply(admin: KafkaAdminClient, wanted: Desired, passwords: Mapping[str, str]) -> list[Difference]:
    """Make Kafka as *wanted* and return what was changed; a second time changes nothing. A topic is never deleted.

    Args:
        passwords: user -> password, for new users and for users whose password must change.
    Raises: Unavailable; BadSetting when a new user has no password, or a topic has too many partitions to shrink.
    """
    found = diff(admin, wanted)
    problems = {(one.what, one.problem) for one in found}
    with _asking():
        _apply_topics(admin, wanted, problems)
        _apply_users(admin, wanted, problems, passwords)
        here, there = _rights_there(admin), _rights_of(wanted)
        if missing := there - here:
            failed = admin.create_acls([_acl(*right) for right in missing])["failed"]
            if failed:
                raise Unavailable(f"Kafka nam {len(failed)} rechten niet aan. Mag deze gebruiker rechten beheren?")
        if extra := here - there:
            admin.delete_acls([_acl(*right) for right in extra])
    changed = [one for one in found if not _left_alone(one)]
    _wait_until_visible(admin, wanted)
    return changed


def new_passwords(wanted: Desired) -> dict[str, str]:
    """Return a fresh password for every user."""
    return {user.name: secrets.token_urlsafe(24) for user in wanted.users}


def _left_alone(difference: Difference) -> bool:
    return difference.problem == "extra" and not difference.what.startswith("right ")


def _wait_until_visible(admin: KafkaAdminClient, wanted: Desired) -> None:
    # Kafka answers before every broker knows; who applies and then connects would be refused by chance.
    until = time.monotonic() + VISIBLE_SECONDS
    while not all(_left_alone(one) for one in diff(admin, wanted)):
        if time.monotonic() > until:
            raise Unavailable("Kafka nam de wijzigingen aan, maar toont ze nog niet. Kijk met `zvh infra diff`.")
        time.sleep(0.1)


class _asking:  # noqa: N801 - reads as a word in `with _asking()`
    """Turns Kafka's errors into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KafkaError | OSError):
            raise Unavailable(
                f"Kafka weigert het beheer of antwoordt niet ({type(error).__name__}). "
                "Controleer ZVH_KAFKA_BOOTSTRAP en de rechten van de beheerder."
            ) from None


def _topic_differences(admin: KafkaAdminClient, wanted: Desired) -> Iterator[Difference]:
    existing = set(admin.list_topics())
    names = {topic.name for topic in wanted.topics}
    for name in existing - names:
        if name.startswith(f"{NAMESPACE}."):
            yield Difference(f"topic {name}", "extra")
    present = [topic for topic in wanted.topics if topic.name in existing]
    for topic in wanted.topics:
        if topic.name not in existing:
            yield Difference(f"topic {topic.name}", "missing")
    if not present:
        return
    partitions = {one["name"]: len(one["partitions"]) for one in admin.describe_topics([t.name for t in present])}
    found = admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, t.name, list(t.config)) for t in present], config_filter="all"
    )["topic"]
    for topic in present:
        if partitions[topic.name] != topic.partitions:
            yield Difference(f"topic {topic.name}", f"partitions {partitions[topic.name]} should be {topic.partitions}")
        for key, value in topic.config.items():
            told = found.get(topic.name, {}).get(key)
            if told is None:
                raise Unavailable("Deze gebruiker mag niet zien hoe de topics op Kafka zijn ingesteld.")
            is_now = told["value"]
            if is_now != value:
                yield Difference(f"topic {topic.name}", f"{key} {is_now} should be {value}")


def _user_differences(admin: KafkaAdminClient, wanted: Desired) -> Iterator[Difference]:
    existing = set(admin.describe_user_scram_credentials())
    names = {user.name for user in wanted.users}
    yield from (Difference(f"user {name}", "missing") for name in names - existing)
    yield from (Difference(f"user {n}", "extra") for n in existing - names if n.startswith(f"{NAMESPACE}-"))


_Right = tuple[str, str, str, bool, str]
"""User, kind, name, whether the name is a prefix, operation."""


def _right_differences(admin: KafkaAdminClient, wanted: Desired) -> Iterator[Difference]:
    here, there = _rights_there(admin), _rights_of(wanted)
    for rights, problem in ((there - here, "missing"), (here - there, "extra")):
        for user, kind, name, prefix, operation in rights:
            yield Difference(f"right {user} {operation} {kind}:{name}{'*' if prefix else ''}", problem)


def _rights_of(wanted: Desired) -> set[_Right]:
    return {
        (user.name, kind, name.removesuffix("*"), name.endswith("*"), operation)
        for user in wanted.users
        for right in user.rights
        for kind, _, name in [right.on.partition(":")]
        for operation in right.may
    }


def _rights_there(admin: KafkaAdminClient) -> set[_Right]:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    acls, error = admin.describe_acls(ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, anything))
    if error is not NoError:
        raise Unavailable(f"Kafka toont zijn rechten niet ({error.__name__}). Mag deze gebruiker rechten zien?")
    return {
        (
            acl.principal.removeprefix("User:"),
            KIND_NAMES.get(acl.resource_pattern.resource_type, "other"),
            acl.resource_pattern.resource_name,
            acl.resource_pattern.pattern_type is ACLResourcePatternType.PREFIXED,
            acl.operation.name,
        )
        for acl in acls
    }


def _acl(user: str, kind: str, name: str, prefix: bool, operation: str) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if prefix else ACLResourcePatternType.LITERAL
    return ACL(
        f"User:{user}",
        "*",
        ACLOperation[operation],
        ACLPermissionType.ALLOW,
        ResourcePattern(KINDS[kind], name, pattern),
    )


def _apply_topics(admin: KafkaAdminClient, wanted: Desired, problems: set[tuple[str, str]]) -> None:
    new = [topic for topic in wanted.topics if (f"topic {topic.name}", "missing") in problems]
    if new:
        admin.create_topics(
            {
                topic.name: {
                    "num_partitions": topic.partitions,
                    "replication_factor": wanted.replication_factor,
                    "configs": topic.config,
                }
                for topic in new
            },
            wait_for_metadata=True,
        )
    for topic in wanted.topics:
        wrong = [problem for what, problem in problems if what == f"topic {topic.name}" and problem != "missing"]
        if any(problem.startswith("partitions ") for problem in wrong):
            raise BadSetting(
                f"Topic {topic.name} heeft een ander aantal partities dan {topic.partitions}. Dat verandert "
                "de volgorde per zaak en gebeurt daarom nooit vanzelf. Pas infra/topics.toml aan of vraag de beheerder."
            )
        if wrong:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, dict(topic.config))])


def _apply_users(
    admin: KafkaAdminClient, wanted: Desired, problems: set[tuple[str, str]], passwords: Mapping[str, str]
) -> None:
    changes = []
    for user in wanted.users:
        password = passwords.get(user.name)
        if password is None and (f"user {user.name}", "missing") in problems:
            raise BadSetting(f"Gebruiker {user.name} is nieuw op Kafka en heeft geen wachtwoord. Geef er een mee.")
        if password is not None:
            changes.append(UserScramCredentialUpsertion(user.name, ScramMechanism.SCRAM_SHA_256, password, ITERATIONS))
    if changes:
        failed = {name: error for name, error in admin.alter_user_scram_credentials(changes).items() if error}
        if failed:
            raise Unavailable(f"Kafka nam deze gebruikers niet aan: {', '.join(sorted(failed))}.")
