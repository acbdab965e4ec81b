"""The tables of answers on a real PostgreSQL: rows and position together, and the same whatever way they were made."""

import threading
from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import psycopg
import pytest

from bench.made_log import fill
from events.errors import Corrupt, Unavailable
from events.receipt import Numbered
from infra.numbered_log import NumberedLog
from infra.rebuild import Rebuild, Rebuilt
from infra.views import Position, Views
from services.projecting import SOURCE, catch_up

FACTS = 1_500


@pytest.fixture
def log(database: str) -> NumberedLog:
    """A log of real histories."""
    fill(database, FACTS, block_size=40)
    return NumberedLog(database)


@pytest.fixture
def views(database: str) -> Iterator[Views]:
    """The answers, empty."""
    views = Views(database)
    yield views
    views.close()


def rebuild(database: str, log: NumberedLog, most_cases: int = 50_000, *, swap: bool = False) -> Rebuilt:
    def read(known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        first = next((one.next_place for one in known), 0)
        return log.read(first, next((one.next_place for one in wanted), 0))

    return Rebuild(database, most_cases).run(read, swap=swap)


def change(database: str, statement: str) -> None:
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(statement.encode())


def test_the_log_is_read_in_order_from_anywhere_to_anywhere(log: NumberedLog) -> None:
    """Dense, from 0, and any part of it is the same part of the whole."""
    whole = list(log.read(0))
    assert [fact.index for fact in whole] == list(range(FACTS))
    assert log.size() == FACTS
    assert list(log.read(700, 702)) == whole[700:702]
    assert list(log.read(FACTS)) == []


def test_a_reader_may_stop_halfway(log: NumberedLog) -> None:
    """Breaking off a stream harms neither it nor the next one."""
    stream = log.read(0)
    assert next(stream).index == 0
    stream.close()  # type: ignore[attr-defined]  # a generator
    assert next(log.read(5)).index == 5


def test_the_indexes_of_a_case_follow_its_sequences(log: NumberedLog) -> None:
    """Sequence to index, for the facts of one case alone."""
    with psycopg.connect(log._dsn) as session:
        row = session.execute("SELECT originator_id FROM facts.stored_events LIMIT 1").fetchone()
    assert row is not None
    indexes = log.indexes(row[0])
    assert sorted(indexes) == list(range(1, len(indexes) + 1))
    assert log.indexes(uuid4()) == {}


@pytest.mark.parametrize("step", [1, 7, 400, FACTS])
def test_any_split_into_batches_gives_the_same_rows(database: str, log: NumberedLog, views: Views, step: int) -> None:
    """One by one or all at once; and each batch is delivered twice."""
    facts = list(log.read(0, 300 if step == 1 else FACTS))
    for first in range(0, len(facts), step):
        batch = facts[first : first + step]
        assert views.apply(batch, SOURCE, batch[-1].index + 1)
        assert not views.apply(batch, SOURCE, batch[-1].index + 1)
    assert rebuild(database, log).equal


def test_a_fact_that_stands_twice_in_one_batch_is_taken_once(database: str, log: NumberedLog, views: Views) -> None:
    """As Kafka may deliver it after a rebalance."""
    facts = list(log.read(0))
    views.apply([*facts, *facts[-200:]], SOURCE, FACTS)
    assert rebuild(database, log).equal


def test_rows_and_position_move_together_or_not_at_all(log: NumberedLog, views: Views) -> None:
    """A batch with one broken value writes nothing, and the position stays."""
    facts = list(log.read(0, 10))
    views.apply(facts[:5], SOURCE, 5)
    before = views.cases()
    with pytest.raises(Corrupt):
        views.apply([*facts[5:], Numbered(10, b"no fact")], SOURCE, 11)
    assert views.positions() == [Position(SOURCE, 5, 4)]
    assert views.cases() == before


def test_two_workers_on_one_source_take_every_fact_once(database: str, log: NumberedLog, views: Views) -> None:
    """The one waits for the other and then finds nothing new."""
    workers = [threading.Thread(target=catch_up, args=(log, views)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert views.positions() == [Position(SOURCE, FACTS, FACTS - 1)]
    assert rebuild(database, log).equal


def test_the_log_and_the_topic_are_not_mixed(log: NumberedLog, views: Views) -> None:
    """Following both would count every disclosure twice."""
    views.apply(list(log.read(0, 3)), SOURCE, 3)
    with pytest.raises(Corrupt, match=r"zvh\.events:0"):
        views.apply(list(log.read(0, 3)), "zvh.events:0", 3)


def test_the_questions_of_the_ledger_are_answered_from_its_rows(log: NumberedLog, views: Views) -> None:
    """By person and by recipient, in order of the log."""
    catch_up(log, views)
    row = views.cases()[0]
    rows = views.ledger_by_subject(UUID(row.subject_id))
    assert rows
    assert [one.index for one in rows] == sorted(one.index for one in rows)
    assert {one.case_id for one in rows} == {row.case_id}
    assert {one.recipient_org for one in views.ledger_by_recipient("SAFE_HOME")} == {"SAFE_HOME"}
    assert views.case(UUID(row.case_id)) == row
    assert views.case(uuid4()) is None
    assert views.cases(stage="STARTING", room="HOUSE") == []


def test_a_rebuild_with_little_memory_gives_the_same_digests(database: str, log: NumberedLog, views: Views) -> None:
    """Cases that are put down and picked up again lose nothing."""
    catch_up(log, views)
    roomy, tight = rebuild(database, log), rebuild(database, log, most_cases=2)
    assert roomy.equal
    assert tight.equal
    assert [one.digest for one in roomy.projections] == [one.digest for one in tight.projections]


FIRST_CASE = "(SELECT case_id FROM views.case_state ORDER BY case_id LIMIT 1)"
ALTERED = f"UPDATE views.case_state SET stage = 'CLOSED' WHERE case_id = {FIRST_CASE}"
MISSING = "DELETE FROM views.ledger WHERE index = (SELECT min(index) FROM views.ledger)"
EXTRA = """
CREATE TABLE extra AS SELECT * FROM views.ledger LIMIT 1;
UPDATE extra SET index = 999999;
INSERT INTO views.ledger SELECT * FROM extra;
"""


@pytest.mark.parametrize(
    ("statement", "table"),
    [(ALTERED, "case_state"), (MISSING, "ledger"), (EXTRA, "ledger")],
    ids=["altered", "missing", "extra"],
)
def test_a_row_that_does_not_follow_from_the_log_is_found_and_named(
    database: str, log: NumberedLog, views: Views, statement: str, table: str
) -> None:
    """Altered, missing or extra: the projection and the key are told; a swap mends it."""
    catch_up(log, views)
    change(database, statement)
    found = rebuild(database, log, swap=True)
    differing = [one for one in found.projections if one.first_difference]
    assert [one.name for one in differing] == [table]
    assert str(differing[0].first_difference).startswith("case_id " if table == "case_state" else "index ")
    assert rebuild(database, log).equal


def test_a_rebuild_catches_up_with_what_came_meanwhile(database: str, log: NumberedLog, views: Views) -> None:
    """Facts that the live worker takes during the rebuild are in the comparison too."""
    views.apply(list(log.read(0, 900)), SOURCE, 900)

    def read(known: Sequence[Position], wanted: Sequence[Position]) -> Iterator[Numbered]:
        if not known:
            facts = list(log.read(0, wanted[0].next_place))
            catch_up(log, views)
            return iter(facts)
        return log.read(known[0].next_place, wanted[0].next_place)

    done = Rebuild(database).run(read)
    assert done.equal
    assert done.facts == FACTS


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    """No text of the driver leaves, only that the overviews do not answer."""
    with pytest.raises(Unavailable):
        NumberedLog("host=127.0.0.1 port=1 dbname=none").size()
