"""The week over a real Kafka: partners send on their own topics, the workers of the house do the rest."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from policies.reference import Reference
from services.bootstrap import House, open_house, workers
from services.bootstrap.own_kafka import OwnKafka
from services.channels import intake_topic, kebab
from services.intake import Outcome

WAIT_SECONDS = 120
FALLBACK = "POLICE"
"""Whose topic carries lines from which no participant can be read: any would do, and each refuses them."""


@dataclass
class Heard:
    """What the intake said of each event, as it came."""

    outcomes: dict[str, int] = field(default_factory=dict)
    lines: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, outcome: Outcome) -> None:
        """Note one outcome."""
        with self._changed:
            self.lines += 1
            self.outcomes[outcome.outcome] = self.outcomes.get(outcome.outcome, 0) + 1
            self._changed.notify_all()

    def wait_for(self, lines: int, tell: Callable[[], None]) -> bool:
        """Wait until so many events were heard; False when it takes too long."""
        with self._changed:
            while self.lines < lines:
                before = self.lines
                if not self._changed.wait(WAIT_SECONDS):
                    return False
                for _ in range(self.lines - before):
                    tell()
        return True


@contextmanager
def working(kafka: OwnKafka, house: House, key_hex: str, heard: Heard) -> Iterator[None]:
    """Run intake, relay and projections, each as its own user of Kafka, until the block ends."""
    with ExitStack() as stack:

        def as_user(user: str) -> House:
            return stack.enter_context(open_house(kafka.settings(user, house.dsn, key_hex)))

        intake, relay, projections = as_user("zvh-intake"), as_user("zvh-relay"), as_user("zvh-projections")
        stack.enter_context(
            workers.in_background(
                relay,
                lambda: [
                    workers.intake_of(intake, intake.kafka_access(), heard.take),
                    workers.projections_of(projections, projections.kafka_access()),
                ],
            )
        )
        yield


def send(kafka: OwnKafka, reference: Reference, house: House, lines: list[bytes]) -> Mapping[str, int]:
    """Let each partner send its own lines on its own topic, with its own password. Returns the number per topic."""
    sent: dict[str, int] = {}
    with ExitStack() as stack:
        senders = {}
        for number, line in enumerate(lines):
            org = sender_of(line, reference, house)
            topic = intake_topic(org)
            if org not in senders:
                senders[org] = kafka.sender(kebab(org))
                stack.callback(senders[org].close)
            senders[org].publish(topic, str(number), line)
            sent[topic] = sent.get(topic, 0) + 1
    return dict(sorted(sent.items()))


def sender_of(line: bytes, reference: Reference, house: House) -> str:
    """Return the participant from whose system a line came, as far as the line tells."""
    try:
        source = str(json.loads(line)["source"])
    except (ValueError, TypeError, KeyError):
        return FALLBACK
    oin = source.removeprefix("urn:nld:oin:").partition(":")[0]
    participant = reference.participant_by_oin(oin, house.clock.now())
    return participant.code if participant else FALLBACK
