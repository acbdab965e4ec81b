"""The demo and the year over a Kafka of their own: the database and whoever meets it share one key."""

import json
from random import Random

from events.vocabulary import OrgCode
from infra.settings import Settings
from services.bootstrap import SystemClock
from services.year.moment import FIRST_DAY, MovedClock
from services.year.over_kafka import kafka_house
from services.year.partners import CRITERIA, Partners
from tests.system.zvh import zvh

SENDER: OrgCode = "POLICE"


def test_a_partner_of_the_year_is_heard_and_answered_over_its_own_topics() -> None:
    """One referral goes through intake, log, overviews and feeds before the line is settled."""
    clock = MovedClock(FIRST_DAY, SystemClock())
    with kafka_house(Settings(), clock) as (house, line):
        partners = Partners(Random(3), house.reference, clock.now())
        event_id, referral = partners.refer(SENDER, clock.now(), CRITERIA, partners.somebody(), None)
        line.send(SENDER, referral)
        line.settle()
        assert line.outcomes == {"received": 1}
        assert [row.stage for row in house.views.cases()] == ["REFERRED"]
        heard = [(org, json.loads(value)) for org, value in line.hear()]
        assert [(org, message["data"]["event"]["id"]) for org, message in heard] == [(SENDER, event_id)]
        assert house.replay().equal


def test_the_demo_plays_over_a_kafka_of_its_own() -> None:
    """From the first referral to the proof, and the rebuild from Kafka is equal."""
    played = zvh("demo", "--kafka", "--json")
    assert played.code == 0, played.err
    assert played.json["replay"]["equal"] is True
