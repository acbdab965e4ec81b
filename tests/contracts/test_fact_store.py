"""The fact store on a real database: order, uniqueness, and the bytes that are written once (``ports.FactStore``)."""

import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow

from events.canonical import encode
from events.errors import Conflict, Corrupt, Unavailable
from events.fact import Recorded
from events.receipt import Effect, Receipt
from infra.event_store import PostgresFactStore
from infra.local.postgres import LocalPostgres
from tests.database_faults import gone, read_only
from tests.facts import CASE, EXAMPLES, HOUSE_OIN, SUBMITTED, TRIAGE_OPENED, recorded

OTHER_CASE = UUID("01a00000-0000-7000-8000-0000000000ff")
WRITERS, EACH = 6, 5


@pytest.fixture
def store(database: str) -> Iterator[PostgresFactStore]:
    with PostgresFactStore(database, HOUSE_OIN) as opened:
        yield opened


def receipt_of(command_id: UUID | None = None) -> Receipt:
    return Receipt(command_id or uuid4(), "done", "test", secrets.token_bytes(32))


def at(sequence: int, case_id: UUID = CASE) -> Recorded:
    return recorded(SUBMITTED if sequence == 1 else TRIAGE_OPENED, sequence, uuid4(), case_id)


def rows(dsn: str) -> list[tuple[UUID, int, str, bytes]]:
    with psycopg.connect(dsn) as session:
        return session.execute(
            "SELECT originator_id, originator_version, topic, state FROM facts.stored_events ORDER BY notification_id"
        ).fetchall()


def commands(dsn: str) -> int:
    with psycopg.connect(dsn) as session:
        return len(session.execute("SELECT 1 FROM facts.commands").fetchall())


def test_every_type_of_fact_is_stored_as_its_canonical_bytes(store: PostgresFactStore, database: str) -> None:
    """Given one fact of each type, the stored bytes are those of ``encode``, and reading gives the facts back."""
    facts = [recorded(fact, number, uuid4()) for number, fact in enumerate(EXAMPLES, start=1)]
    store.commit(facts, receipt_of())
    assert rows(database) == [
        (CASE, one.envelope.sequence, one.fact.type_name, encode(one, HOUSE_OIN)) for one in facts
    ]
    assert store.history(CASE) == facts


def test_a_case_that_nobody_wrote_is_empty(store: PostgresFactStore) -> None:
    """Given facts of another case, the history of an unknown case is empty, and an unknown command did nothing."""
    store.commit([at(1, OTHER_CASE)], receipt_of())
    assert store.history(CASE) == []
    assert store.effect_of(uuid4()) is None


def test_a_command_is_kept_with_exactly_its_facts(store: PostgresFactStore) -> None:
    """Given three commands on one case, each one's effect is its own facts and its own receipt."""
    effects = [
        Effect(receipt_of(), (at(1),)),
        Effect(receipt_of(), (at(2), at(3), at(4))),
        Effect(receipt_of(), (at(5),)),
    ]
    for effect in effects:
        store.commit(effect.facts, effect.receipt)
    assert [store.effect_of(effect.receipt.command_id) for effect in effects] == effects
    assert store.history(CASE) == [fact for effect in effects for fact in effect.facts]


def test_the_second_writer_of_a_sequence_gets_a_conflict_and_leaves_nothing(
    store: PostgresFactStore, database: str
) -> None:
    """Given a sequence that is taken, nothing of the later commit is there: no fact, no receipt."""
    first, late = [at(1), at(2)], receipt_of()
    store.commit(first, receipt_of())
    with pytest.raises(Conflict):
        store.commit([at(2), at(3)], late)
    assert store.history(CASE) == first
    assert store.effect_of(late.command_id) is None
    assert (len(rows(database)), commands(database)) == (2, 1)


