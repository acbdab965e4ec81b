"""The tables of answers on a real PostgreSQL: rows and position together, and the same whatever way they were made."""

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from bench.made_log import fill
from events.canonical import encode
from events.enquiry import KnownCheckAnswered
from events.errors import Corrupt, Unavailable
from events.fact import Fact
from events.receipt import Numbered
from events.submission import SubmissionRefused
from events.terms import TermMissed, TermReminded
from infra.migrate import migrate
from infra.numbered_log import NumberedLog
from infra.rebuild import Rebuild, Rebuilt
from infra.views import Position, Views
from projections.work import WorkRow
from services.projecting import SOURCE, catch_up
from tests.facts import (
    CASE,
    CHECK_REQUESTED,
    EXAMPLES,
    HOUSE_OIN,
    LATER,
    NOON,
    QUESTION_ASKED,
    SUBMITTED,
    TRIAGE_OPENED,
    recorded,
)

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
REOPENED = f"UPDATE views.work SET closed_index = NULL WHERE case_id = {FIRST_CASE} AND closed_index IS NOT NULL"
FORGOTTEN = f"UPDATE views.work_waits SET waits = '{{}}' WHERE case_id = {FIRST_CASE}"
EXTRA = """
CREATE TABLE extra AS SELECT * FROM views.ledger LIMIT 1;
UPDATE extra SET index = 999999;
INSERT INTO views.ledger SELECT * FROM extra;
"""


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        (ALTERED, "case_state"),
        (MISSING, "ledger"),
        (EXTRA, "ledger"),
        (REOPENED, "work"),
        (FORGOTTEN, "work"),
    ],
    ids=["altered", "missing", "extra", "reopened", "forgotten"],
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
    assert str(differing[0].first_difference).startswith("index " if table == "ledger" else "case_id ")
    assert rebuild(database, log).equal


def test_the_rebuild_tells_of_each_projection(database: str, log: NumberedLog, views: Views) -> None:
    """Three of them, by name; the rows are those of the answers."""
    catch_up(log, views)
    done = rebuild(database, log)
    assert [one.name for one in done.projections] == ["case_state", "ledger", "work"]
    assert done.projections[2].rows == len(views.work(open_only=False)) > 0


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


def of_case(number: int, first_index: int, *facts: Fact) -> list[Numbered]:
    """Return the facts of one case as the log holds them from *first_index* on."""
    case_id = UUID(int=CASE.int + number)
    return [
        Numbered(first_index + place, encode(recorded(fact, place + 1, case_id=case_id), HOUSE_OIN))
        for place, fact in enumerate(facts)
    ]


def due(fact: Fact, moment: datetime) -> Fact:
    return fact.model_copy(update={"due": moment})


@pytest.fixture
def lists(views: Views) -> Views:
    """Three cases in triage: two organisations asked, one with an answer; and a fourth that is only referred."""
    answered = next(fact for fact in EXAMPLES if isinstance(fact, KnownCheckAnswered))
    in_triage = (SUBMITTED, TRIAGE_OPENED)
    facts = [
        *of_case(0, 0, *in_triage, due(CHECK_REQUESTED, LATER)),
        *of_case(1, 3, *in_triage, due(CHECK_REQUESTED, NOON)),
        *of_case(2, 6, *in_triage, due(CHECK_REQUESTED, NOON), answered, due(QUESTION_ASKED, NOON)),
        *of_case(3, 11, SUBMITTED),
    ]
    views.apply(facts, SOURCE, len(facts))
    return views


def seen(rows: Sequence[WorkRow]) -> list[tuple[str, int]]:
    """Return kind and number of the case of each row."""
    return [(row.kind, UUID(row.case_id).int - CASE.int) for row in rows]


def test_the_work_of_one_organisation_is_listed_first_due_first(lists: Views) -> None:
    """What it answered is gone from the list, and still there when all is asked for."""
    assert seen(lists.work(org="PROBATION")) == [("enrichment", 2), ("known-check", 1), ("known-check", 0)]
    assert seen(lists.work(org="PROBATION", open_only=False))[:3] == [
        ("enrichment", 2),
        ("known-check", 1),
        ("known-check", 2),
    ]
    assert lists.work(org="POLICE") == []


def test_work_without_a_due_moment_comes_last(lists: Views) -> None:
    """The whole list: first what is due, then the rest by kind and case."""
    assert seen(lists.work()) == [
        ("enrichment", 2),
        ("known-check", 1),
        ("known-check", 0),
        ("assess", 0),
        ("assess", 1),
        ("assess", 2),
        ("open-triage", 3),
    ]


def test_the_work_of_one_role_is_listed(lists: Views) -> None:
    """Only what waits for that role; done triage is not in it."""
    assert seen(lists.work(role="PROCESS_SUPPORT")) == [("open-triage", 3)]
    assert seen(lists.work(role="PROCESS_SUPPORT", open_only=False)) == [("open-triage", number) for number in range(4)]


