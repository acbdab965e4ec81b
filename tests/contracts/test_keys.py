"""Keys and sealed values on a real database: a key per case and person, a place per value, no secret in words."""

import hashlib
import hmac
import secrets
import threading
import traceback
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from events.errors import BadSetting, Corrupt, Unavailable
from events.sealed import Sealed
from infra.keys import KeyRing
from infra.local.postgres import LocalPostgres
from infra.sealing import AesSealer
from infra.unsealing import Destroyed, Unsealer
from infra.wrapping import LocalWrapping, derive, load_master_key, make_master_key
from tests.database_faults import gone
from tests.facts import CASE, FACT, SUBJECT

MASTER = bytes(range(32))
OTHER = UUID("01a00000-0000-4000-8000-000000000099")
FIELD, VALUE = "items/1", b"Mila Vanhoudt"


@pytest.fixture
def ring(database: str) -> Iterator[KeyRing]:
    opened = KeyRing(database, [LocalWrapping(MASTER)])
    yield opened
    opened.close()


def sealed_in(ring: KeyRing) -> Sealed:
    return AesSealer(ring).seal(CASE, SUBJECT, FACT, FIELD, VALUE)


def opened_by(ring: KeyRing, sealed: Sealed) -> bytes:
    return Unsealer(ring).open(CASE, SUBJECT, FACT, FIELD, sealed)


def change(dsn: str, statement: str, *values: object) -> None:
    with psycopg.connect(dsn) as session:
        session.execute(statement.encode(), values)


