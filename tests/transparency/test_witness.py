"""Witnesses: the protocol to the letter, forks that are seen and proven, and the line from house to witness."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import Corrupt, Unavailable, Unproven
from infra.transparency.cosignature import cosigned
from infra.transparency.note import Note, parse, parse_line
from infra.transparency.tree import EMPTY_ROOT, Levels
from infra.transparency.watching import Forked, RemoteLog, watch
from infra.transparency.witness import write_request
from tests.transparency.keeping import ORIGIN, signer
from tests.transparency.watching import FORKED, LEAVES, FakeWeb, Seat, note_of


@pytest.fixture
def seat(tmp_path: Path) -> Seat:
    """A witness that saw nothing yet."""
    return Seat(tmp_path)


def test_a_checkpoint_that_grows_is_cosigned_and_remembered(seat: Seat) -> None:
    """From nothing, to the same, and on: 200, and the line holds under the text that was sent."""
    levels = Levels(LEAVES)
    for old, new in ((0, 5), (5, 5), (5, 256), (256, 600)):
        note = note_of(LEAVES, new)
        status, body = seat.post(old, note, levels.consistency(old, new))
        assert status == 200
        assert body.endswith("\n")
        assert cosigned(note.with_signatures([parse_line(body[:-1])]), [seat.cosigner.key])
        seen = seat.witness.seen(ORIGIN)
        assert seen is not None
        assert seen.size == new
    assert seat.forks == []


def test_the_answers_are_those_of_the_standard(seat: Seat) -> None:
    """400, 403, 404, 409 with the size, and 422; none of them changes what is remembered."""
    levels = Levels(LEAVES)
    assert seat.post(0, note_of(LEAVES, 10))[0] == 200
    good, path = note_of(LEAVES, 20), levels.consistency(10, 20)
    assert seat.post(0, good) == (409, "10\n")
    assert seat.post(9, good, levels.consistency(9, 20)) == (409, "10\n")
    assert seat.post(21, good)[0] == 400
    assert seat.post(10, good, path[:-1])[0] == 422
    assert seat.post(10, good, [*path, path[0]])[0] == 422
    assert seat.post(10, good)[0] == 422
    assert seat.post(10, note_of(LEAVES, 10), path)[0] == 422
    assert seat.post(10, note_of(LEAVES, 20, signer(origin="other.example/log")), path)[0] == 404
    assert seat.post(10, note_of(LEAVES, 20, signer(seed=2)), path)[0] == 403
    false = Note(good.text, (*good.signatures[:0], parse_line(str(note_of(LEAVES, 19).signatures[0]))))
    assert seat.post(10, false, path)[0] == 403
    for body in (b"", b"old 10\n", b"old 010\n\n" + str(good).encode(), b"new 10\n\n" + str(good).encode()):
        assert seat.witness.add_checkpoint(body).status == 400
    too_many = write_request(10, [bytes(32)] * 64, good)
    assert seat.witness.add_checkpoint(too_many).status == 400
    seen = seat.witness.seen(ORIGIN)
    assert seen is not None
    assert seen.size == 10
    assert seat.post(10, good, path)[0] == 200


def test_an_empty_log_has_the_root_of_nothing_and_needs_no_proof(seat: Seat) -> None:
    """Size zero with another root is refused, and so is a proof from nothing."""
    assert seat.post(0, note_of([], 0, root=LEAVES[0]))[0] == 422
    assert seat.post(0, note_of(LEAVES, 5), [LEAVES[0]])[0] == 422
    assert seat.post(0, note_of([], 0, root=EMPTY_ROOT))[0] == 200
    assert seat.post(0, note_of(LEAVES, 5))[0] == 200


def test_two_roots_of_one_size_are_shouted_and_kept_as_proof(seat: Seat) -> None:
    """Given a log that signs two histories, whatever old size it names, then both notes are kept and neither signed."""
    honest, forked = note_of(LEAVES, 400), note_of(FORKED, 400)
    assert seat.post(0, honest)[0] == 200
    assert seat.post(400, forked)[0] == 422
    assert seat.post(0, forked)[0] == 409
    assert len(seat.forks) == 2
    fork, path = seat.forks[0]
    assert (fork.first.text, fork.second.text) == (honest.text, forked.text)
    assert str(honest.signatures[0]) in path.read_text()
    assert str(forked.signatures[0]) in path.read_text()
    assert {one for _, one in seat.forks} == {path}


def test_of_many_requests_at_once_none_rolls_the_memory_back(seat: Seat) -> None:
    """Given requests for several sizes from the same old size, then one is cosigned and the others hear its size."""
    levels = Levels(LEAVES)
    assert seat.post(0, note_of(LEAVES, 1))[0] == 200

    def ask(size: int) -> tuple[int, str]:
        return seat.post(1, note_of(LEAVES, size), levels.consistency(1, size))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(2, 34)))
    assert [status for status, _ in answers].count(200) == 1
    seen = seat.witness.seen(ORIGIN)
    assert seen is not None
    assert {body for status, body in answers if status == 409} == {f"{seen.size}\n"}


def test_a_damaged_memory_stops_the_witness(seat: Seat) -> None:
    """It must not begin again from nothing: that would let a fork pass."""
    assert seat.post(0, note_of(LEAVES, 5))[0] == 200
    next(seat.folder.glob("*.note")).write_text("damaged\n")
    with pytest.raises(Corrupt, match="beschadigd"):
        seat.post(0, note_of(LEAVES, 5))


def test_a_witness_follows_a_log_from_its_tiles_alone(seat: Seat) -> None:
    """Across full tiles and partial ones; each look is cosigned, also when nothing was added."""
    web = FakeWeb()
    for old, new in ((0, 0), (0, 3), (3, 3), (3, 255), (255, 256), (256, 257), (257, 600)):
        watched = watch(web.show(LEAVES, new), seat.witness)
        assert (watched.old, watched.checkpoint.size) == (old, new)
        assert cosigned(watched.note, [seat.cosigner.key])
        web.show(LEAVES, new).hand_over(watched.note)
        assert parse(web.taken[-1]) == watched.note


@given(st.integers(301, 600), st.integers(301, 600))
def test_a_forked_log_is_never_cosigned(tmp_path_factory: pytest.TempPathFactory, first: int, second: int) -> None:
    """Given a history that differs after 300 facts, then larger, smaller or as large, both notes are named."""
    seat, web = Seat(tmp_path_factory.mktemp("witness")), FakeWeb()
    watch(web.show(LEAVES, first), seat.witness)
    with pytest.raises(Forked, match="AFSPLITSING") as caught:
        watch(web.show(FORKED, second), seat.witness)
    assert str(note_of(LEAVES, first)).splitlines()[2] in str(caught.value)
    assert str(note_of(FORKED, second)) in str(caught.value)
    assert len(list(seat.folder.glob("*.fork-*"))) == 1
    seen = seat.witness.seen(ORIGIN)
    assert seen is not None
    assert seen.root == Levels(LEAVES[:first]).root(first)


def test_an_older_state_is_no_fork_and_is_not_cosigned(seat: Seat) -> None:
    """Given a log that shows less than before, then the witness says so and keeps what it saw."""
    web = FakeWeb()
    watch(web.show(LEAVES, 400), seat.witness)
    with pytest.raises(Unproven, match="toont 200 feiten, en toonde er eerder 400"):
        watch(web.show(LEAVES, 200, tiles=400), seat.witness)
    assert not list(seat.folder.glob("*.fork-*"))


def test_a_log_that_lost_what_it_showed_is_shouted(seat: Seat) -> None:
    """Given an old backup that was put back, then nothing joins the two checkpoints, and both are named."""
    web = FakeWeb()
    watch(web.show(LEAVES, 400), seat.witness)
    with pytest.raises(Forked):
        watch(web.show(LEAVES, 200), seat.witness)
    assert len(list(seat.folder.glob("*.fork-*"))) == 1


def test_a_log_without_the_tiles_of_its_own_checkpoint_is_broken_and_no_fork(seat: Seat) -> None:
    """It may be behind with its tiles: nothing is signed, and the witness asks to try again."""
    web = FakeWeb()
    watch(web.show(LEAVES, 200), seat.witness)
    log = web.show(LEAVES, 400)
    web.tiles = 300
    with pytest.raises(Unavailable, match="HTTP 404"):
        watch(log, seat.witness)
    assert not list(seat.folder.glob("*.fork-*"))


def test_a_log_that_takes_no_cosignature_is_told(seat: Seat) -> None:
    """An unknown witness hears it."""
    log = RemoteLog("https://log.example/log", lambda url, body: (403, b""))
    with pytest.raises(Unavailable, match="HTTP 403"):
        log.hand_over(note_of(LEAVES, 5))
    with pytest.raises(Unavailable, match="HTTP 403"):
        watch(log, seat.witness)
