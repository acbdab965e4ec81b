"""What stands on Kafka is what the declarative file says, and each partner can do no more than it says."""

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import (
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from events.errors import BadSetting
from infra.local.kafka import LocalKafka
from infra.topics import Desired, Difference, apply, desired, diff


@pytest.fixture
def admin(kafka: LocalKafka) -> KafkaAdminClient:
    return KafkaAdminClient(**kafka.access().options())


@pytest.fixture
def wanted(kafka: LocalKafka) -> Desired:
    return desired([name for name in kafka.passwords if not name.startswith("zvh-")])


def test_applying_a_second_time_changes_nothing(admin: KafkaAdminClient, wanted: Desired) -> None:
    """The fixture applied the file once; a second time there is nothing to do."""
    assert diff(admin, wanted) == []
    assert apply(admin, wanted, {}) == []


def test_drift_is_shown_by_name_and_mended(admin: KafkaAdminClient, wanted: Desired) -> None:
    """A removed right, another retention and a topic of somebody's own each show up; apply mends what it may."""
    pattern = ResourcePatternFilter(ResourceType.TOPIC, "zvh.intake.police", ACLResourcePatternType.LITERAL)
    admin.delete_acls([ACLFilter("User:police", None, ACLOperation.WRITE, ACLPermissionType.ALLOW, pattern)])
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, "zvh.events", {"retention.ms": "1000"})])
    admin.create_topics({"zvh.own": {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    extra = Difference("topic zvh.own", "extra")
    drift = {
        Difference("right police WRITE topic:zvh.intake.police", "missing"),
        Difference("topic zvh.events", "retention.ms 1000 should be -1"),
        extra,
    }
    try:
        assert set(diff(admin, wanted)) == drift
        assert set(apply(admin, wanted, {})) == drift - {extra}
        assert diff(admin, wanted) == [extra]
    finally:
        admin.delete_topics(["zvh.own"])


def test_a_new_participant_needs_a_password(admin: KafkaAdminClient, wanted: Desired) -> None:
    """No user is ever made without a password, and the sentence names the user."""
    more = desired([*(user.name for user in wanted.users if not user.name.startswith("zvh-")), "newcomer"])
    with pytest.raises(BadSetting, match="newcomer"):
        apply(admin, more, {})


def test_a_partner_writes_its_own_intake_topic_and_no_other(kafka: LocalKafka) -> None:
    """Kafka itself refuses a partner on the log and on another's channel."""
    producer = KafkaProducer(**kafka.access("police", kafka.passwords["police"]).options(), enable_idempotence=False)
    producer.send("zvh.intake.police", b"{}").get(timeout=20)
    for forbidden in ("zvh.events", "zvh.intake.safe-home", "zvh.feed.police"):
        with pytest.raises(TopicAuthorizationFailedError):
            producer.send(forbidden, b"{}").get(timeout=20)
    producer.close()


def test_a_partner_cannot_read_anothers_feed(kafka: LocalKafka) -> None:
    """The feed of one partner is closed to another, in any group."""
    options = kafka.access("police", kafka.passwords["police"]).options()
    own = KafkaConsumer(**options, group_id=None)
    own.assign([TopicPartition("zvh.feed.police", 0)])
    own.seek_to_beginning()
    assert own.poll(timeout_ms=500) is not None
    own.assign([TopicPartition("zvh.feed.safe-home", 0)])
    with pytest.raises(TopicAuthorizationFailedError):
        own.position(TopicPartition("zvh.feed.safe-home", 0))
    own.close()
    stranger = KafkaConsumer("zvh.feed.police", **options, group_id="safe-home-reader")
    with pytest.raises(GroupAuthorizationFailedError):
        stranger.poll(timeout_ms=10_000)
    stranger.close()


def test_a_wrong_password_is_refused(kafka: LocalKafka) -> None:
    """Without its password nobody is the police."""
    with pytest.raises(KafkaError):
        KafkaProducer(**kafka.access("police", "not the password").options(), bootstrap_timeout_ms=5000)


def test_the_log_is_kept_for_ever(wanted: Desired) -> None:
    """The file itself never lets the log expire."""
    log = next(topic for topic in wanted.topics if topic.name == "zvh.events")
    assert (log.partitions, log.config["retention.ms"], log.config["retention.bytes"]) == (12, "-1", "-1")
