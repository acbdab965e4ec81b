"""A report made from Kafka alone has the bytes of the one from the database: the same facts, in another order."""

import secrets

import psycopg

from projections.figures_period import Period
from services.bootstrap import open_house
from services.bootstrap.own_kafka import own_kafka
from services.bootstrap.reporting import log_of, report_of
from services.reports.catalogue import REPORTS
from services.reports.make import Asked
from services.reports.written import as_json
from tests.contracts.test_reporting import FIRST, GOLDEN, fill
from tests.reports.example import numbered


def test_facts_read_from_the_topic_give_the_golden_bytes(database: str) -> None:
    """Given the example's log on a real Kafka, over twelve partitions, and no numbered fact left in the database."""
    fill(database)
    key = secrets.token_hex(32)
    with own_kafka() as kafka:
        with open_house(kafka.settings("zvh-relay", database, key)) as relay:
            assert relay.relay.lock() is None
            while relay.relay.step():
                pass
            assert relay.log.size() == len(numbered())
        with psycopg.connect(database) as session:
            session.execute("SET session_replication_role = replica")  # the triggers that keep facts would say no
            session.execute("DELETE FROM log.numbered")
        with open_house(kafka.settings("zvh-projections", database, key)) as house:
            for name in ("annual", "audit"):
                log = log_of(house, FIRST, from_kafka=True)
                report = report_of(house, Asked(REPORTS[name], Period.of_year(2026)), log).report
                assert report.complete
                assert as_json(report) == (GOLDEN / f"{name}.json").read_bytes()
