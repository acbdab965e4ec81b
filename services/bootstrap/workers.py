"""The processes that move facts along: intake, relay and projections."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import structlog
from faststream import FastStream
from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from events.errors import BadSetting
from infra.intake_consumer import intake_broker, subscribe_intake
from infra.kafka_client import KafkaAccess
from infra.projection_consumer import subscribe_projections
from services.bootstrap.house import House
from services.channels import intake_topic
from services.intake import Delivery, Outcome
from services.projecting import follow

Name = Literal["intake", "relay", "projections"]
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
    elif house.embedded:
        if name == "intake":
            raise BadSetting("Zonder Kafka is er geen intake om te volgen. Gebruik `zvh ingest BESTAND`.")
        follow(house.log, house.views, _stop_on_signal())
    else:
        make = intake_of if name == "intake" else projections_of
        asyncio.run(FastStream(make(house, house.kafka_access()), logger=None).run())


@contextmanager
def in_background(house: House, brokers: Callable[[], list[KafkaBroker]] | None = None) -> Iterator[None]:
    """Run the relay of *house*, and its projections or else the brokers that *brokers* makes, until the block ends."""
    stop = threading.Event()
    threads = [threading.Thread(target=house.relay.run, args=(stop,), name="relay", daemon=True)]
    if brokers is None:
        threads.append(
            threading.Thread(target=follow, args=(house.log, house.views, stop), name="projections", daemon=True)
        )
    else:
        threads.append(threading.Thread(target=lambda: asyncio.run(_serve(brokers(), stop)), name="kafka", daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def asyncapi(house: House) -> str:
    """Return the AsyncAPI 3 document of the topics that partners write and workers read, as JSON."""
    access = KafkaAccess("kafka.example.org:9093", security="PLAINTEXT")
    broker = intake_of(house, access)
    subscribe_projections(broker, house.views)
    return AsyncAPI(broker, title="zvh", version="1").to_specification().to_json()


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
