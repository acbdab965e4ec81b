"""What is remembered of a case is what its facts say, and costs no more as the case grows."""

import secrets
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from events.fact import Recorded
from events.receipt import Receipt
from infra.event_store import PostgresFactStore
from services.case_file import case_file
from services.case_memory import CaseMemory
from tests.facts import ACCEPTED, ASSESSED, CASE, HOUSE_OIN, STARTED, SUBMITTED, TRIAGE_OPENED, recorded

LIFE = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)
OTHER_CASE = UUID("01a00000-0000-7000-8000-0000000000ff")


class Counting(PostgresFactStore):
    """The store, counting the facts that it reads."""

    read = 0

    def history(self, case_id: UUID, after: int = 0, until: int | None = None) -> list[Recorded]:
        """See the store."""
        found = super().history(case_id, after, until)
        self.read += len(found)
        return found


@pytest.fixture
def store(database: str) -> Iterator[Counting]:
    with Counting(database, HOUSE_OIN) as opened:
        yield opened


def write(store: PostgresFactStore, sequence: int, case_id: UUID = CASE) -> None:
    fact = LIFE[(sequence - 1) % len(LIFE)]
    receipt = Receipt(uuid4(), "done", "test", secrets.token_bytes(32))
    store.commit([recorded(fact, sequence, uuid4(), case_id)], receipt)


def test_a_remembered_case_is_what_all_its_facts_say(store: Counting) -> None:
    """Asked after each fact, or not, and of any earlier moment, it equals the case told from its start."""
    memory = CaseMemory(store)
    for sequence in range(1, len(LIFE) + 1):
        write(store, sequence)
        if sequence % 2:
            assert memory.case(CASE) == case_file(CASE, store.history(CASE))
    for until in (5, 2, 4, 1, 3):
        assert memory.case(CASE, until) == case_file(CASE, store.history(CASE)[:until])
    assert memory.case(CASE).sequence == len(LIFE)
    assert memory.case(OTHER_CASE).stage is None


def test_what_is_read_does_not_grow_with_the_case(store: Counting) -> None:
    """Each look reads the new fact, and the one before it to see that it still stands."""
    memory, each = CaseMemory(store), list[int]()
    for sequence in range(1, 31):
        write(store, sequence)
        store.read = 0
        memory.case(CASE)
        each.append(store.read)
    assert each == [1] + [2] * 29


def test_a_case_that_was_restored_is_told_from_its_start(store: Counting, database: str) -> None:
    """Given newer facts that were cut off and others in their place, then the others count."""
    memory = CaseMemory(store)
    for sequence in range(1, len(LIFE) + 1):
        write(store, sequence)
    assert memory.case(CASE).stage == "IN_CONSULTATION"
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("DELETE FROM facts.stored_events WHERE originator_version > 2")
    assert memory.case(CASE) == case_file(CASE, store.history(CASE))
    assert memory.case(CASE).stage == "IN_TRIAGE"
    for sequence in range(3, len(LIFE) + 1):
        write(store, sequence)
    assert memory.case(CASE) == case_file(CASE, store.history(CASE))


def test_only_so_many_cases_are_remembered(store: Counting) -> None:
    """The one that was looked at longest ago makes room, and is read whole when it comes back."""
    memory, cases = CaseMemory(store, remembered=2), [uuid4() for _ in range(3)]
    for case_id in cases:
        for sequence in range(1, 5):
            write(store, sequence, case_id)
        memory.case(case_id)
    store.read = 0
    memory.case(cases[2])
    memory.case(cases[1])
    assert store.read == 2
    memory.case(cases[0])
    assert store.read == 2 + 4
