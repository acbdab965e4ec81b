"""The description of the topics: each topic that there is, each type that is taken, and no reference into nowhere."""

from collections.abc import Iterator
from typing import Any

from services.channels import feed_topic, intake_topic
from services.submission import SHAPES
from tests.http_house import Door


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "$ref":
                yield part
            else:
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_every_topic_and_every_type_that_a_partner_may_send_is_described(door: Door) -> None:
    """A partner reads from it where to write, where to read, and the shape of each message."""
    document = door.client.get("/asyncapi.json").json()
    assert document["asyncapi"].startswith("3.")
    codes = [one.code for one in door.house.reference.participants(door.house.clock.now())]
    own = {topic for code in codes for topic in (intake_topic(code), feed_topic(code))}
    assert set(document["channels"]) == own | {"zvh.events", "zvh.checkpoints", "zvh.intake.rejected"}
    police = document["channels"]["zvh.intake.police"]["messages"]
    assert set(police) == set(SHAPES)
    offered = document["components"]["messages"]["nl.zvh.intake.referral-offered.v1"]["payload"]
    assert offered["properties"]["type"] == {"const": "nl.zvh.intake.referral-offered.v1"}
    shape = document["components"]["schemas"]["ReferralOffered"]
    assert {"channel", "subject"} <= set(shape["properties"])
    assert "nl.zvh.feed.referral-refused.v1" in document["channels"]["zvh.feed.police"]["messages"]


def test_each_reference_leads_somewhere(door: Door) -> None:
    document = door.client.get("/asyncapi.json").json()
    found = list(references(document))
    assert found
    for one in found:
        place: Any = document
        for step in one.removeprefix("#/").split("/"):
            place = place[step]
