"""Rejected originals on a real house: their keys go after the term, once, and a backup does not bring them back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from events.erasure import ErasureRepeated
from events.submission import OriginalDestroyed
from infra.clock import SystemClock
from services.audit.fsck import nothing_shown
from services.bootstrap import open_house
from services.bootstrap.auditing import check
from services.intake import Delivery
from services.scheduling import Done
from services.year.moment import MovedClock
from tests.clocked_house import clocked_house
from tests.contracts.test_restored_backup import dump, restore
from tests.erasing import keys_in
from tests.http_house import Door, door_of

BROKEN = b'{"specversion": "1.0", "geen json'
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands at this moment, as the database's own does, and can be moved on."""
    return MovedClock(datetime.now(UTC), SystemClock())


@pytest.fixture
def door(database: str, tmp_path: Path, clock: MovedClock) -> Iterator[Door]:
    """A house with that clock."""
    with door_of(database, tmp_path, clock) as opened:
        yield opened


def refused(door: Door, raw: bytes = BROKEN, origin: str = "test:1") -> UUID:
    """Let the police send what cannot be taken. Returns the submission."""
    taken = door.house.intake.take(Delivery(origin, "POLICE", raw))
    assert taken.outcome == "broken_json"
    door.house.settle()
    return taken.submission_id


def facts(door: Door, submission: UUID) -> list[str]:
    return [type(one.fact).__name__ for one in door.house.store.history(submission)]


def test_the_key_of_an_original_goes_after_its_term_and_not_before(door: Door, clock: MovedClock) -> None:
    """Once, with its fact and its line; what was refused and why stays, and the house is whole."""
    submission = refused(door)
    now = clock.now()
    clock.move(now + 29 * DAY)
    assert door.house.scheduler.round() == Done()
    assert keys_in(door.house.dsn) == {(submission, submission)}
    clock.move(now + 31 * DAY)
    assert door.house.scheduler.round() == Done(originals=1)
    assert keys_in(door.house.dsn) == set()
    assert door.house.scheduler.round() == Done()
    assert facts(door, submission) == ["SubmissionRefused", "OriginalDestroyed"]
    last = door.house.store.history(submission)[-1]
    assert isinstance(last.fact, OriginalDestroyed)
    assert abs(last.fact.due - (now + 30 * DAY)) < timedelta(hours=1)
    line = door.house.erasures.line_of(last.envelope.id)
    assert line is not None
    assert (line.burial.ground, line.burial.keys) == ("REJECTED_ORIGINAL", last.fact.keys)
    door.house.settle()
    assert check(door.house.settings, nothing_shown, key=None, known=(), quick=False).findings.counts == {}
    assert door.house.replay().equal


def test_a_message_that_comes_again_afterwards_is_not_kept_again(door: Door, clock: MovedClock) -> None:
    """The sender hears the same; no key comes back for it."""
    submission = refused(door)
    clock.move(clock.now() + 31 * DAY)
    door.house.scheduler.round()
    assert refused(door) == submission
    assert keys_in(door.house.dsn) == set()


def test_two_machines_destroy_each_original_once(door: Door, clock: MovedClock) -> None:
    """Given two processes whose rounds start together, each original has one fact and one line."""
    submissions = [refused(door, BROKEN + b"%d" % number, f"test:{number}") for number in range(3)]
    clock.move(clock.now() + 31 * DAY)
    with clocked_house(door.house.dsn, clock.now()) as (other, _):
        # Of one house: two processes share the erasure ledger.
        other = replace(other, _eraser=door.house._eraser)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda house: house.scheduler.round(), (door.house, other)))
    for submission in submissions:
        assert facts(door, submission).count("OriginalDestroyed") == 1
    assert len(door.house.erasures.lines()) == 3
    assert keys_in(door.house.dsn) == set()


def test_an_original_that_a_backup_brings_back_goes_again(database: str, tmp_path: Path, clock: MovedClock) -> None:
    """As a person's key does; the stream of the submission stays one of no case."""
    with door_of(database, tmp_path, clock) as door:
        submission = refused(door)
        dump(database, tmp_path / "backup")
        clock.move(clock.now() + 31 * DAY)
        assert door.house.scheduler.round() == Done(originals=1)
        settings = door.house.settings
    restore(database, tmp_path / "backup")
    assert keys_in(database) == {(submission, submission)}
    with open_house(settings, restored=True) as house:
        done = house.repeating.run()
        assert [type(one.fact) for one in done.facts] == [ErasureRepeated]
        assert [type(one.fact).__name__ for one in house.store.history(submission)] == [
            "SubmissionRefused",
            "ErasureRepeated",
        ]
    with open_house(settings, clock=clock) as house:
        assert keys_in(database) == set()
        assert house.scheduler.round() == Done()
