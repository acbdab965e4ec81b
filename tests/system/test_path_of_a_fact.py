"""The path of a fact, whole, on real parts: from a partner's topic to the answers, and no personal datum on the way."""

import json
import secrets
from collections.abc import Iterator
from uuid import UUID

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from pydantic import SecretStr

from events.referral import ReferralSubmitted
from events.vocabulary import Stage
from infra.settings import Settings
from services.bootstrap import House, open_house
from services.bootstrap.own_kafka import OwnKafka, own_kafka
from services.case_file import case_file
from services.demo import over_kafka, story
from services.demo.play import settled
from services.intake import Delivery
from services.rights.controllers import answering
from services.simulate import sample_week
from services.simulation.staff import Staff
from tests.erasing import erase, persons_of
from tests.plaintext import found_in, personal_data, tables

WEIGHED = 12


@pytest.fixture(scope="module")
def own() -> Iterator[OwnKafka]:
    """A Kafka with nothing on it but what these tests send: the counts of a week are exact."""
    with own_kafka() as kafka:
        yield kafka


@pytest.fixture(scope="module")
def key() -> str:
    """The key-encryption key of the house."""
    return secrets.token_hex(32)


@pytest.fixture(scope="module")
def played(own: OwnKafka, module_database: str, key: str) -> Iterator[tuple[House, over_kafka.Heard, story.Told]]:
    """The sample week over the real Kafka, some of it weighed, escalated and disclosed; workers still at work."""
    heard, told = over_kafka.Heard(), story.Told()
    week, _ = sample_week()
    with (
        open_house(own.settings("zvh-projections", module_database, key)) as house,
        over_kafka.working(own, house, key, heard),
    ):
        over_kafka.send(own, house.reference, house, week.splitlines())
        assert heard.wait_for(len(week.splitlines()), lambda: None)
        settled(house)
        staff = Staff(house)
        waiting = [UUID(row.case_id) for row in house.views.cases(stage=Stage.REFERRED.value)]
        story.triage(house, staff, waiting[:WEIGHED], told, lambda: None)
        settled(house)
        story.disclosures(house, staff, told)
        settled(house)
        yield house, heard, told


@pytest.fixture(scope="module")
def topics(own: OwnKafka, played: object) -> dict[str, list[tuple[bytes, bytes, bytes]]]:
    """Every record on every topic of the house but the intake's own: (key, value, headers) as bytes."""
    return records_of(own)


def records_of(own: OwnKafka) -> dict[str, list[tuple[bytes, bytes, bytes]]]:
    admin = KafkaAdminClient(**own.admin.options())
    names = [name for name in admin.list_topics() if name.startswith("zvh.")]
    admin.close()
    intake = {name for name in names if name.startswith("zvh.intake.") and name != "zvh.intake.rejected"}
    consumer = KafkaConsumer(**own.admin.options(), group_id=None, isolation_level="read_committed")
    found: dict[str, list[tuple[bytes, bytes, bytes]]] = {}
    for name in sorted(set(names) - intake):
        places = [TopicPartition(name, one) for one in sorted(consumer.partitions_for_topic(name) or ())]
        consumer.assign(places)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(places)
        found[name] = []
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=200).values():
                for record in records:
                    headers = b"|".join(key.encode() + b"=" + (value or b"") for key, value in record.headers)
                    found[name].append((record.key or b"", record.value or b"", headers))
    consumer.close()
    return found


def test_every_event_has_its_one_outcome_over_kafka_too(
    played: tuple[House, over_kafka.Heard, story.Told],
) -> None:
    """The counts are those that come with the sample week."""
    expected = json.loads(sample_week()[1])
    assert played[1].lines == expected.pop("lines")
    assert played[1].outcomes == expected


def test_every_stored_fact_stands_on_the_topic_byte_for_byte(
    played: tuple[House, over_kafka.Heard, story.Told], topics: dict[str, list[tuple[bytes, bytes, bytes]]]
) -> None:
    """The numbered log of this house, in order, is what its records on zvh.events say."""
    stored = {fact.value: fact.index for fact in played[0].log.read(0)}
    told = {value: headers for _, value, headers in topics["zvh.events"] if value in stored}
    assert told.keys() == stored.keys()
    assert all(f"zvh_index={index}".encode() in told[value] for value, index in stored.items())


def test_the_answers_follow_the_topic_and_can_be_built_again_from_it(
    played: tuple[House, over_kafka.Heard, story.Told],
) -> None:
    """Cases in every room that was decided, and a replay from Kafka alone gives the same rows."""
    house, _, told = played
    assert len(house.views.cases()) == 191
    assert sum(told.accepted.values()) == len(house.views.cases(stage="IN_CONSULTATION"))
    rebuilt = house.replay()
    assert rebuilt.equal, [one.first_difference for one in rebuilt.projections]
    assert rebuilt.facts == house.log.size()


