"""Reports of one house: the log that they are made of, where their stories are kept, and the editions before."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from uuid import UUID

from events.errors import Unavailable
from events.oversight import ReportPublished
from events.receipt import Numbered
from infra.kafka_log import source_of
from infra.spill import Spilled
from infra.views import Position
from policies.reference import Reference
from projections.figures_story import Story, pack, unpack
from services.bootstrap.house import House
from services.bootstrap.report_log import CHUNK, CheckedLog, Read
from services.oversight import oversight_stream
from services.reports.make import Asked, Edition, make

__all__ = ["CHUNK", "earlier_edition", "editions", "log_of", "report_of", "size_of"]

LOOKS = 50
"""Times that is looked whether no transaction is under way on the topic."""


@contextmanager
def stories() -> Iterator[MutableMapping[str, Story]]:
    """Give a table of stories that grows on disk, and take it back."""
    table = Spilled(pack, unpack)
    try:
        yield table
    finally:
        table.close()


def log_of(
    house: House, size: int | None, told: Callable[[], None] = lambda: None, *, from_kafka: bool = False
) -> CheckedLog:
    """Return the facts of an edition; those of the newest checkpoint when *size* is None.

    Args:
        from_kafka: read them from the topic of facts, partition by partition, instead of from the database.
    Raises: NotFound; BadSetting; Unavailable; Unproven.
    """
    read = _topic(house) if from_kafka else house.log.read
    return CheckedLog(read, house.transparency.reader, size, told)


def _topic(house: House) -> Read:
    """Return how the whole topic is read; what does not belong to the edition is left out by its index."""
    topic = house.topic

    def read(_: int, __: int) -> Iterator[Numbered]:
        ends = next((found for _ in range(LOOKS) if (found := topic.ends()) is not None), None)
        if ends is None:
            raise Unavailable("De doorgever is nog bezig op Kafka. Probeer het zo opnieuw.")
        return topic.read([], [Position(source_of(partition), end, -1) for partition, end in ends.items()])

    return read


def size_of(house: House) -> int:
    """Return the size of the newest signed checkpoint. Raises: NotFound; Unavailable."""
    return house.transparency.reader.checkpoint()[0]


def report_of(house: House, asked: Asked, log: CheckedLog) -> Edition:
    """Make an edition. Raises: BadSetting; NotFound; Unavailable; Corrupt."""
    # The packaged tables as they came with the program: what this house decided since is in the facts of the log.
    return make(asked, log, stories, Reference.load().packaged())


def editions(house: House, size: int) -> list[ReportPublished]:
    """Return the editions that were published, as far as that stands in the log before *size*. Raises: Unavailable."""
    stream: UUID = oversight_stream(house.settings.house_oin)
    indexes = house.log.indexes(stream)
    return [
        one.fact
        for one in house.store.history(stream)
        if isinstance(one.fact, ReportPublished) and indexes.get(one.envelope.sequence, size) < size
    ]


def earlier_edition(house: House, report: str, size: int) -> int | None:
    """Return the log size of the last edition of a report that was published before *size*; None for a first one.

    Raises: Unavailable.
    """
    return max((one.log_size for one in editions(house, size) if one.report == report), default=None)
