"""Seen is a part of logged (law 2): the desk dies, or loses its database, at every step of a disclosure."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from events.disclosure import DataDisclosed
from events.receipt import Receipt
from events.referral import Item
from infra.event_store import PostgresFactStore
from infra.keys import KeyRing
from infra.sealing import AesSealer
from infra.wrapping import LocalWrapping
from tests.facts import ACCEPTED, ASSESSED, CASE, HOUSE_OIN, STARTED, SUBJECT, SUBMITTED, TRIAGE_OPENED, recorded

ROOT = Path(__file__).parents[2]
KEY = secrets.token_hex(32)
EVERY = {"kill": 4, "late": 2, "cut": 16}
"""One fault per so many steps; the first step moves with the kind of fault. A cut costs a second, a kill a moment."""


class DyingDesk:
    """The process that forks a desk for each fault."""

    def __init__(self, dsn: str) -> None:
        environment = {"DESK_DSN": dsn, "DESK_KEY": KEY, "DESK_CASE": str(CASE), "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.desk_process"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def ask(self, how: str, step: int) -> tuple[list[tuple[UUID, frozenset[UUID]]], int, int | None]:
        """Return what left the desk, how the child ended, and the steps it took when it lived."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{how} {step}\n")
        self._process.stdin.flush()
        seen, steps = [], None
        while not (line := self._line()).startswith("done "):
            word, *rest = line.split(" ")
            if word == "seen":
                seen.append((UUID(rest[0]), frozenset(map(UUID, rest[1].split(",")))))
            else:
                steps = int(rest[0])
        return seen, int(line.split(" ")[1]), steps

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture
def desk(database: str) -> Iterator[DyingDesk]:
    """A case with two items of a real sealer, and the process that asks for them."""
    with PostgresFactStore(database, HOUSE_OIN) as store:
        ring = KeyRing(database, [LocalWrapping(bytes.fromhex(KEY))])
        sealer, fact_id = AesSealer(ring), uuid4()
        items = []
        for number, name in ((1, "given_name"), (2, "address")):
            item_id = UUID(int=number)
            content = sealer.seal(CASE, SUBJECT, fact_id, f"items/{item_id}", json.dumps({name: "x"}).encode())
            items.append(
                Item(
                    item_id=item_id,
                    category="IDENTITY",
                    tier="T1",
                    subject_id=SUBJECT,
                    provider_org="POLICE",
                    fields=(name,),
                    content=content,
                )
            )
        facts = [SUBMITTED.model_copy(update={"items": tuple(items)}), TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED]
        ids = [fact_id, *(uuid4() for _ in facts[1:])]
        store.commit(
            [recorded(fact, place, one) for place, (fact, one) in enumerate(zip(facts, ids, strict=True), start=1)],
            Receipt(uuid4(), "done", "test", secrets.token_bytes(32)),
        )
        ring.close()
    process = DyingDesk(database)
    yield process
    process.close()


@pytest.mark.parametrize("how", ["kill", "late", "cut"])
def test_nothing_leaves_the_desk_that_is_not_in_the_log(desk: DyingDesk, database: str, how: str) -> None:
    """At each step the process is killed, or its sessions are cut: whatever left has its committed fact.

    What is on record makes the next attempt longer, so the steps behind the record are counted from there (``late``).
    """
    whole, ended, steps = desk.ask(how, 10**9)
    assert (len(whole), ended) == (1, 0), "without a fault the desk shows what was asked"
    assert steps is not None
    assert steps > (20 if how == "late" else 200), "the steps of a disclosure were followed"
    seen = list(whole)
    for step in range(1, steps + EVERY[how], EVERY[how]):
        left, ended, _ = desk.ask(how, step)
        assert ended in ((0,) if how == "cut" else (-9, 0)), "a cut is answered, never a crash"
        seen += left
    with PostgresFactStore(database, HOUSE_OIN) as store:
        facts = [one.fact for one in store.history(CASE)]
    disclosed = [one for one in facts if isinstance(one, DataDisclosed)]
    logged = {one.disclosure_id: {item.item_id for item in one.items} for one in disclosed}
    assert all(items <= logged[disclosure] for disclosure, items in seen)
    numbers = [one.recipient_number for one in disclosed]
    assert numbers == list(range(1, len(numbers) + 1)), "no number is lost by a death"
    if how == "late":
        assert len(logged) > len(seen), "some deaths came between the record and the look"
