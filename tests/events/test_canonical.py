"""The bytes of a fact: written once, the same for ever, and accepted by the CloudEvents schema."""

import json
from pathlib import Path

import jsonschema
import pytest
import rfc8785

from events.canonical import decode, encode
from events.catalogue import BY_TYPE, FACTS
from events.errors import Corrupt
from events.fact import Fact
from tests.facts import EXAMPLES, HOUSE_OIN, recorded

TESTS = Path(__file__).parent.parent
GOLDEN = TESTS / "golden"
SCHEMA = json.loads((TESTS / "standards" / "cloudevents-1.0.schema.json").read_text())


def name_of(fact: Fact) -> str:
    return fact.type_name


def test_every_type_of_fact_has_an_example_and_a_permanent_name() -> None:
    """A new fact without an example, or with a name that is not in the past-tense form, is noticed here."""
    assert [type(example) for example in EXAMPLES] == list(FACTS)
    assert len(BY_TYPE) == len(FACTS)


@pytest.mark.parametrize("fact", EXAMPLES, ids=name_of)
def test_a_fact_is_still_written_as_on_the_day_its_golden_file_was_made(fact: Fact) -> None:
    """The golden file of each version ever written: same fact, same bytes, and the bytes read back as the fact."""
    golden = (GOLDEN / f"{fact.type_name}.json").read_bytes()
    assert encode(recorded(fact), HOUSE_OIN) == golden
    assert decode(golden) == recorded(fact)


def test_every_golden_file_can_still_be_read() -> None:
    """A golden file stays for ever, also when its version is no longer written."""
    for golden in GOLDEN.glob("*.json"):
        decode(golden.read_bytes())
    assert {golden.stem for golden in GOLDEN.glob("*.json")} >= set(BY_TYPE)


@pytest.mark.parametrize("fact", EXAMPLES, ids=name_of)
def test_the_value_is_a_cloud_event_in_canonical_json(fact: Fact) -> None:
    """The schema of CloudEvents 1.0 accepts the value, and canonicalising it again changes nothing (RFC 8785)."""
    value = encode(recorded(fact), HOUSE_OIN)
    event = json.loads(value)
    jsonschema.validate(event, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert rfc8785.dumps(event) == value
    assert all(name.isascii() and name.isalnum() and name.islower() and len(name) <= 20 for name in event)


def test_a_value_that_is_no_fact_is_told_by_place_and_never_by_content() -> None:
    """The error of a broken value names what is wrong without quoting the value."""
    event = json.loads(encode(recorded(EXAMPLES[1]), HOUSE_OIN))
    event["data"]["channel"] = "geheim verhaal"
    with pytest.raises(Corrupt) as caught:
        decode(json.dumps(event).encode())
    assert "channel" in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("value", [b"", b"{}", b"[]", b'{"type": "nl.zvh.unknown.v1", "data": {}}', b"\xff\xfe"])
def test_bytes_that_are_no_event_are_refused_as_corrupt(value: bytes) -> None:
    """No other error than Corrupt leaves the reader."""
    with pytest.raises(Corrupt):
        decode(value)
