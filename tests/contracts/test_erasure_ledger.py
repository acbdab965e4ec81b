"""The erasure ledger: a file that only grows, that several write at once, and that tells when somebody touched it."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.erasure import Burial, KeyGone
from events.errors import Corrupt, Unavailable
from infra.erasure_ledger import FIRST, ErasureLedger
from tests.facts import CASE, NOON, SUBJECT


def burial(fact_id: UUID | None = None, subject_id: UUID | None = SUBJECT, keys: int = 1) -> Burial:
    gone = tuple(KeyGone(key_id=uuid4(), subject_id=subject_id or SUBJECT) for _ in range(keys))
    return Burial(fact_id=fact_id or uuid4(), case_id=CASE, subject_id=subject_id, ground="UNLAWFUL", keys=gone)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ledger stands; nothing is there yet."""
    return tmp_path / "kept" / "ledger"


def test_lines_are_numbered_and_each_names_the_one_before(path: Path) -> None:
    """Given three destructions, their lines form a chain, and another process reads the same."""
    ledger = ErasureLedger(path)
    lines = [ledger.add(burial(), NOON) for _ in range(3)]
    assert [one.number for one in lines] == [1, 2, 3]
    assert [one.previous for one in lines] == [FIRST, lines[0].digest, lines[1].digest]
    assert ErasureLedger(path).lines() == lines == ledger.lines()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_destruction_again_is_the_same_line(path: Path) -> None:
    """Given a fact that is told a second time, after a crash, nothing is added."""
    one = burial()
    first = ErasureLedger(path).add(one, NOON)
    assert ErasureLedger(path).add(one, datetime.now(UTC)) == first
    assert len(ErasureLedger(path).lines()) == 1


def test_a_line_says_which_keys_are_dead(path: Path) -> None:
    """Given one person erased and one whole case, their keys are dead by name and by place, and no others."""
    ledger, other, third = ErasureLedger(path), uuid4(), uuid4()
    person, whole = burial(), burial(subject_id=None).model_copy(update={"case_id": other})
    ledger.add(person, NOON)
    ledger.add(whole, NOON)
    assert ledger.is_dead(person.keys[0].key_id, third, third)
    assert ledger.is_dead(third, CASE, SUBJECT)
    assert ledger.is_dead(third, other, third)
    assert not ledger.is_dead(third, CASE, third)
    assert not ledger.is_dead(third, third, SUBJECT)


def test_a_reader_sees_what_another_process_adds(path: Path) -> None:
    """Given a ledger that is read already, a line of somebody else counts at once."""
    reader, one = ErasureLedger(path), burial()
    assert not reader.is_dead(one.keys[0].key_id, uuid4(), uuid4())
    ErasureLedger(path).add(one, NOON)
    assert reader.is_dead(one.keys[0].key_id, uuid4(), uuid4())


def test_many_writers_make_one_chain(path: Path) -> None:
    """Given threads with a ledger of their own, every line is there once, in one chain."""
    start = threading.Barrier(6)

    def write() -> None:
        ledger = ErasureLedger(path)
        start.wait()
        for _ in range(10):
            ledger.add(burial(), NOON)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.number for one in ErasureLedger(path).lines()] == list(range(1, 61))


def test_half_a_line_of_a_crash_is_passed_over_and_written_over(path: Path) -> None:
    """Given a line that broke off, nothing died for it yet: it does not count, and the next takes its place."""
    first = ErasureLedger(path).add(burial(), NOON)
    with path.open("ab") as file:
        file.write(b'{"at":"2026-03-0')
    assert ErasureLedger(path).lines() == [first]
    second = ErasureLedger(path).add(burial(), NOON)
    assert ErasureLedger(path).lines() == [first, second]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(where=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(path: Path, where: int, bit: int) -> None:
    """Given a flipped bit anywhere before the last line, the ledger names a line and is not believed."""
    if not path.exists():
        ledger = ErasureLedger(path)
        for _ in range(4):
            ledger.add(burial(), NOON)
    good = path.read_bytes()
    end = good.rstrip(b"\n").rfind(b"\n")
    altered = bytearray(good)
    altered[where % end] ^= 1 << bit
    path.write_bytes(bytes(altered))
    try:
        with pytest.raises(Corrupt, match=r"Regel [1-4]"):
            ErasureLedger(path).lines()
    finally:
        path.write_bytes(good)


def test_a_line_that_was_taken_out_is_found(path: Path) -> None:
    """Given a ledger without one of its lines, the next one does not follow."""
    for _ in range(3):
        ErasureLedger(path).add(burial(), NOON)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2]]))
    with pytest.raises(Corrupt, match="Regel 2"):
        ErasureLedger(path).lines()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Given a path that is no file, it is Unavailable, and the error names the setting."""
    with pytest.raises(Unavailable, match="ZVH_ERASURE_LEDGER"):
        ErasureLedger(tmp_path).add(burial(), NOON)


def test_a_line_holds_names_of_keys_and_nothing_else(path: Path) -> None:
    """Given a line, its fields are those of the contract: ids, a code, a moment and a hash."""
    ErasureLedger(path).add(burial(), NOON)
    line = json.loads(path.read_bytes())
    assert line.keys() == {"at", "burial", "number", "previous"}
    assert line["burial"].keys() == {"case_id", "fact_id", "ground", "keys", "subject_id"}
    assert line["burial"]["keys"][0].keys() == {"key_id", "subject_id"}
