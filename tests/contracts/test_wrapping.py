"""One suite for every kind of key-encryption key: held here, in an engine, and in a stand-in for one."""

import secrets
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import BadSetting, Corrupt, Unavailable
from events.sealed import Sealed
from infra.keys import KeyRing
from infra.pseudonyms import KeyedPseudonyms
from infra.rotation import Rotation
from infra.sealing import AesSealer
from infra.transit import EngineRefuses, TransitWrapping
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping, Wrapping, load_master_key, make_master_key
from tests.facts import CASE, FACT, SUBJECT
from tests.openbao import openbao, program
from tests.transit_stand_in import StandIn, stand_in

KEY, PLACE = bytes(range(32)), b"a place"
WRONG = "s3cret-and-wrong"
FIELD, VALUE = "items/1", b"Mila Vanhoudt"


@dataclass(frozen=True)
class Kind:
    """One kind of key-encryption key."""

    wrapping: Wrapping
    other: Wrapping
    """Another key of the same kind, or the same engine with a key that is not there."""
    secret: str
    """What no text may hold: the key itself in hex, or the token for the engine."""
    rotate: Callable[[], None] | None = None
    """Makes a new version, where there are versions."""
    forget: Callable[[int], None] | None = None
    """Lets the engine read no version below this one."""


@pytest.fixture(scope="module", params=["file", "environment", "stand-in", "OpenBao"])
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kind]:
    """Each implementation in turn; the real server only where its program is installed."""
    folder: Path = tmp_path_factory.mktemp("kek")
    if request.param == "file":
        make_master_key(folder / "one")
        make_master_key(folder / "two")
        keys = [LocalWrapping(load_master_key(None, folder / name)) for name in ("one", "two")]
        yield Kind(keys[0], keys[1], (folder / "one").read_text().strip())
    elif request.param == "environment":
        given = [secrets.token_hex(32) for _ in range(2)]
        keys = [LocalWrapping(load_master_key(one, None)) for one in given]
        yield Kind(keys[0], keys[1], given[0])
    elif request.param == "stand-in":
        with stand_in() as engine:
            yield Kind(*in_engine(engine.address, engine.token), engine.token, engine.rotate, engine.forget)
    else:
        command = program()
        if command is None:
            pytest.skip("OpenBao is not installed here (scripts/prepare-tests installs it); its stand-in was tested")
        with openbao(command) as server:
            yield Kind(*in_engine(server.address, server.token), server.token, server.rotate, server.forget)


def in_engine(address: str, token: str) -> tuple[TransitWrapping, TransitWrapping]:
    return TransitWrapping(address, "zvh", token=token), TransitWrapping(address, "absent", token=token)


@pytest.fixture
def ring(kind: Kind, database: str) -> Iterator[KeyRing]:
    """A key ring on a real PostgreSQL."""
    opened = KeyRing(database, [kind.wrapping])
    yield opened
    opened.close()


def test_a_key_comes_back_at_its_place_and_at_no_other(kind: Kind) -> None:
    """Given a wrapped key, it unwraps where it belongs, and is corrupt anywhere else."""
    wrapped = kind.wrapping.wrap(KEY, PLACE)
    assert kind.wrapping.unwrap(wrapped, PLACE) == KEY
    with pytest.raises(Corrupt):
        kind.wrapping.unwrap(wrapped, b"another place")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    key=st.binary(min_size=32, max_size=32), place=st.binary(min_size=1, max_size=120), other=st.binary(max_size=120)
)
def test_any_key_is_bound_to_its_place(kind: Kind, key: bytes, place: bytes, other: bytes) -> None:
    """Given any key and any two places, it opens at the one for which it was wrapped."""
    wrapped = kind.wrapping.wrap(key, place)
    assert kind.wrapping.unwrap(wrapped, place) == key
    if other != place:
        with pytest.raises(Corrupt):
            kind.wrapping.unwrap(wrapped, other)


def test_what_is_wrapped_shows_nothing_of_the_key(kind: Kind) -> None:
    """Given the same key twice, the two texts differ, and neither holds it."""
    one, two = kind.wrapping.wrap(KEY, PLACE), kind.wrapping.wrap(KEY, PLACE)
    assert one != two
    assert KEY not in one + two


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "other bytes"])
def test_damage_is_corrupt(kind: Kind, damage: str) -> None:
    """Given a wrapped key that was changed in any way, it does not come out."""
    wrapped = kind.wrapping.wrap(KEY, PLACE)
    flipped = wrapped[:-6] + bytes([wrapped[-6] ^ 1]) + wrapped[-5:]
    changed = {"flipped": flipped, "cut": wrapped[:-4], "empty": b"", "other bytes": b"\0" * 60}[damage]
    with pytest.raises(Corrupt):
        kind.wrapping.unwrap(changed, PLACE)