@pytest.mark.parametrize(
    ("moment", "late"), [(NOON - timedelta(microseconds=1), []), (NOON, [2, 1]), (LATER, [2, 1, 0])]
)
def test_work_is_late_from_its_due_moment_on(lists: Views, moment: datetime, late: list[int]) -> None:
    """To the microsecond; what has no due moment, or is done, is never late."""
    found = lists.due(("enrichment", "known-check", "assess", "open-triage"), moment, moment)
    assert [case for _, case in seen(found)] == late
    assert lists.work(overdue_at=moment) == found


def told_of(kind: type[TermReminded | TermMissed], row: WorkRow) -> Fact:
    """Return the fact that the clock told something of one row."""
    assert row.due is not None
    about = {"kind": row.kind, "about": row.about, "org": row.org, "due": row.due}
    return kind.model_validate({"occurred_at": NOON, "legal_ref": "ZVH:terms", **about})


def test_the_clock_sees_what_it_has_something_to_tell_of(lists: Views) -> None:
    """Of the kinds that it asks for: not what was marked late, and what was reminded of only when it is due."""
    kinds, far = ("known-check",), LATER + timedelta(days=1)
    later, soon = (lists.due(kinds, NOON, far)[place] for place in (1, 0))
    assert seen([soon, later]) == [("known-check", 1), ("known-check", 0)]
    facts = [*of_case(0, 20, told_of(TermReminded, later)), *of_case(1, 21, told_of(TermMissed, soon))]
    lists.apply(facts, SOURCE, 22)
    assert lists.due(kinds, NOON, far) == []
    assert seen(lists.due(kinds, LATER, far)) == [("known-check", 0)]
    assert seen(lists.due(("enrichment",), NOON, NOON)) == [("enrichment", 2)]


def test_work_taken_fact_by_fact_is_the_work_built_at_once(database: str, views: Views) -> None:
    """Every type of fact, each in a transaction of its own: rows that open again keep their place."""
    examples = [fact for fact in EXAMPLES if not isinstance(fact, SubmissionRefused)]
    facts = of_case(0, 0, *examples, *examples[::-1])
    for fact in facts:
        views.apply([fact], SOURCE, fact.index + 1)
    done = Rebuild(database).run(lambda known, _: [] if known else facts)
    assert [one.first_difference for one in done.projections] == [None, None, None]


def test_rows_without_what_is_remembered_beside_them_are_corrupt(database: str, lists: Views) -> None:
    """The work of such a case cannot be carried on, and nothing is written."""
    change(database, "DELETE FROM views.work_waits")
    with pytest.raises(Corrupt, match="replay --swap"):
        lists.apply([Numbered(99, fact.value) for fact in of_case(0, 0, TRIAGE_OPENED)], SOURCE, 100)
    assert [one.last_index for one in lists.positions()] == [11]


def test_a_database_from_before_the_work_lists_fills_them_from_the_first_fact(
    database: str, log: NumberedLog, views: Views
) -> None:
    """The migration lets all answers start anew: what a case waits for hangs on all its facts."""
    change(database, "DROP TABLE views.work, views.work_waits")
    change(database, "DELETE FROM public.zvh_migrations WHERE name = '0003_work.sql'")
    change(database, f"INSERT INTO views.positions VALUES ('answers', '{SOURCE}', 900, 899)")
    assert migrate(database) == ["0003_work.sql"]
    catch_up(log, views)
    assert views.positions() == [Position(SOURCE, FACTS, FACTS - 1)]
    assert rebuild(database, log).equal


def test_a_database_from_before_persons_were_found_starts_its_answers_anew(
    database: str, log: NumberedLog, views: Views
) -> None:
    """An account must miss no case: all answers are made again from the log, and what was sent is not sent again."""
    catch_up(log, views)
    change(database, "ALTER TABLE views.case_state DROP COLUMN persons")
    change(database, "DELETE FROM public.zvh_migrations WHERE name = '0013_persons.sql'")
    change(database, "INSERT INTO views.outgoing (topic, key, value) VALUES ('zvh.feed.police', 'k', 'v')")
    assert migrate(database) == ["0013_persons.sql"]
    assert views.positions() == []
    catch_up(log, views)
    row = views.cases()[0]
    assert row.subject_id in row.persons
    assert UUID(row.case_id) in views.cases_of(UUID(row.subject_id))
    assert rebuild(database, log).equal
    with psycopg.connect(database) as session:
        assert session.execute("SELECT count(*) FROM views.outgoing").fetchone() == (1,)


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    """No text of the driver leaves, only that the overviews do not answer."""
    with pytest.raises(Unavailable):
        NumberedLog("host=127.0.0.1 port=1 dbname=none").size()
