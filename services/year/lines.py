"""The lines between the simulated partners and the house: their topics on Kafka, or the embedded twin of those."""

from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from events.vocabulary import OrgCode
from services.bootstrap import House
from services.channels import feed_topic
from services.intake import Delivery


class Line(Protocol):
    """How partners reach the house, and hear from it."""

    outcomes: Counter[str]
    """What the intake made of what was sent, counted."""

    def send(self, org: OrgCode, value: bytes) -> None:
        """Let *org* send one event. Raises: Unavailable."""
        ...

    def settle(self) -> None:
        """Return when all that was sent has its outcome, and every overview and feed holds it. Raises: Unavailable."""
        ...

    def hear(self) -> Iterator[tuple[OrgCode, bytes]]:
        """Yield what came on the feeds since the last time: (participant, message). Raises: Unavailable."""
        ...


class EmbeddedLine:
    """The line inside one process."""

    def __init__(self, house: House) -> None:
        self._house, self._place, self._sent = house, 0, 0
        self.outcomes: Counter[str] = Counter()
        self._orgs = {feed_topic(one.code): one.code for one in house.reference.participants(house.clock.now())}

    def send(self, org: OrgCode, value: bytes) -> None:
        """See ``Line``."""
        self._sent += 1
        self.outcomes[self._house.intake.take(Delivery(f"year:{self._sent}", org, value)).outcome] += 1

    def settle(self) -> None:
        """See ``Line``."""
        self._house.settle()

    def hear(self) -> Iterator[tuple[OrgCode, bytes]]:
        """See ``Line``."""
        for place, topic, value in self._house.published(self._place):
            self._place = place
            if topic in self._orgs:
                yield self._orgs[topic], value
