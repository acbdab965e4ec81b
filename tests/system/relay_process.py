"""The relay as a process of its own, small enough to be killed often: ``python -m tests.system.relay_process``.

Reads RELAY_DSN, RELAY_BATCH, RELAY_BOOTSTRAP, RELAY_USERNAME and RELAY_PASSWORD from the environment; prints ``ready``
when it begins its work. With RELAY_DIES it kills itself at that place: ``after-number``, ``before-tell``,
``while-telling`` (when part of a batch is on Kafka) or ``after-tell`` (when the whole of it is committed).
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence

from pydantic import SecretStr

from infra.events_topic import Entry, EventsTopic
from infra.kafka_client import KafkaAccess
from infra.numbering import Numbering
from services.relay import Relay
from tests.facts import HOUSE_OIN

PLACE = os.environ.get("RELAY_DIES", "")
SECONDS_TO_ARRIVE = 0.3


def die(place: str) -> None:
    """End the process without a chance to tidy up, when this is the place."""
    if place == PLACE:
        os.kill(os.getpid(), signal.SIGKILL)


class MortalNumbering(Numbering):
    """Dies, or not, when facts have got their numbers."""

    def number(self, limit: int) -> int:
        """Number, then perhaps die."""
        count = super().number(limit)
        if count:
            die("after-number")
        return count


class MortalFacts(list[Entry]):
    """Facts of which the last ones reach Kafka and the first ones do not, as when one broker of several is slow."""

    def __iter__(self) -> Iterator[Entry]:
        if PLACE != "while-telling":
            yield from super().__iter__()
            return
        yield from list(reversed(self))[: len(self) // 2]
        time.sleep(SECONDS_TO_ARRIVE)
        die("while-telling")


class MortalTopic(EventsTopic):
    """Dies, or not, around and during a batch."""

    def tell(self, facts: Sequence[Entry]) -> None:
        """Tell, and perhaps die."""
        die("before-tell")
        super().tell(MortalFacts(facts))
        die("after-tell")


def main() -> None:
    """Relay until killed."""
    access = KafkaAccess(
        os.environ["RELAY_BOOTSTRAP"],
        os.environ["RELAY_USERNAME"],
        SecretStr(os.environ["RELAY_PASSWORD"]),
        "SASL_PLAINTEXT",
    )
    numbering, topic = MortalNumbering(os.environ["RELAY_DSN"]), MortalTopic(access, HOUSE_OIN)
    relay = Relay(numbering, topic, batch=int(os.environ["RELAY_BATCH"]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    relay.run(threading.Event())


if __name__ == "__main__":
    main()
