"""The processes that move facts along: intake, relay, projections, feeds, the clock and the processing log."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
from faststream import FastStream
from faststream.kafka import KafkaBroker

from events.errors import BadSetting, Corrupt, Unavailable
from infra.intake_consumer import intake_broker, subscribe_intake
from infra.kafka_client import KafkaAccess
from infra.projection_consumer import subscribe_projections
from services.bootstrap.house import House
from services.bootstrap.processing_log import processing_log
from services.channels import intake_topic
from services.intake import Delivery, Outcome
from services.projecting import follow

Name = Literal["intake", "relay", "projections", "feeds", "clock", "ldv"]
PAUSE = 5.0
"""Seconds between two tries to reach what a worker cannot start without."""
log: structlog.stdlib.BoundLogger = structlog.get_logger()


def intake_of(house: House, access: KafkaAccess, tell: Callable[[Outcome], None] = lambda _: None) -> KafkaBroker:
    """Return the broker that brings the intake what partners send; *tell* hears each outcome."""
    broker = intake_broker(access)
    topics = {intake_topic(one.code): one.code for one in house.reference.participants(house.clock.now())}
    intake = house.intake
    subscribe_intake(broker, topics, lambda origin, org, raw: tell(intake.take(Delivery(origin, org, raw))))
    return broker


def projections_of(house: House, access: KafkaAccess) -> KafkaBroker:
    """Return the broker that brings the answers every fact."""
    broker = intake_broker(access)
    subscribe_projections(broker, house.views)
    return broker


def run(house: House, name: Name) -> None:
    """Run one worker until it is asked to stop (SIGTERM, Ctrl-C). Raises: Corrupt; BadSetting."""
    log.info("worker starts", worker=name)
    if name == "relay":
        stop = _stop_on_signal()
        house.relay.run(stop)
    elif name == "clock":
        house.scheduler.run(_stop_on_signal())
    elif name == "feeds":
        tell(house, _stop_on_signal())
    elif name == "ldv":
        write_processing_log(house, _stop_on_signal())
    elif house.embedded:
        if name == "intake":
            raise BadSetting("Zonder Kafka is er geen intake om te volgen. Gebruik `zvh ingest BESTAND`.")
        follow(house.log, house.views, _stop_on_signal())
    else:
        make = intake_of if name == "intake" else projections_of
        asyncio.run(FastStream(make(house, house.kafka_access()), logger=None).run())


def tell(house: House, stop: threading.Event) -> None:
    """Tell participants on their feeds until *stop* is set; Kafka need not answer yet. Raises: Corrupt; BadSetting."""
    while not stop.is_set():
        try:
            telling = house.telling
        except Unavailable as error:
            log.warning("feeds wait", reason=str(error), seconds=PAUSE)
            stop.wait(PAUSE)
        else:
            telling.run(stop)


def write_processing_log(house: House, stop: threading.Event) -> None:
    """Write the processing log (LDV) until *stop* is set. Raises: Corrupt; BadSetting."""
    if house.settings.ldv_endpoint is None:
        raise BadSetting("ZVH_LDV_ENDPOINT ontbreekt. Noem de ontvanger van de logregels, of gebruik `zvh log ldv`.")
    with processing_log(house, house.settings.ldv_endpoint) as writing:
        writing.run(stop)


@contextmanager
def in_background(
    house: House,
    brokers: Callable[[], list[KafkaBroker]] | None = None,
    feeds: House | None = None,
    *,
    clock: bool = False,
) -> Iterator[None]:
    """Run the relay of *house*, and its projections or else the brokers that *brokers* makes, until the block ends.

    Args:
        feeds: the instance that tells participants, where another user of Kafka does so; without *brokers* it is
            *house*, and with them nobody tells unless it is given.
        clock: give reminders, mark what is late and destroy what is due as well.
    """
    stop = threading.Event()
    work: dict[str, Callable[[], None]] = {"relay": lambda: house.relay.run(stop)}
    if brokers is None:
        work["projections"] = lambda: follow(house.log, house.views, stop)
    else:
        work["kafka"] = lambda: asyncio.run(_serve(brokers(), stop))
    telling = feeds or (house if brokers is None else None)
    if telling is not None:
        work["feeds"] = lambda: tell(telling, stop)
    if clock:
        work["clock"] = lambda: house.scheduler.run(stop)
    threads = [
        threading.Thread(target=_watched, args=(house, name, run_it), name=name, daemon=True)
        for name, run_it in work.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _watched(house: House, name: str, work: Callable[[], None]) -> None:
    """Do the work of a thread; what ends it before its time is logged, and stands with the house for all to see."""
    try:
        work()
    except (Corrupt, BadSetting) as error:
        house.stopped[name] = str(error)
        log.error("worker stopped", worker=name, reason=str(error))
    except Exception as error:  # noqa: BLE001 - nobody else would hear of it; its text may hold data
        house.stopped[name] = f"Door een fout bij ons is dit gestopt ({type(error).__name__})."
        log.error("worker stopped", worker=name, reason=type(error).__name__)


async def _serve(brokers: list[KafkaBroker], stop: threading.Event) -> None:
    for broker in brokers:
        await broker.start()
    while not stop.is_set():
        await asyncio.sleep(0.1)
    for broker in brokers:
        await broker.stop()


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    return stop
