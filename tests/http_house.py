"""One house behind its real HTTP application, on a real PostgreSQL, without Kafka: what the tests of the door share."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from infra.local.issuer import LocalIssuer
from infra.settings import Settings
from services.api import make_api
from services.bootstrap import House, open_house
from services.ports import Clock
from tests.facts import HOUSE_OIN, POLICE_OIN
from tests.scenarios.people import CRITERIA, PANEL, ROOM_TEST, referral

STRUCTURED = "application/cloudevents+json"
POLICE = ("POLICE", "police-task")
PROBATION = ("PROBATION", "probation-supervision")
TREATMENT = ("MENTAL_HEALTH", "treatment")
BOARD = ("CHILD_PROTECTION_BOARD", "child-protection-inquiry")
"""Admitted, and in none of the cases here."""
SUPPORT = ("HOUSE_STAFF", "process-support")
CASE_DIRECTOR = "casusregisseur-03"
"""Works for the police, and directs every case that ``Door.at_work`` starts."""
TEAM = [list(POLICE), list(PROBATION), list(TREATMENT)]
REASONS = {
    "legal_basis": ["WGS:participants", "WGS:purpose"],
    "necessity": "Zonder dit is de eigen taak in deze zaak niet te doen.",
    "proportionality": "Gevraagd is alleen wat bij deze taak hoort.",
    "subsidiarity": "Op een lichtere manier is het niet te krijgen.",
}


@dataclass(frozen=True)
class Caller:
    """Somebody with a token. Every POST gets a fresh Idempotency-Key, unless the test names one."""

    client: TestClient
    token: str = field(repr=False)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read something."""
        answer: httpx.Response = self.client.get(path, headers=self._headers(headers))
        return answer

    def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Post JSON."""
        sent = self._headers({"Idempotency-Key": str(uuid4()), **_named(headers)})
        answer: httpx.Response = self.client.post(path, json={} if body is None else body, headers=sent)
        return answer

    def post_bytes(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        """Post exactly these bytes, with exactly these headers beside the token."""
        answer: httpx.Response = self.client.post(path, content=body, headers=self._headers(headers))
        return answer

    def done(self, case: str, command: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Give a command that must succeed, and return what it did."""
        answer = self.post(f"/cases/{case}/{command}", body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, case: str, purpose: str | None, *categories: str, **headers: str) -> httpx.Response:
        """Ask the desk for data of a case."""
        body = {"case": case, "purpose": purpose, "categories": list(categories), **REASONS}
        return self.post("/disclosures", body, **headers)

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **_named(headers)}


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Door:
    """The application of one house, and who may come to it."""

    house: House
    issuer: LocalIssuer
    client: TestClient
    app: FastAPI

    def token(self, org: str, task: str, person: str = "medewerker-01") -> str:
        """Return a token of somebody of an organisation, or of the house's own people."""
        participant = self.house.reference.participant(org, self.house.clock.now())
        return self.issuer.token(person, participant.oin if participant else HOUSE_OIN, task)

    def signed_in(self, org: str, task: str, person: str = "medewerker-01") -> Caller:
        """Return somebody, signed in for one organisation and one task."""
        return Caller(self.client, self.token(org, task, person))

    def director(self, person: str = "regisseur-01") -> Caller:
        """Return a process director of the house."""
        return self.signed_in("HOUSE_STAFF", "process-direction", person)

    def event(self, kind: str, data: Mapping[str, object], org: str = "POLICE", **attributes: str) -> dict[str, Any]:
        """Return a CloudEvent as the system of *org* sends it."""
        participant = self.house.reference.participant(org, self.house.clock.now())
        assert participant is not None
        return {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": f"urn:nld:oin:{participant.oin}:systeem:zaak",
            "type": f"nl.zvh.intake.{kind}.v1",
            "datacontenttype": "application/json",
            "data": data,
            **attributes,
        }

    def referred(self, hat: tuple[str, str] = POLICE, **changes: object) -> str:
        """Let an organisation refer a new person over HTTP, and bring the overviews up to date. Returns the case."""
        event = self.event("referral-offered", referral(task=hat[1], **changes), hat[0])
        answer = self.signed_in(*hat).post("/events", event, Content_Type=STRUCTURED)
        assert answer.status_code == 202, answer.text
        self.house.settle()
        return str(answer.json()["case_id"])

    def at_work(self, team: Sequence[Sequence[str]] = TEAM, **changes: object) -> str:
        """Refer a case, weigh it, take it into the local room and start it. Returns the case."""
        case, director = self.referred(POLICE, **changes), self.director()
        director.done(case, "open-triage", {"panel": PANEL})
        director.done(case, "record-assessment", {"answers": CRITERIA, "room_test": ROOM_TEST})
        director.done(case, "accept-case", {"room": "LOCAL_CHAMBER", "chamber": "CHAMBER_NORTH"})
        named = self.house.pseudonyms.person(POLICE_OIN, CASE_DIRECTOR)
        director.done(case, "start-case", {"case_director": named, "participants": team})
        self.house.settle()
        return case


@contextmanager
def door_of(dsn: str, folder: Path, clock: Clock | None = None) -> Iterator[Door]:
    """Open a house on a database, with an issuer of tokens in *folder*, until the block ends.

    Args:
        clock: another clock than the machine's.
    """
    issuer, key = LocalIssuer(folder / "issuer"), SecretStr("00" * 32)
    settings = Settings(
        database=dsn,
        key=key,
        log_key=key,
        house_oin=HOUSE_OIN,
        oidc_issuer=issuer.issuer,
        jwks_file=issuer.jwks_file,
        erasure_ledger=folder / "erasures",
    )
    with open_house(settings, clock=clock) as house:
        app = make_api(house)
        with TestClient(app) as client:
            yield Door(house, issuer, client, app)


def problem_of(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Return a problem document, after a look that it is a whole one (RFC 9457) with this status and code."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code), document
    assert document["type"] == f"urn:zvh:problem:{code.lower().replace('_', '-')}"
    assert document["title"]
    assert document["detail"].startswith(document["title"])
    assert len(document["detail"]) > len(document["title"]) + 1, "a remedy follows the title"
    return document


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Door]:
    """A fresh house behind its HTTP application."""
    with door_of(database, tmp_path) as opened:
        yield opened