def test_each_partner_hears_of_each_of_its_events_on_its_own_feed(
    played: tuple[House, over_kafka.Heard, story.Told], topics: dict[str, list[tuple[bytes, bytes, bytes]]]
) -> None:
    """A received referral is answered on the feed of its sender, with the case's number and no content."""
    received = [json.loads(value) for _, value, _ in topics["zvh.feed.police"]]
    types = {event["type"] for event in received}
    assert "nl.zvh.feed.referral-received.v1" in types
    assert all(event["specversion"] == "1.0" for event in received)


def test_what_cannot_be_taken_is_kept_sealed(topics: dict[str, list[tuple[bytes, bytes, bytes]]]) -> None:
    """Each refused event of the week stands on the topic for rejected events, with a problem that names no value."""
    kept = [json.loads(value) for _, value, _ in topics["zvh.intake.rejected"]]
    codes = {str(event["data"]) for event in kept}
    assert any("OVERSIZED" in code for code in codes)
    assert any("BROKEN_JSON" in code for code in codes)


def test_no_personal_datum_is_found_on_any_topic_but_the_intakes_own(
    topics: dict[str, list[tuple[bytes, bytes, bytes]]],
) -> None:
    """Neither in a value, nor in a key, nor in a header: the bytes themselves are searched."""
    personal = personal_data(sample_week()[0].splitlines())
    for name, records in topics.items():
        assert found_in(b"\n".join(part for record in records for part in record), personal) == [], name


def test_no_personal_datum_is_found_in_any_table(played: tuple[House, over_kafka.Heard, story.Told]) -> None:
    """All rows of all tables, keys included."""
    personal = personal_data(sample_week()[0].splitlines())
    contents = dict(tables(played[0].dsn))
    assert len(contents) > 5
    for name, content in contents.items():
        assert found_in(content, personal) == [], name


def test_no_personal_datum_is_found_in_logs_or_errors(
    module_database: str, key: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The whole week at the most talkative level, and every refusal of it."""
    settings = Settings(database=module_database, key=SecretStr(key), log_level="DEBUG")
    week = sample_week()[0].splitlines()
    with open_house(settings) as house:
        for number, line in enumerate(week):
            house.intake.take(Delivery(f"again:{number}", None, line))
    out, err = capfd.readouterr()
    assert "submission taken" in err
    assert found_in((out + err).encode(), personal_data(week)) == []


def test_an_erasure_changes_no_record_and_leaves_nothing_that_opens(
    own: OwnKafka,
    played: tuple[House, over_kafka.Heard, story.Told],
    topics: dict[str, list[tuple[bytes, bytes, bytes]]],
) -> None:
    """Given a person erased, the topic of facts only grows, by facts without content; the boxes on it open nowhere."""
    house = played[0]
    case = UUID(house.views.cases(stage="IN_CONSULTATION")[0].case_id)
    boxes = [
        item.content
        for one in house.store.history(case)
        if isinstance(one.fact, ReferralSubmitted)
        for item in one.fact.items
    ]
    assert boxes
    assert all(house._ring.key_for_opening(box.key_id) for box in boxes)
    subject = persons_of(house, case)[0]
    controllers = answering(case_file(case, house.store.history(case)), subject, house.reference, house.clock.now())
    done = erase(house, subject, [case], deciders=sorted(controllers))
    assert not done.refused
    settled(house)
    after = records_of(own)
    before = set(topics["zvh.events"])
    assert before < set(after["zvh.events"])
    new = [value for _, value, _ in after["zvh.events"] if value not in {value for _, value, _ in before}]
    assert {str(one.envelope.id) for one in done.facts} <= {json.loads(value)["id"] for value in new}
    assert [box for box in boxes if house._ring.key_for_opening(box.key_id)] == []
    held = b"".join(value for _, value, _ in after["zvh.events"])
    assert all(box.box.encode() in held for box in boxes), "what was sealed stays, and proves what was there"
    personal = personal_data(sample_week()[0].splitlines())
    for name, records in after.items():
        assert found_in(b"\n".join(part for record in records for part in record), personal) == [], name


def test_the_search_itself_finds_what_is_there() -> None:
    """The search is not blind: in the partners' own lines it finds every datum."""
    week = sample_week()[0]
    personal = personal_data(week.splitlines())
    assert len(personal) > 500
    assert len(found_in(week, personal)) > 500
