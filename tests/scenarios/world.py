"""A whole house at work for the scenarios: partners on Kafka, staff over HTTP, all workers running, real parts only."""

import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from kafka import KafkaConsumer, TopicPartition

from infra.local.issuer import LocalIssuer
from infra.outbox import KafkaOutbox
from infra.settings import Settings
from policies.reference import Reference
from services.api import make_api
from services.bootstrap import House, open_house, workers
from services.bootstrap.own_kafka import OwnKafka, own_kafka
from services.channels import feed_topic, intake_topic, kebab
from services.ports import Clock
from tests.facts import HOUSE_OIN

PATIENCE = 60
"""Seconds after which a scenario gives up; every step waits for a state, never for a time."""
REASONS = {
    "legal_basis": ["WGS:participants", "WGS:purpose"],
    "necessity": "Zonder dit is de eigen taak in deze zaak niet te doen.",
    "proportionality": "Gevraagd is alleen wat bij deze taak hoort.",
    "subsidiarity": "Op een lichtere manier is het niet te krijgen.",
}


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in, for one organisation and one task."""

    world: "World"
    token: str = field(repr=False)

    def do(
        self, case_id: str, command: str, body: Mapping[str, object] | None = None, **headers: str
    ) -> httpx.Response:
        """Give a command; the answer is whatever the house says."""
        return self.send("POST", f"/cases/{case_id}/{command}", body or {}, headers)

    def done(self, case_id: str, command: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Give a command that must succeed, and return what it did."""
        answer = self.do(case_id, command, body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refused(self, case_id: str, command: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Give a command that must be refused, and return the problem document."""
        answer = self.do(case_id, command, body)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, case_id: str, purpose: str | None, *categories: str, **more: object) -> httpx.Response:
        """Ask the desk for data of a case."""
        body = {"case": case_id, "purpose": purpose, "categories": list(categories), **REASONS, **more}
        return self.send("POST", "/disclosures", body, {})

    def case(self, case_id: str) -> dict[str, Any]:
        """Return how a case stands."""
        found: dict[str, Any] = self.get(f"/cases/{case_id}").json()
        return found

    def get(self, path: str) -> httpx.Response:
        """Read something."""
        return self.send("GET", path, None, {})

    def post(self, path: str, body: object = None) -> httpx.Response:
        """Post JSON."""
        return self.send("POST", path, {} if body is None else body, {})

    def send(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> httpx.Response:
        """Send a request as it is."""
        sent = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4()), **headers}
        return httpx.request(method, self.world.address + path, json=body, headers=sent, timeout=PATIENCE)


@dataclass
class World:
    """One house with its partners."""

    kafka: OwnKafka
    house: House
    issuer: LocalIssuer
    address: str
    reference: Reference
    _senders: dict[str, KafkaOutbox]

    def signed_in(self, org: str, task: str, person: str = "medewerker-01") -> Staff:
        """Return somebody of an organisation, or of the house's own people, signed in."""
        participant = self.reference.participant(org, self.house.clock.now())
        oin = participant.oin if participant else HOUSE_OIN
        return Staff(self, self.issuer.token(person, oin, task))

    def director(self, person: str = "regisseur-01") -> Staff:
        """Return a process director."""
        return self.signed_in("HOUSE_STAFF", "process-direction", person)

    def pseudonym(self, org: str, person: str) -> str:
        """Return how the facts name a professional."""
        participant = self.reference.participant(org, self.house.clock.now())
        return self.house.pseudonyms.person(participant.oin if participant else HOUSE_OIN, person)

    def send(self, org: str, kind: str, data: Mapping[str, object], event_id: str | None = None) -> str:
        """Let the system of *org* send one event on its own topic. Returns the event's id."""
        participant = self.reference.participant(org, self.house.clock.now())
        assert participant is not None
        event_id = event_id or str(uuid4())
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"urn:nld:oin:{participant.oin}:systeem:zaak",
            "type": f"nl.zvh.intake.{kind}.v1",
            "datacontenttype": "application/json",
            "data": data,
        }
        if org not in self._senders:
            self._senders[org] = self.kafka.sender(kebab(org))
        self._senders[org].publish(intake_topic(org), event_id, json.dumps(event).encode())
        return event_id

    def feed(self, org: str) -> list[dict[str, Any]]:
        """Return all that the feed of *org* holds, read as that participant."""
        consumer = KafkaConsumer(**self.kafka.access(kebab(org)).options(), group_id=None)
        try:
            place = TopicPartition(feed_topic(org), 0)
            consumer.assign([place])
            consumer.seek_to_beginning(place)
            end = consumer.end_offsets([place])[place]
            found: list[dict[str, Any]] = []
            while consumer.position(place) < end:
                for records in consumer.poll(timeout_ms=500).values():
                    found += [json.loads(record.value) for record in records]
            return found
        finally:
            consumer.close()

    def hears(self, org: str, kind: str, **match: object) -> dict[str, Any]:
        """Wait until the feed of *org* has a message of this kind with these members of data, and return its data."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in self.feed(org):
                data: dict[str, Any] = message["data"]
                if message["type"] == f"nl.zvh.feed.{kind}.v1" and all(data.get(k) == v for k, v in match.items()):
                    return data
            time.sleep(0.2)
        raise AssertionError(f"{org} did not hear {kind} in time")

    def answer_to(self, org: str, event_id: str) -> dict[str, Any]:
        """Wait for the answer to an event of *org*, and return its data."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for message in self.feed(org):
                data: dict[str, Any] = message["data"]
                if data.get("event", {}).get("id") == event_id:
                    return data
            time.sleep(0.2)
        raise AssertionError(f"{org} got no answer in time")

    def settled(self) -> None:
        """Wait until every overview holds every fact."""
        until = time.monotonic() + PATIENCE
        while not self.house.complete():
            assert time.monotonic() < until, "the overviews stay behind"
            time.sleep(0.1)


@contextmanager
def world(dsn: str, folder: Path, clock: Clock | None = None) -> Iterator[World]:
    """Start a house on *dsn* with its own Kafka, HTTP service and workers, until the block ends.

    Args:
        clock: another clock than the machine's, for a scenario that takes years.
    """
    key = secrets.token_hex(32)
    with ExitStack() as stack:
        kafka = stack.enter_context(own_kafka())
        issuer = LocalIssuer(folder)

        def as_user(user: str) -> House:
            settings = kafka.settings(user, dsn, key)
            known = {"oidc_issuer": issuer.issuer, "jwks_file": issuer.jwks_file}
            return stack.enter_context(open_house(Settings.model_validate({**dict(settings), **known}), clock=clock))

        api, intake, relay, projections = map(as_user, ("zvh-api", "zvh-intake", "zvh-relay", "zvh-projections"))
        stack.enter_context(
            workers.in_background(
                relay,
                lambda: [
                    workers.intake_of(intake, intake.kafka_access()),
                    workers.projections_of(projections, projections.kafka_access()),
                ],
                feeds=intake,
            )
        )
        senders: dict[str, KafkaOutbox] = {}
        stack.callback(_close, senders)
        address = stack.enter_context(_served(api))
        yield World(kafka, api, issuer, address, api.reference, senders)


def _close(senders: Mapping[str, KafkaOutbox]) -> None:
    for one in senders.values():
        one.close()


@contextmanager
def _served(house: House) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_api(house), host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started:
        assert time.monotonic() < until, "the HTTP service does not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
