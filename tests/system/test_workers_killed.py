"""Intake, relay and projections as processes of their own, killed at random while a week of traffic comes in."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from random import Random

import pytest

from services.bootstrap import open_house
from services.bootstrap.own_kafka import OwnKafka, own_kafka
from services.demo import over_kafka
from services.simulate import sample_week
from tests.system.zvh import ZVH

KILLS = 9
WAIT_SECONDS = 120
USERS = {"intake": "zvh-intake", "relay": "zvh-relay", "projections": "zvh-projections"}


class Workers:
    """The three workers, each in a process."""

    def __init__(self, kafka: OwnKafka, dsn: str, key_hex: str) -> None:
        self._settings = {
            "ZVH_DATABASE": dsn,
            "ZVH_KEY": key_hex,
            "ZVH_LOG_KEY": kafka.log_key,
            "ZVH_ERASURE_LEDGER": str(kafka.erasure_ledger),
            "ZVH_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "ZVH_KAFKA_SECURITY": "SASL_PLAINTEXT",
        }
        self._kafka = kafka
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one worker as its own user of Kafka."""
        user = USERS[name]
        settings = self._settings | {"ZVH_KAFKA_USERNAME": user, "ZVH_KAFKA_PASSWORD": self._kafka.passwords[user]}
        self.running[name] = subprocess.Popen(
            [ZVH, "worker", name], env=os.environ | settings, stderr=subprocess.DEVNULL
        )

    def kill(self, name: str) -> None:
        """Kill one worker without a word of warning."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def stop(self) -> dict[str, int]:
        """Ask all workers to stop, as a service manager does; return their exit codes."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        return {name: process.wait(timeout=60) for name, process in self.running.items()}


@pytest.fixture
def kafka() -> Iterator[OwnKafka]:
    """A Kafka with nothing on it but what this test sends."""
    with own_kafka() as broker:
        yield broker


def test_workers_that_are_killed_again_and_again_lose_and_double_nothing(kafka: OwnKafka, database: str) -> None:
    """Every event has its one effect, every fact stands on Kafka once, and the answers are those of a rebuild."""
    key, rng, week = secrets.token_hex(32), Random(7), sample_week()[0].splitlines()
    workers = Workers(kafka, database, key)
    with open_house(kafka.settings("zvh-projections", database, key)) as house:
        try:
            for name in USERS:
                workers.start(name)
            over_kafka.send(kafka, house.reference, house, week)
            for _ in range(KILLS):
                time.sleep(rng.uniform(0.2, 2.5))
                victim = rng.choice(sorted(USERS))
                workers.kill(victim)
                workers.start(victim)
            until = time.monotonic() + WAIT_SECONDS
            # 191 referrals, 5 events about them, and 9 refusals; the 13 duplicates leave no fact.
            while house.log.size() < 205 or not house.complete():
                assert time.monotonic() < until, house.log.size()
                time.sleep(0.5)
        finally:
            codes = workers.stop()
        facts = [fact.value for fact in house.log.read(0)]
        assert len(facts) == len(set(facts)) == 205
        assert len(house.views.cases()) == 191
        rebuilt = house.replay()
        assert rebuilt.equal, [one.first_difference for one in rebuilt.projections]
        assert rebuilt.facts == 205
    assert codes == dict.fromkeys(USERS, 0)