def test_another_key_of_the_kind_opens_nothing(kind: Kind) -> None:
    """Given another key-encryption key, it has another name, and the key does not come out."""
    wrapped = kind.wrapping.wrap(KEY, PLACE)
    assert kind.other.id != kind.wrapping.id
    with pytest.raises((Corrupt, EngineRefuses)):
        kind.other.unwrap(wrapped, PLACE)


def test_a_value_is_sealed_and_opened_through_a_key_ring(ring: KeyRing) -> None:
    """Given a key ring on a real database, a value opens at its place under the key that was wrapped for it."""
    sealed = AesSealer(ring).seal(CASE, SUBJECT, FACT, FIELD, VALUE)
    assert Unsealer(ring).open(CASE, SUBJECT, FACT, FIELD, sealed) == VALUE


def test_pseudonyms_are_the_same_for_every_process(ring: KeyRing) -> None:
    """Given the same house opened twice, the same person and the same words give the same names."""
    one, two = KeyedPseudonyms(ring), KeyedPseudonyms(ring)
    assert one.subject("999900006") == two.subject("999900006") == two.find_subject("999900006")
    assert one.person("1", "a") == two.person("1", "a") != two.person("2", "a")
    assert one.digest(b"x") == two.digest(b"x")


def test_the_same_key_is_read_after_a_new_version(kind: Kind, ring: KeyRing) -> None:
    """Given a new version, old wraps are read, a rotation brings all to the newest, and then the old can be refused."""
    sealed, names = AesSealer(ring).seal(CASE, SUBJECT, FACT, FIELD, VALUE), KeyedPseudonyms(ring).person("1", "a")
    before = wrapped_in(ring)
    if kind.rotate is None or kind.forget is None:
        assert Rotation(ring).run().renewed == 0
        assert wrapped_in(ring) == before
        return
    kind.rotate()
    assert opened(ring, sealed) == VALUE
    assert Rotation(ring).run().renewed == 1
    versions = {text.split(b":")[1] for text in wrapped_in(ring)}
    assert len(versions) == 1
    newest = int(versions.pop()[1:])
    assert f"v{newest}".encode() not in {text.split(b":")[1] for text in before}
    kind.forget(newest)
    assert opened(ring, sealed) == VALUE
    assert KeyedPseudonyms(ring).person("1", "a") == names
    with pytest.raises(Corrupt, match="min_decryption_version"):
        kind.wrapping.unwrap(before[0], PLACE)
    assert Rotation(ring).run().renewed == 0, "a second run finds nothing to do"


def test_a_house_moves_from_a_file_into_the_engine_and_back(kind: Kind, database: str) -> None:
    """Given a house under another key, it moves to this kind and back: every value and every pseudonym stays."""
    first, back = LocalWrapping(secrets.token_bytes(32)), LocalWrapping(secrets.token_bytes(32))
    ring = KeyRing(database, [first, kind.wrapping, back])
    sealed, name = AesSealer(ring).seal(CASE, SUBJECT, FACT, FIELD, VALUE), KeyedPseudonyms(ring).person("1", "a")
    for target, gone in ((kind.wrapping, first), (back, kind.wrapping)):
        assert Rotation(ring).run(target.id).retired == (gone.id,)
        assert opened(ring, sealed) == VALUE
        assert KeyedPseudonyms(ring).person("1", "a") == name
    ring.close()


def test_no_text_about_a_key_encryption_key_holds_it(kind: Kind) -> None:
    """Given its text, its attributes and its error, none holds a token or a key."""
    texts = [repr(kind.wrapping), str(vars(kind.wrapping)), kind.wrapping.id]
    with pytest.raises(Corrupt) as corrupt:
        kind.wrapping.unwrap(b"\0" * 60, PLACE)
    texts += ["".join(traceback.format_exception(corrupt.value)), repr(vars(corrupt.value))]
    raw = repr(bytes.fromhex(kind.secret))[2:-1] if kind.rotate is None else kind.secret
    assert [text for text in texts if kind.secret in text or raw in text] == []


def wrapped_in(ring: KeyRing) -> list[bytes]:
    rows = ring.rows("SELECT wrapped FROM keys.data_keys UNION ALL SELECT wrapped FROM keys.house_secrets", {})
    return [bytes(row[0]) for row in rows]