@pytest.mark.parametrize("taken", ["the sequence", "the number of the command"])
def test_a_conflict_is_told_at_the_first_attempt(
    store: PostgresFactStore, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    """Given conflicts in a row, none is taken for a lost connection and tried again, whenever its answer comes in."""
    attempts: list[int] = []
    lock = PostgresApplicationRecorder._lock_table  # the first step of each attempt

    def counted(self: PostgresApplicationRecorder, curs: Cursor[DictRow]) -> None:
        attempts.append(1)
        lock(self, curs)

    monkeypatch.setattr(PostgresApplicationRecorder, "_lock_table", counted)
    receipt = receipt_of()
    store.commit([at(1)], receipt)
    for number in range(1, 101):
        later = ([at(1)], receipt_of()) if taken == "the sequence" else ([at(number, OTHER_CASE)], receipt)
        with pytest.raises(Conflict):
            store.commit(*later)
    assert len(attempts) == 101


def test_the_same_commit_again_is_harmless(store: PostgresFactStore, database: str) -> None:
    """Given a lost answer, the same facts under the same command are accepted and stand there once."""
    facts, receipt = [at(1), at(2)], receipt_of()
    for _ in range(3):
        store.commit(facts, receipt)
    assert (len(rows(database)), commands(database)) == (2, 1)
    assert store.effect_of(receipt.command_id) == Effect(receipt, tuple(facts))


@pytest.mark.parametrize(
    "other",
    [[at(1)], [at(2)], [at(1, OTHER_CASE)]],
    ids=["the same place", "the next place", "another case"],
)
def test_a_command_has_one_effect(store: PostgresFactStore, other: list[Recorded]) -> None:
    """Given a command that did its work, other facts under its number are a conflict, wherever they go."""
    receipt, facts = receipt_of(), [at(1)]
    store.commit(facts, receipt)
    with pytest.raises(Conflict):
        store.commit(other, receipt)
    assert store.effect_of(receipt.command_id) == Effect(receipt, tuple(facts))
    assert store.history(OTHER_CASE) == []


def test_the_same_facts_under_another_command_are_a_conflict(store: PostgresFactStore) -> None:
    """Given facts that are there, another command did not make them."""
    facts = [at(1)]
    store.commit(facts, receipt_of())
    with pytest.raises(Conflict):
        store.commit(facts, receipt_of())


@pytest.mark.parametrize("facts", [[], [at(1), at(1, OTHER_CASE)]], ids=["nothing", "two cases"])
def test_a_commit_is_of_one_case(store: PostgresFactStore, database: str, facts: list[Recorded]) -> None:
    """Given no fact, or facts of two cases, it is a mistake of ours and nothing is written."""
    with pytest.raises(ValueError, match="one case"):
        store.commit(facts, receipt_of())
    assert (rows(database), commands(database)) == ([], 0)


def test_many_writers_at_one_case_get_each_number_once(store: PostgresFactStore, database: str) -> None:
    """Given threads that write at the same moment, all facts are there, numbered from 1 without gap or double."""
    start, conflicts, written = threading.Barrier(WRITERS), [], []
    lock = threading.Lock()

    def write() -> None:
        start.wait()
        for _ in range(EACH):
            while True:
                sequence = len(store.history(CASE)) + 1
                fact = at(sequence)
                try:
                    store.commit([fact], receipt_of())
                except Conflict:
                    with lock:
                        conflicts.append(sequence)
                    continue
                with lock:
                    written.append(fact.envelope.id)
                break

    run_all([threading.Thread(target=write) for _ in range(WRITERS)])
    history = store.history(CASE)
    assert [one.envelope.sequence for one in history] == list(range(1, WRITERS * EACH + 1))
    assert {one.envelope.id for one in history} == set(written)
    assert (len(rows(database)), commands(database)) == (WRITERS * EACH, WRITERS * EACH)
    assert conflicts


def test_a_command_that_is_retried_from_many_threads_has_one_effect(store: PostgresFactStore, database: str) -> None:
    """Given the same command at the same moment from many threads, one is written and the others meet it."""
    start, receipt, met = threading.Barrier(WRITERS), receipt_of(), []

    def write() -> None:
        mine = [at(1)]
        start.wait()
        try:
            store.commit(mine, receipt)
            met.append(mine[0])
        except Conflict:
            pass

    run_all([threading.Thread(target=write) for _ in range(WRITERS)])
    assert store.effect_of(receipt.command_id) == Effect(receipt, tuple(met))
    assert (len(met), len(rows(database)), commands(database)) == (1, 1, 1)


def run_all(threads: list[threading.Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_a_server_that_is_gone_is_unavailable_and_tells_no_more(
    store: PostgresFactStore, database: str, postgres: LocalPostgres
) -> None:
    """Given no server, each question says Unavailable, in words without the driver's own text."""
    receipt, told = receipt_of(), []

    def ask(question: Callable[[], object]) -> None:
        with pytest.raises(Unavailable) as unavailable:
            question()
        told.append(unavailable.value)

    questions = [
        lambda: store.history(CASE),
        lambda: store.effect_of(receipt.command_id),
        lambda: store.commit([at(1)], receipt),
    ]
    with gone(postgres, database):
        # Together, because the library tries each for some seconds.
        run_all([threading.Thread(target=ask, args=(question,)) for question in questions])
    assert [(type(one), one.__cause__) for one in told] == [(Unavailable, None)] * 3
    assert not [one for one in told if str(conninfo_to_dict(database)["dbname"]) in str(one)]
    assert rows(database) == []


def test_a_commit_that_failed_is_done_once_after_recovery(
    store: PostgresFactStore, database: str, postgres: LocalPostgres
) -> None:
    """Given a server that takes no writes, the retry of the same command finds out, and has one effect."""
    facts, receipt = [at(1), at(2)], receipt_of()
    with read_only(postgres, database):
        with pytest.raises(Unavailable):
            commit_again(store, facts, receipt, attempts=3)
        assert rows(database) == []
    for _ in range(2):
        commit_again(store, facts, receipt)
    assert store.effect_of(receipt.command_id) == Effect(receipt, tuple(facts))
    assert (len(rows(database)), commands(database)) == (2, 1)


def commit_again(store: PostgresFactStore, facts: list[Recorded], receipt: Receipt, attempts: int = 10) -> None:
    """Commit until the connections that were cut are made anew, as a caller does that is told to try again."""
    for _ in range(attempts - 1):
        try:
            return store.commit(facts, receipt)
        except Unavailable:
            continue
    return store.commit(facts, receipt)


def test_stored_bytes_that_are_no_fact_are_corrupt(store: PostgresFactStore, database: str) -> None:
    """Given a row that somebody changed, reading it stops, and the error repeats nothing of it."""
    store.commit([at(1)], receipt_of())
    with psycopg.connect(database) as session:
        session.execute("UPDATE facts.stored_events SET state = %s", (b'{"type": "Jan Jansen"}',))
    with pytest.raises(Corrupt) as corrupt:
        store.history(CASE)
    assert "Jansen" not in str(corrupt.value)


def test_the_moment_of_writing_is_kept_to_the_microsecond(store: PostgresFactStore) -> None:
    """Given a moment with microseconds, it is the same moment when it is read."""
    fact = at(1)
    store.commit([fact], receipt_of())
    (read,) = store.history(CASE)
    moment: datetime = read.envelope.recorded_at
    assert (moment, moment.microsecond) == (fact.envelope.recorded_at, 123456)
