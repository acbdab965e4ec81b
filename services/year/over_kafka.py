"""The line over a real Kafka: each partner on its own topics with its own password, the house with all its workers."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pydantic import SecretStr

from events.errors import Unavailable
from events.vocabulary import OrgCode
from services.bootstrap import House, Settings, open_house, workers
from services.bootstrap.feed_reader import FeedReader
from services.bootstrap.own_kafka import OwnKafka, own_kafka
from services.channels import feed_topic, intake_topic, kebab
from services.intake import Outcome
from services.ports import Clock

PATIENCE_SECONDS = 300
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.4
"""Between two looks whether the workers are there, seconds; doubles in between."""


class KafkaLine:
    """Fits ``services.year.lines.Line``."""

    def __init__(self, kafka: OwnKafka, house: House, feeds: House) -> None:
        self._house, self._feeds, self._sent = house, feeds, 0
        self.outcomes: Counter[str] = Counter()
        orgs = [one.code for one in house.reference.participants(house.clock.now())]
        self._senders = {org: kafka.sender(kebab(org)) for org in orgs}
        self._readers = {org: FeedReader(kafka.access(kebab(org)), feed_topic(org)) for org in orgs}

    def take(self, outcome: Outcome) -> None:
        """Note one outcome of the intake."""
        self.outcomes[outcome.outcome] += 1

    def send(self, org: OrgCode, value: bytes) -> None:
        """See ``Line``."""
        self._sent += 1
        self._senders[org].publish(intake_topic(org), str(self._sent), value)

    def settle(self) -> None:
        """See ``Line``."""
        pause, place, since = FIRST_PAUSE, self._place(), time.monotonic()
        while not self._settled():
            if (moved := self._place()) != place:
                place, since = moved, time.monotonic()
            elif time.monotonic() - since > PATIENCE_SECONDS:
                raise Unavailable(f"De werkers van het huis staan {PATIENCE_SECONDS} seconden stil.")
            # Much work, few looks: each one costs what the workers could have used.
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def hear(self) -> Iterator[tuple[OrgCode, bytes]]:
        """See ``Line``."""
        for org, reader in self._readers.items():
            for value in reader.read():
                yield org, value

    def close(self) -> None:
        """Give back every connection."""
        for sender in self._senders.values():
            sender.close()
        for reader in self._readers.values():
            reader.close()

    def _place(self) -> tuple[int, int, int]:
        """Return how far intake, relay and feeds are."""
        return self.outcomes.total(), self._house.log.size(), self._feeds.telling.told()

    def _settled(self) -> bool:
        # In this order: what the intake has not taken yet would make facts, those get a number, and then they are told.
        # Asking Kafka costs most, so that comes last.
        return (
            self.outcomes.total() >= self._sent
            and not self._house.relay.lag().unnumbered
            and self._feeds.telling.told() >= self._house.log.size()
            and self._house.complete()
        )


@contextmanager
def kafka_house(settings: Settings, clock: Clock) -> Iterator[tuple[House, KafkaLine]]:
    """Start a house with a Kafka of its own, all its workers, and the line to its partners, until the block ends.

    Raises: Unavailable when Java or Maven is missing.
    """
    key = secrets.token_hex(32)
    with ExitStack() as stack:
        keyed = settings.model_copy(update={"key": SecretStr(key)})
        database = stack.enter_context(open_house(keyed, temporary=True, clock=clock))
        kafka = stack.enter_context(own_kafka())

        def as_user(user: str) -> House:
            return stack.enter_context(open_house(kafka.settings(user, database.dsn, key), clock=clock))

        intake, relay, projections = map(as_user, ("zvh-intake", "zvh-relay", "zvh-projections"))
        line = KafkaLine(kafka, projections, intake)
        stack.callback(line.close)
        stack.enter_context(
            workers.in_background(
                relay,
                lambda: [
                    workers.intake_of(intake, intake.kafka_access(), line.take),
                    workers.projections_of(projections, projections.kafka_access()),
                ],
                feeds=intake,
            )
        )
        yield projections, line