def opened(ring: KeyRing, sealed: Sealed) -> bytes:
    return Unsealer(ring).open(CASE, SUBJECT, FACT, FIELD, sealed)


@pytest.fixture
def engine() -> Iterator[StandIn]:
    """A stand-in, for faults that a real server is not asked to make."""
    with stand_in() as running:
        yield running


def transit(engine: StandIn, **changes: object) -> TransitWrapping:
    known: dict[str, object] = {"address": engine.address, "key": "zvh", "token": engine.token, "seconds": 1.0}
    return TransitWrapping(**{**known, **changes})  # type: ignore[arg-type]


def test_an_engine_that_lets_us_not_in_says_which_setting_to_look_at(engine: StandIn) -> None:
    """Given a wrong token, mount or key, the error names the setting and quotes no token."""
    for changes, told in (
        ({"token": WRONG}, "ZVH_TRANSIT_TOKEN_FILE"),
        ({"mount": "elsewhere"}, "ZVH_TRANSIT_MOUNT"),
        ({"key": "another"}, "ZVH_TRANSIT_KEY"),
    ):
        with pytest.raises(EngineRefuses, match=told) as refused:
            transit(engine, **changes).wrap(KEY, PLACE)
        assert "s3cret" not in str(refused.value)
        assert refused.value.__cause__ is refused.value.__context__ is None


def test_an_engine_that_is_sealed_or_gone_is_unavailable(engine: StandIn) -> None:
    """Given a sealed engine, and one that is not there, it is Unavailable, and it works again afterwards."""
    wrapping = transit(engine)
    wrapped = wrapping.wrap(KEY, PLACE)
    engine.sealed = True
    with pytest.raises(Unavailable, match="verzegeld"):
        wrapping.unwrap(wrapped, PLACE)
    engine.sealed = False
    assert wrapping.unwrap(wrapped, PLACE) == KEY
    gone = TransitWrapping("http://127.0.0.1:1", "zvh", token=WRONG, seconds=1.0)
    with pytest.raises(Unavailable, match="ZVH_TRANSIT_URL") as unavailable:
        gone.wrap(KEY, PLACE)
    assert "s3cret" not in str(unavailable.value)
    assert unavailable.value.__context__ is None


def test_a_token_file_is_read_anew_and_kept_from_others(engine: StandIn, tmp_path: Path) -> None:
    """Given an agent that renews the token, the next request has the new one; a file that others read is refused."""
    file = tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text("expired")
    wrapping = transit(engine, token=None, token_file=file)
    with pytest.raises(EngineRefuses):
        wrapping.wrap(KEY, PLACE)
    file.write_text(engine.token + "\n")
    assert wrapping.unwrap(wrapping.wrap(KEY, PLACE), PLACE) == KEY
    file.chmod(0o644)
    with pytest.raises(EngineRefuses, match="600"):
        wrapping.wrap(KEY, PLACE)


def test_a_namespace_goes_with_each_request_and_makes_another_name(engine: StandIn) -> None:
    """Given a namespace, the engine hears it, and rows remember it."""
    wrapping = transit(engine, namespace="zorg/huis")
    wrapping.wrap(KEY, PLACE)
    assert engine.seen == [("encrypt", "zorg/huis")]
    assert wrapping.id != transit(engine).id


@pytest.mark.parametrize("address", ["http://bao.example.org:8200", "ftp://127.0.0.1", "https://a:b@bao.example.org"])
def test_a_key_is_never_sent_over_an_open_line(address: str) -> None:
    """Given http to another machine, or a password in the address, it does not start."""
    with pytest.raises(BadSetting, match="ZVH_TRANSIT_URL"):
        TransitWrapping(address, "zvh", token=WRONG)


def test_an_engine_without_a_token_does_not_start() -> None:
    """Given an address alone, the error says that a token is missing."""
    with pytest.raises(BadSetting, match="ZVH_TRANSIT_TOKEN_FILE"):
        TransitWrapping("https://bao.example.org", "zvh")


def test_a_rotation_in_the_engine_never_brings_a_key_out(engine: StandIn, database: str) -> None:
    """Given a new version, the rotation asks the engine to rewrap, and to decrypt nothing."""
    ring = KeyRing(database, [transit(engine)])
    AesSealer(ring).seal(CASE, SUBJECT, FACT, FIELD, VALUE)
    engine.rotate()
    engine.seen.clear()
    Rotation(ring).run()
    ring.close()
    assert {verb for verb, _ in engine.seen} == {"rewrap"}
