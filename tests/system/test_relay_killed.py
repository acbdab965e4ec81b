"""The relay under fire: killed at random moments, doubled, and with Kafka gone. Nothing lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient

from events.errors import Conflict
from infra.event_store import PostgresFactStore
from infra.events_topic import TOPIC, EventsTopic
from infra.kafka_client import KafkaAccess
from infra.local.kafka import LocalKafka
from infra.numbering import Numbering
from infra.topics import apply, desired, new_passwords
from services.relay import Lag, Relay
from tests.facts import HOUSE_OIN
from tests.relaying import commit, drain, fill, in_order, numbered, stored, told

KILLS = 22
WRITERS = 4
SEED = 20260302
ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def broker() -> Iterator[LocalKafka]:
    """A Kafka that may be stopped without harm to other tests."""
    with LocalKafka() as kafka:
        yield kafka


@pytest.fixture
def access(broker: LocalKafka) -> KafkaAccess:
    """The way to Kafka as the relay, with the relay's rights, and an empty topic of facts."""
    admin = KafkaAdminClient(**broker.access().options())
    if TOPIC in admin.list_topics():
        admin.delete_topics([TOPIC])
        wait_until(lambda: TOPIC not in admin.list_topics())
    wanted = desired([])
    passwords = new_passwords(wanted)
    apply(admin, wanted, passwords)
    admin.close()
    return broker.access("zvh-relay", passwords["zvh-relay"])


class RelayProcess:
    """A relay in a process of its own."""

    def __init__(self, dsn: str, access: KafkaAccess, batch: int, dies: str = "") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.relay_process"],
            cwd=ROOT,
            env={
                **os.environ,
                "RELAY_DSN": dsn,
                "RELAY_BATCH": str(batch),
                "RELAY_DIES": dies,
                "RELAY_BOOTSTRAP": access.bootstrap,
                "RELAY_USERNAME": access.username or "",
                "RELAY_PASSWORD": access.password.get_secret_value() if access.password else "",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        assert self._process.poll() is None, "the relay ended by itself"
        self._process.kill()
        self._process.communicate()

    def await_death(self) -> None:
        """Return when it has killed itself."""
        self._process.communicate(timeout=PATIENCE)
        assert self._process.returncode == -signal.SIGKILL


@contextmanager
def writing(dsn: str, writers: int = WRITERS) -> Iterator[None]:
    """Write facts from several threads at once, with refused commits in between, until the end of the block."""
    stop = threading.Event()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        next_sequence = {uuid4(): 1 for _ in range(10)}
        with PostgresFactStore(dsn, HOUSE_OIN) as facts:
            while not stop.wait(0.01):
                case, count = chance.choice(list(next_sequence)), chance.randint(1, 4)
                commit(facts, case, next_sequence[case], count)
                if chance.random() < 0.1:
                    with pytest.raises(Conflict):
                        commit(facts, case, next_sequence[case])
                next_sequence[case] += count

    with ThreadPoolExecutor(writers) as pool:
        busy = [pool.submit(write, seed) for seed in range(writers)]
        try:
            yield
        finally:
            stop.set()
        for one in busy:
            one.result()


def finish(dsn: str, access: KafkaAccess) -> None:
    """Let a last relay finish the work."""
    events_topic = EventsTopic(access, HOUSE_OIN)
    with Numbering(dsn) as numbering:
        relay = Relay(numbering, events_topic)
        wait_until(lambda: relay.lock() is None)
        drain(relay)
        assert relay.lag() == Lag(unnumbered=0, untold=0)
        events_topic.close()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that must come; fails when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def assert_same(dsn: str, access: KafkaAccess, at_least: int) -> None:
    """Compare store, numbered log and topic fact by fact."""
    facts, partitions = stored(dsn), told(access.options(), TOPIC)
    assert len(facts) >= at_least
    assert numbered(dsn) == facts
    assert list(in_order(partitions)) == facts
    for partition in partitions:
        assert [row.index for row in partition] == sorted(row.index for row in partition)


def test_a_relay_that_is_killed_again_and_again_tells_each_fact_once_and_in_order(
    database: str, access: KafkaAccess
) -> None:
    """Kill it while writers go on; what is left of it in Kafka shows that the kills fell in the middle of its work."""
    chance = random.Random(SEED)
    with writing(database):
        for _ in range(KILLS):
            relay = RelayProcess(database, access, batch=chance.choice((20, 400)))
            time.sleep(chance.uniform(0.0, 0.8))
            relay.kill()
    finish(database, access)
    assert_same(database, access, at_least=2000)
    appended = sum(map(len, told(access.options(), TOPIC, isolation="read_uncommitted")))
    assert appended > len(stored(database))


@pytest.mark.parametrize("place", ["after-number", "before-tell", "while-telling", "after-tell"])
def test_a_relay_that_dies_at_the_worst_place_leaves_no_loss_and_no_double(
    database: str, access: KafkaAccess, place: str
) -> None:
    """Twice at the same place, the second time while cleaning up after the first."""
    fill(database, 50)
    for _ in range(2):
        RelayProcess(database, access, batch=20, dies=place).await_death()
        fill(database, 5)
    finish(database, access)
    assert_same(database, access, at_least=60)


def test_of_two_relays_one_works_and_the_other_takes_over(database: str, access: KafkaAccess) -> None:
    """Two at once give the same topic as one, also when the first is killed at work."""
    with writing(database):
        first, second = (RelayProcess(database, access, batch=40) for _ in range(2))
        told_by_first = len(numbered(database))
        wait_until(lambda: len(numbered(database)) > told_by_first + 200)
        first.kill()
        told_by_first = len(numbered(database))
        wait_until(lambda: len(numbered(database)) > told_by_first + 200)
        second.kill()
    finish(database, access)
    assert_same(database, access, at_least=400)


def test_kafka_may_be_gone_for_a_while(database: str, broker: LocalKafka, access: KafkaAccess) -> None:
    """Commands go on, the lag grows and can be seen, and the relay catches up by itself."""
    stop = threading.Event()
    with Numbering(database) as numbering, ThreadPoolExecutor(1) as pool:
        relay = Relay(numbering, EventsTopic(access, HOUSE_OIN), batch=40)
        running = pool.submit(relay.run, stop)
        try:
            with writing(database):
                wait_until(lambda: len(numbered(database)) > 200)
                broker.stop()
                wait_until(lambda: behind(relay) > 200)
                broker.start()
            wait_until(lambda: behind(relay) == 0)
        finally:
            stop.set()
        running.result()
    assert_same(database, access, at_least=400)


def behind(relay: Relay) -> int:
    """Return the lag in facts; the relay knows where it stood before Kafka went."""
    lag = relay.lag()
    assert lag.untold is not None
    return lag.unnumbered + lag.untold