def stored(dsn: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as session:
        return session.execute("SELECT key_id, case_id, subject_id, kek_id, wrapped FROM keys.data_keys").fetchall()


def test_one_person_in_one_case_has_one_key(ring: KeyRing) -> None:
    """Given a case and a person, the key is the same each time, and another for another case or person."""
    first = ring.key_for_sealing(CASE, SUBJECT)
    assert ring.key_for_sealing(CASE, SUBJECT) == first
    assert ring.key_for_opening(first[0]) == first[1]
    others = [ring.key_for_sealing(OTHER, SUBJECT), ring.key_for_sealing(CASE, OTHER)]
    assert len({first, *others}) == 3
    assert len({key for _, key in (first, *others)}) == 3


def test_the_key_is_the_same_for_everybody_who_makes_it_at_once(ring: KeyRing, database: str) -> None:
    """Given threads that seal for a new person at the same moment, one key is made and all use it."""
    start, found = threading.Barrier(6), []

    def make() -> None:
        start.wait()
        found.append(ring.key_for_sealing(CASE, SUBJECT))

    threads = [threading.Thread(target=make) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(stored(database)) == 1


def test_a_value_opens_at_its_place_and_no_two_boxes_are_the_same(ring: KeyRing) -> None:
    """Given the same value twice, both open, and nobody sees that they are the same."""
    one, other = sealed_in(ring), sealed_in(ring)
    assert opened_by(ring, one) == opened_by(ring, other) == VALUE
    assert one.box != other.box
    assert b"Mila" not in box_of(one)


def box_of(sealed: Sealed) -> bytes:
    return urlsafe_b64decode(sealed.box + "=" * (-len(sealed.box) % 4))


@pytest.mark.parametrize(
    "place",
    [
        (OTHER, SUBJECT, FACT, FIELD),
        (CASE, OTHER, FACT, FIELD),
        (CASE, SUBJECT, OTHER, FIELD),
        (CASE, SUBJECT, FACT, "items/2"),
    ],
    ids=["another case", "another person", "another fact", "another field"],
)
def test_a_value_that_was_moved_does_not_open(ring: KeyRing, place: tuple[UUID, UUID, UUID, str]) -> None:
    """Given a box at a place for which it was not sealed, it is corrupt, also under the right key."""
    with pytest.raises(Corrupt):
        Unsealer(ring).open(*place, sealed_in(ring))


@pytest.mark.parametrize("where", [0, 11, 12, 20, -16, -1])
def test_a_value_with_one_other_bit_does_not_open(ring: KeyRing, where: int) -> None:
    """Given a flipped bit in nonce, ciphertext or tag, the value is corrupt and not something else."""
    sealed = sealed_in(ring)
    box = bytearray(box_of(sealed))
    box[where] ^= 1
    altered = sealed.model_copy(update={"box": urlsafe_b64encode(bytes(box)).rstrip(b"=").decode()})
    with pytest.raises(Corrupt):
        opened_by(ring, altered)


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_value_that_was_cut_does_not_open(ring: KeyRing, cut: int) -> None:
    """Given a box that lost its end, it is corrupt, also when what is left is no base64 any more."""
    sealed = sealed_in(ring)
    with pytest.raises(Corrupt):
        opened_by(ring, sealed.model_copy(update={"box": sealed.box[:-cut]}))


def test_a_destroyed_key_stays_destroyed_when_a_new_one_is_made(ring: KeyRing, database: str) -> None:
    """Given a destroyed key, its values are gone; new values of the person get a new key that opens only themselves."""
    before = sealed_in(ring)
    change(database, "DELETE FROM keys.data_keys WHERE subject_id = %s", SUBJECT)
    after = sealed_in(ring)

    with pytest.raises(Destroyed) as destroyed:
        opened_by(ring, before)
    assert "Mila" not in str(destroyed.value)
    assert opened_by(ring, after) == VALUE
    with pytest.raises(Corrupt):
        opened_by(ring, before.model_copy(update={"key_id": after.key_id}))


def test_the_wrong_master_key_opens_nothing(ring: KeyRing, database: str) -> None:
    """Given another master key, no stored key is used, and the error names the setting to look at."""
    sealed = sealed_in(ring)
    other = KeyRing(database, [LocalWrapping(secrets.token_bytes(32))])
    try:
        for use in (lambda: opened_by(other, sealed), lambda: other.key_for_sealing(CASE, SUBJECT)):
            with pytest.raises(Unavailable, match="ZVH_KEY_FILE"):
                use()
        with pytest.raises(BadSetting, match="ZVH_KEY_FILE"):
            other.check()
    finally:
        other.close()
    assert opened_by(ring, sealed) == VALUE


def test_a_wrapped_key_belongs_to_its_own_case_and_person(ring: KeyRing, database: str) -> None:
    """Given a row that was given to another person, its key does not come out."""
    sealed = sealed_in(ring)
    change(database, "UPDATE keys.data_keys SET subject_id = %s", OTHER)
    with pytest.raises(Corrupt):
        opened_by(ring, sealed)
    with pytest.raises(Corrupt):
        ring.key_for_sealing(CASE, OTHER)


@pytest.mark.parametrize("wrapped", [b"", b"\0" * 5, b"\0" * 12, b"\0" * 60], ids=len)
def test_a_damaged_row_is_corrupt(ring: KeyRing, database: str, wrapped: bytes) -> None:
    """Given a row that was cut or overwritten, the key is corrupt, whatever is left of it."""
    sealed = sealed_in(ring)
    change(database, "UPDATE keys.data_keys SET wrapped = %s", wrapped)
    with pytest.raises(Corrupt):
        opened_by(ring, sealed)


def test_no_key_stands_in_clear_in_the_database(ring: KeyRing, database: str) -> None:
    """Given a key, its row holds neither it nor the master key."""
    _, key = ring.key_for_sealing(CASE, SUBJECT)
    (row,) = stored(database)
    wrapped = row[4]
    assert isinstance(wrapped, bytes)
    assert key not in wrapped
    assert MASTER not in wrapped
    assert MASTER[:8].hex() not in str(row[3])


def test_no_words_about_a_key_ring_hold_a_secret(ring: KeyRing, database: str) -> None:
    """Given texts and errors with all that stands behind them, none holds a key or a value."""
    sealed = sealed_in(ring)
    _, key = ring.key_for_sealing(CASE, SUBJECT)
    told = [f"{ring} {ring!r} {vars(ring)} {AesSealer(ring)!r} {Unsealer(ring)!r} {sealed!r}"]
    change(database, "UPDATE keys.data_keys SET wrapped = %s", b"\0" * 60)
    try:
        opened_by(ring, sealed)
    except Corrupt as corrupt:
        told += ["".join(traceback.format_exception(corrupt)), repr(vars(corrupt))]
    assert len(told) == 3
    secret = [form for one in (key, MASTER, derive(MASTER, "wrapping"), VALUE) for form in (one.hex(), repr(one)[2:-1])]
    assert [form for form in secret for text in told if form in text] == []


def test_a_key_store_that_is_gone_is_unavailable_and_tells_no_more(
    ring: KeyRing, database: str, postgres: LocalPostgres
) -> None:
    """Given no server, it says Unavailable, and after recovery the value opens."""
    sealed = sealed_in(ring)
    with gone(postgres, database), pytest.raises(Unavailable) as unavailable:
        opened_by(ring, sealed)
    assert str(conninfo_to_dict(database)["dbname"]) not in str(unavailable.value)
    assert unavailable.value.__cause__ is None
    assert opened_by(ring, sealed) == VALUE


def test_keys_for_different_purposes_are_those_of_the_rfc() -> None:
    """Given a purpose, the key is HKDF-SHA256 of the master key (RFC 5869), so that others can derive it as well."""
    extracted = hmac.digest(bytes(32), MASTER, hashlib.sha256)
    expected = hmac.digest(extracted, b"zvh.wrapping.v1\x01", hashlib.sha256)
    assert derive(MASTER, "wrapping") == expected
    assert len({derive(MASTER, "wrapping"), derive(MASTER, "name"), derive(bytes(32), "wrapping")}) == 3


def test_a_new_master_key_is_for_its_owner_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    """Given a path, the key is written once, with rights 600, and can be loaded."""
    file, other = tmp_path / "key", tmp_path / "other"
    make_master_key(file)
    make_master_key(other)
    key = load_master_key(None, file)
    assert (len(key), file.stat().st_mode & 0o777) == (32, 0o600)
    assert key != load_master_key(None, other)
    with pytest.raises(FileExistsError):
        make_master_key(file)
    assert load_master_key(None, file) == key


def test_a_master_key_may_come_from_its_setting() -> None:
    """Given 64 hexadecimal characters, they are the key; no file is needed."""
    assert load_master_key(MASTER.hex(), None) == MASTER


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o777])
def test_a_key_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """Given rights for group or others, the key is not used, and the error says which rights it needs."""
    file = tmp_path / "key"
    make_master_key(file)
    file.chmod(mode)
    with pytest.raises(BadSetting, match="600"):
        load_master_key(None, file)


