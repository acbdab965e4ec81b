"""Telling participants, on a real PostgreSQL: from the log to the feeds, at least once, under stable keys."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr

from events.assessment import PanelMember
from events.errors import Corrupt, Unavailable
from events.fact import Fact
from events.governance import GovernanceDecided, TableChange
from events.receipt import Receipt
from events.retention import CaseDestroyed
from infra.event_store import PostgresFactStore
from infra.feed_position import FeedPosition
from infra.migrate import migrate
from infra.numbered_log import NumberedLog
from infra.numbering import Numbering
from infra.outbox import EmbeddedOutbox
from infra.settings import Settings
from policies.reference import Reference
from services.bootstrap import open_house, workers
from services.governance import governance_stream
from services.ports import Outbox
from services.telling import Telling
from tests.facts import (
    ACCEPTED,
    ASSESSED,
    CLOSED,
    ESCALATED,
    EXAMPLES,
    HOUSE_OIN,
    PROPOSED,
    SAFE_HOME,
    STARTED,
    SUBMITTED,
    TRIAGE_OPENED,
    recorded,
)

MASTER_KEY = "0" * 64
RUNNING: tuple[Fact, ...] = (SUBMITTED, TRIAGE_OPENED, ASSESSED, ACCEPTED, STARTED)
MOVED = ESCALATED.model_copy(update={"participants": (SAFE_HOME,)})
DESTROYED = next(one for one in EXAMPLES if isinstance(one, CaseDestroyed))


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


class Power:
    """An outbox whose process is killed just after the message with this number went out."""

    def __init__(self, outbox: Outbox, dies_after: int) -> None:
        self.published: list[tuple[str, str, bytes]] = []
        self._outbox, self._left = outbox, dies_after

    def publish(self, topic: str, key: str, value: bytes) -> None:
        self._outbox.publish(topic, key, value)
        self.published.append((topic, key, value))
        self._left -= 1
        if self._left == 0:
            raise SystemExit(137)


class Feeds:
    """One database with a worker that tells, and what stands on the feeds."""

    def __init__(self, dsn: str, store: PostgresFactStore, outbox: EmbeddedOutbox) -> None:
        self.dsn, self.store, self.outbox = dsn, store, outbox

    def given(self, *facts: Fact, case_id: UUID | None = None, first: int = 1) -> UUID:
        """Write and number *facts* of one case."""
        case_id = case_id or uuid4()
        history = [recorded(fact, number, uuid4(), case_id) for number, fact in enumerate(facts, start=first)]
        self.store.commit(history, Receipt(uuid4(), "done", "test", b"\0" * 32))
        with Numbering(self.dsn) as numbering:
            assert numbering.lock() is None
            numbering.number(1000)
        return case_id

    def telling(self, position: FeedPosition, outbox: Outbox | None = None) -> Telling:
        log = NumberedLog(self.dsn)
        return Telling(self.store, log, outbox or self.outbox, Reference.load(), position, HOUSE_OIN)

    def tell(self, outbox: Outbox | None = None) -> None:
        """Tell all there is, as one process from start to end."""
        with FeedPosition(self.dsn) as position:
            telling = self.telling(position, outbox)
            while telling.step():
                pass

    def heard(self) -> list[tuple[str, str]]:
        """Return (participant's topic, name of the message), in order."""
        with psycopg.connect(self.dsn) as session:
            rows = session.execute("SELECT topic, value FROM views.outgoing ORDER BY id").fetchall()
        names = [json.loads(bytes(value))["type"].split(".")[3] for _, value in rows]
        return [(topic.removeprefix("zvh.feed."), name) for (topic, _), name in zip(rows, names, strict=True)]

    def place(self) -> int:
        with psycopg.connect(self.dsn) as session:
            row = session.execute("SELECT next_index FROM log.feeds").fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def feeds(database: str) -> Iterator[Feeds]:
    outbox = EmbeddedOutbox(database)
    with PostgresFactStore(database, HOUSE_OIN) as store:
        yield Feeds(database, store, outbox)
    outbox.close()


def test_the_log_reaches_the_feeds_in_order(feeds: Feeds) -> None:
    """Given a case that runs, when all is told, then each participant has what concerns it, and nothing is left."""
    feeds.given(*RUNNING)
    feeds.tell()
    assert feeds.heard() == [
        ("police", "triage-opened"),
        ("police", "case-accepted"),
        ("police", "case-started"),
        ("safe-home", "case-started"),
    ]
    assert feeds.place() == len(RUNNING)
    feeds.tell()
    assert len(feeds.heard()) == 4


def test_a_fact_is_told_as_the_case_stood_then(feeds: Feeds) -> None:
    """Given a case that is long over when the worker comes, then each message is of its own moment."""
    feeds.given(*RUNNING, PROPOSED, MOVED, CLOSED, DESTROYED)
    feeds.tell()
    assert feeds.heard()[4:] == [
        ("police", "access-ended"),
        ("safe-home", "case-escalated"),
        ("safe-home", "case-closed"),
        ("police", "case-destroyed"),
        ("safe-home", "case-destroyed"),
    ]


@pytest.mark.parametrize(("dies_after", "twice"), [(1, 1), (2, 1), (3, 1), (4, 2)])
def test_killed_between_message_and_position_tells_again_with_the_same_key(
    feeds: Feeds, dies_after: int, twice: int
) -> None:
    """Killed after any message: the last fact is told again, key by key and byte by byte, and nobody misses one."""
    feeds.given(*RUNNING)
    first, again = Power(feeds.outbox, dies_after), Power(feeds.outbox, 1000)
    with pytest.raises(SystemExit):
        feeds.tell(first)
    feeds.tell(again)
    assert again.published[:twice] == first.published[-twice:]
    assert len(first.published + again.published) == 4 + twice
    assert len({key for _, key, _ in first.published + again.published}) == 4
    assert len(feeds.heard()) == 4


def test_one_process_tells_at_a_time(feeds: Feeds) -> None:
    """A second one may not, until the first one is gone."""
    feeds.given(*RUNNING)
    with FeedPosition(feeds.dsn) as first, FeedPosition(feeds.dsn) as second:
        assert first.lock()
        assert first.lock()
        assert not second.lock()
        with pytest.raises(Unavailable, match="ander proces"):
            feeds.telling(second).step()
        assert feeds.heard() == []
        first.close()
        assert feeds.telling(second).step() == len(RUNNING)


def test_a_session_that_broke_is_opened_anew(feeds: Feeds) -> None:
    """Given a database that ended the session, when it is back, then the next step goes on where it was."""
    feeds.given(*RUNNING)
    with FeedPosition(feeds.dsn) as position:
        telling = feeds.telling(position)
        assert telling.lock()
        with psycopg.connect(feeds.dsn, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'zvh-feeds%' "
                "AND datname = current_database()"
            )
        with pytest.raises(Unavailable):
            telling.step()
        assert telling.step() == len(RUNNING)
    assert len(feeds.heard()) == 4


class Broken:
    """An outbox that is away until it is told otherwise."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.asked, self.back = threading.Event(), threading.Event()

    def publish(self, topic: str, key: str, value: bytes) -> None:
        self.asked.set()
        if not self.back.is_set():
            raise Unavailable("Kafka neemt geen antwoorden aan. Probeer het later opnieuw.")
        self._outbox.publish(topic, key, value)


def test_the_worker_waits_out_a_feed_that_is_away(feeds: Feeds) -> None:
    """Given a Kafka that does not answer, when it is back, then the worker goes on and nothing is missing."""
    feeds.given(*RUNNING)
    outbox, stop = Broken(feeds.outbox), threading.Event()
    with FeedPosition(feeds.dsn) as position:
        worker = threading.Thread(target=feeds.telling(position, outbox).run, args=(stop,))
        worker.start()
        try:
            assert outbox.asked.wait(30)
            assert feeds.heard() == []
            outbox.back.set()
            wait_until(lambda: feeds.place() == len(RUNNING))
        finally:
            stop.set()
            worker.join()
    assert len(feeds.heard()) == 4


def test_a_log_that_contradicts_the_store_is_told_to_nobody(feeds: Feeds) -> None:
    """Given a fact that is gone from its case, then the worker stops at that place and a person looks."""
    feeds.given(SUBMITTED, TRIAGE_OPENED)
    with psycopg.connect(feeds.dsn, autocommit=True) as session:
        session.execute("UPDATE facts.stored_events SET originator_id = %s WHERE originator_version = 2", (uuid4(),))
    with pytest.raises(Corrupt):
        feeds.tell()
    assert (feeds.heard(), feeds.place()) == ([], 0)


def test_a_house_that_worked_before_tells_from_now_on(feeds: Feeds) -> None:
    """Given an instance from before there were feeds, when it gets them, then old facts stay quiet."""
    case_id = feeds.given(*RUNNING)
    with psycopg.connect(feeds.dsn, autocommit=True) as session:
        session.execute("DROP TABLE log.feeds")
        session.execute("DELETE FROM public.zvh_migrations WHERE name = '0004_feeds.sql'")
    migrate(feeds.dsn)
    feeds.given(CLOSED, case_id=case_id, first=len(RUNNING) + 1)
    feeds.tell()
    assert feeds.heard() == [("police", "case-closed"), ("safe-home", "case-closed")]


def test_one_that_a_decision_admits_hears_what_concerns_it(feeds: Feeds) -> None:
    """Given a decision taken while the worker runs, then the organisation that it admits is told from then on."""
    entry = {"code": "HOUSING", "oin": "00000003273229349999", "name_nl": "Woningcorporatie", "public": False}
    entry |= {"controller": False, "may_refer": False, "domains": {"housing": "SOCIAL"}, "mark": "D"}
    change = TableChange(table="participants", key="HOUSING", entry={**entry, "valid_from": "2026-01-01"})
    decided = next(one for one in EXAMPLES if isinstance(one, GovernanceDecided))
    housing = PanelMember(org="HOUSING", task="housing", domain="SOCIAL")
    with FeedPosition(feeds.dsn) as position:
        telling = feeds.telling(position)
        telling.step()
        feeds.given(decided.model_copy(update={"changes": (change,)}), case_id=governance_stream(HOUSE_OIN))
        feeds.given(*RUNNING[:-1], STARTED.model_copy(update={"participants": (housing,)}))
        telling.step()
    assert feeds.heard()[-1] == ("housing", "case-started")


def test_the_house_tells_when_it_settles_and_in_the_background(database: str) -> None:
    """Both ways of the embedded instance: on settling, and as a worker beside the service."""
    settings = Settings(
        database=database, key=SecretStr(MASTER_KEY), log_key=SecretStr(MASTER_KEY), house_oin=HOUSE_OIN
    )
    with open_house(settings) as house:
        feeds = Feeds(database, house.store, EmbeddedOutbox(database))
        history = [recorded(fact, number, uuid4()) for number, fact in enumerate(RUNNING, start=1)]
        house.store.commit(history, Receipt(uuid4(), "done", "test", b"\0" * 32))
        house.settle()
        assert len(feeds.heard()) == 4
        with workers.in_background(house):
            ended = recorded(CLOSED, len(RUNNING) + 1, uuid4())
            house.store.commit([ended], Receipt(uuid4(), "done", "test", b"\0" * 32))
            wait_until(lambda: len(feeds.heard()) == 6)
        feeds.outbox.close()
    assert {org for org, name in feeds.heard() if name == "case-closed"} == {"police", "safe-home"}
