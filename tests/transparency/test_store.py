"""The kept log on a real PostgreSQL: a leaf per fact, a signed root per batch, and never a second history."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from events.errors import BadSetting, Corrupt, NotFound
from infra.migrate import migrate
from infra.numbering import Numbering
from infra.transparency import tree
from infra.transparency.checkpoint import opened
from infra.transparency.reader import LogReader
from infra.transparency.tree import leaf_hash
from tests.relaying import fill, numbered, stored
from tests.transparency.keeping import NOON, levels, number, numbering, signed_sizes, signer, tampered

ROOT = Path(__file__).parents[2]


def assert_whole(dsn: str) -> None:
    """Every checkpoint has the root of the facts themselves, and every fact is proven from the tiles."""
    whole, facts = levels(dsn), stored(dsn)
    assert numbered(dsn) == facts
    reader = LogReader(dsn)
    try:
        for size in signed_sizes(dsn):
            checkpoint, _ = opened(str(reader.checkpoint(size)[1]).encode(), [signer().key])
            assert (checkpoint.size, checkpoint.root) == (size, whole.root(size))
        assert signed_sizes(dsn)[-1] == len(facts)
        for fact in facts[:: max(len(facts) // 50, 1)]:
            proof = reader.prove(UUID(json.loads(fact.value)["id"]))
            assert proof.index == fact.index
            assert proof.verify(leaf_hash(fact.value), [signer().key]).size == len(facts)
    finally:
        reader.close()


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_each_batch_gets_its_leaves_and_a_signed_root(database: str, batch: int) -> None:
    """Given facts, when they are numbered in batches of any size, then the log is the same and each root is kept."""
    fill(database, 20)
    number(database, batch)
    assert signed_sizes(database) == [*range(0, 20, batch), 20]
    assert_whole(database)
    with psycopg.connect(database) as session:
        assert session.execute("SELECT DISTINCT signed_at FROM log.checkpoints").fetchall() == [(NOON,)]


def test_the_log_grows_over_the_edge_of_a_tile_and_over_a_restart(database: str) -> None:
    """Given a full tile, then it never changes again and the next facts go to the next one."""
    fill(database, 250)
    number(database, 100)
    fill(database, 10)
    number(database, 3)
    fill(database, 260)
    number(database, 1000)
    assert_whole(database)
    with psycopg.connect(database) as session:
        rows = session.execute(
            "SELECT level, number, octet_length(hashes) / 32, above IS NOT NULL FROM log.tiles ORDER BY level, number"
        ).fetchall()
    assert rows == [(0, 0, 256, True), (0, 1, 256, True), (0, 2, 8, False), (1, 0, 2, False)]


def test_facts_that_were_numbered_before_the_log_become_its_first_leaves(empty_database: str) -> None:
    """Given an instance from before there was a log, when it is brought up to date, then nothing is left out."""
    migrate(empty_database)
    fill(empty_database, 30)
    with Numbering(empty_database) as old:
        old.lock()
        old.number(25)
    # As the migration would have found it.
    tampered(empty_database, "UPDATE log.numbered_before SET facts = 25")
    number(empty_database, 10)
    assert_whole(empty_database)
    assert signed_sizes(empty_database) == [0, 25, 30]


@pytest.mark.parametrize("place", ["before-leaves", "after-signing", "after-commit"])
def test_a_kill_between_steps_leaves_all_of_a_batch_or_nothing(database: str, place: str) -> None:
    """Given a kill at the worst place, twice, then numbers, leaves and checkpoints still agree, and work goes on."""
    fill(database, 40)
    for _ in range(2):
        words = {"LOG_DSN": database, "LOG_BATCH": "15", "LOG_DIES": place}
        done = subprocess.run(
            [sys.executable, "-m", "tests.transparency.log_process"],
            cwd=ROOT,
            env=os.environ | words,
            check=False,
            timeout=60,
        )
        assert done.returncode == -signal.SIGKILL
        assert len(numbered(database)) == signed_sizes(database)[-1]
        fill(database, 5)
    number(database)
    assert_whole(database)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE log.checkpoints SET root = sha256('') WHERE size = 300", "niet door dit logboek ondertekend"),
        ("UPDATE log.checkpoints SET note = replace(note, '300', '299') WHERE size = 300", "niet door dit logboek"),
        (
            "UPDATE log.tiles SET hashes = overlay(hashes PLACING sha256('x') FROM 1) WHERE level = 0 AND number = 1",
            "andere wortel",
        ),
        (
            "UPDATE log.tiles SET hashes = overlay(hashes PLACING sha256('x') FROM 1) WHERE level = 1",
            "andere wortel",
        ),
        ("UPDATE log.tiles SET hashes = substring(hashes FROM 1 FOR 64) WHERE level = 0 AND number = 1", "tegels"),
        ("DELETE FROM log.tiles WHERE level = 1", "tegels"),
        ("INSERT INTO log.tiles VALUES (0, 2, sha256('x'), NULL)", "tegels"),
        ("DELETE FROM log.checkpoints WHERE size > 200", "tegels"),
        ("DELETE FROM log.checkpoints", "controlepunten zijn weg"),
        ("DELETE FROM log.numbered WHERE index >= 290", "oude back-up"),
        (
            "UPDATE facts.stored_events SET state = state || ' ' WHERE notification_id = "
            "(SELECT notification_id FROM log.numbered WHERE index = 299)",
            "andere dan die in het ondertekende",
        ),
        ("DELETE FROM log.identity", "hoort al een logboek te zijn"),
        ("DELETE FROM log.identity; DELETE FROM log.checkpoints; DELETE FROM log.tiles", "hoort al een logboek"),
    ],
)
def test_a_past_that_changed_is_never_signed(database: str, change: str, says: str) -> None:
    """Given a signed log, when somebody rewrites, cuts or removes part of it, then nothing more is signed."""
    fill(database, 300)
    number(database, 100)
    for statement in change.split("; "):
        tampered(database, statement)
    before = signed_sizes(database), len(numbered(database))
    fill(database, 3)
    with numbering(database) as one:
        assert one.lock() is None
        for _ in range(2):
            with pytest.raises(Corrupt, match=says):
                one.number(10)
    assert (signed_sizes(database), len(numbered(database))) == before


def test_a_log_that_grew_behind_the_back_of_its_writer_is_not_signed_over(database: str) -> None:
    """Given a running relay, when the last checkpoint is not the one that it signed, then it stops."""
    fill(database, 5)
    with numbering(database) as one:
        assert one.lock() is None
        assert one.number(5) == 5
        tampered(database, "UPDATE log.checkpoints SET size = 6 WHERE size = 5")
        fill(database, 1)
        with pytest.raises(Corrupt, match="wie er nog meer"):
            one.number(5)
    assert len(numbered(database)) == 5


def test_another_key_or_another_name_cannot_go_on_with_a_log(database: str) -> None:
    """Given a log, when the relay comes with another key or origin, then it refuses, and the log stays as it was."""
    fill(database, 5)
    number(database)
    fill(database, 1)
    for other in (signer(seed=2), signer(origin="other.example/log")):
        with pytest.raises(BadSetting, match="sleutel en de naam waarmee"):
            number(database, by=other)
    assert signed_sizes(database) == [0, 5]


def test_facts_with_a_number_and_no_log_are_no_ground_for_a_new_one(database: str) -> None:
    """Given facts that were numbered without a log on a database that knows of logs, then none is founded."""
    fill(database, 5)
    with Numbering(database) as old:
        old.lock()
        old.number(5)
    with pytest.raises(Corrupt, match="hoort al een logboek te zijn"):
        number(database)
    with psycopg.connect(database) as session:
        assert session.execute("SELECT count(*) FROM log.identity").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log.tiles SET hashes = sha256('x')",
        "DELETE FROM log.tiles",
        "TRUNCATE log.tiles",
        "UPDATE log.checkpoints SET root = ''",
        "DELETE FROM log.checkpoints",
        "TRUNCATE log.checkpoints CASCADE",
        "UPDATE log.identity SET origin = 'x'",
        "DELETE FROM log.identity",
    ],
)
def test_the_database_itself_refuses_a_slip(database: str, statement: str) -> None:
    """A net under our own mistakes: what is signed is written once."""
    fill(database, 3)
    number(database)
    with psycopg.connect(database, autocommit=True) as session, pytest.raises(psycopg.errors.RaiseException):
        session.execute(statement.encode())


def test_what_is_not_there_is_said_not_to_be_there(database: str) -> None:
    """Before the first leaf and beyond the last one."""
    reader = LogReader(database)
    try:
        with pytest.raises(NotFound, match="nog geen logboek"):
            reader.key()
        with pytest.raises(NotFound):
            reader.checkpoint()
        fill(database, 3)
        number(database)
        assert str(reader.key()) == str(signer().key)
        assert len(reader.tile(0, 0, 2)) == 64
        for level, place, width in ((0, 0, 4), (0, 1, 1), (1, 0, 1)):
            with pytest.raises(NotFound):
                reader.tile(level, place, width)
        with pytest.raises(NotFound):
            reader.checkpoint(2)
        with pytest.raises(NotFound, match="nog niet"):
            reader.prove(UUID(int=1))
    finally:
        reader.close()


def test_every_checkpoint_grows_from_every_earlier_one(database: str) -> None:
    """Out of the tiles of today, for all checkpoints ever signed."""
    fill(database, 60)
    number(database, 7)
    whole, reader = levels(database), LogReader(database)
    try:
        sizes = signed_sizes(database)
        for old in sizes[1:]:
            for new in sizes[sizes.index(old) :]:
                path = reader.consistency(old, new)
                assert tree.grows(old, new, whole.root(old), whole.root(new), path)
    finally:
        reader.close()