SECRET = "5ec7e7" * 10


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SECRET.encode(), "64 hexadecimale"),
        (SECRET.encode() + b"zzzz", "64 hexadecimale"),
        (SECRET.encode() * 2, "64 hexadecimale"),
        (b"", "64 hexadecimale"),
        (SECRET.encode() + b"\xff", "UnicodeDecodeError"),
    ],
    ids=["short", "no hexadecimal", "long", "empty", "no text"],
)
def test_a_wrong_key_file_is_refused_without_being_quoted(tmp_path: Path, content: bytes, told: str) -> None:
    """Given a file that holds no key, the error says what is needed, and repeats nothing of what it holds."""
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_bytes(content)
    assert_refused(lambda: load_master_key(None, file), told)


@pytest.mark.parametrize(
    ("load", "told"),
    [
        (lambda: load_master_key(None, None), "ZVH_KEY_FILE ontbreekt"),
        (lambda: load_master_key(SECRET, None), "64 hexadecimale"),
        (lambda: load_master_key(SECRET + "é", None), "64 hexadecimale"),
        (lambda: load_master_key(None, Path("/nowhere") / str(uuid4())), "FileNotFoundError"),
    ],
    ids=["nothing", "short", "no hexadecimal", "no file"],
)
def test_a_missing_or_wrong_setting_says_what_to_do(load: Callable[[], bytes], told: str) -> None:
    """Given no key, or one of another form, the error names the setting and never the key."""
    assert_refused(load, told)


def assert_refused(load: Callable[[], bytes], told: str) -> None:
    with pytest.raises(BadSetting, match=told) as refused:
        load()
    assert SECRET not in "".join(traceback.format_exception_only(refused.value))
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
