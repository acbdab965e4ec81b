"""Another key-encryption key while the house works: nothing is lost, nothing is read twice, the old one dies."""

import hmac
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import resources
from uuid import UUID, uuid4

import psycopg
import pytest

from events.errors import BadSetting, Corrupt, Unavailable
from events.sealed import Sealed
from infra.house_secrets import house_secrets
from infra.keys import KeyRing, place_of
from infra.migrate import migrate
from infra.pseudonyms import KeyedPseudonyms
from infra.rotation import LOCK, Rotation
from infra.sealing import AesSealer
from infra.unsealing import Unsealer
from infra.wrapping import LocalWrapping, derive
from tests.facts import CASE, FACT, SUBJECT

BSN = "999900006"
OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
FIELD, VALUE = "items/1", b"Mila Vanhoudt"


def ring_of(dsn: str, *keys: bytes) -> KeyRing:
    return KeyRing(dsn, [LocalWrapping(key) for key in keys])


@pytest.fixture
def both(database: str) -> Iterator[KeyRing]:
    """A process that has both keys; the old one is in force."""
    ring = ring_of(database, OLD, NEW)
    yield ring
    ring.close()


def sealed_for(ring: KeyRing, persons: int) -> dict[UUID, Sealed]:
    people = [uuid4() for _ in range(persons)]
    return {one: AesSealer(ring).seal(CASE, one, FACT, FIELD, VALUE) for one in people}


def all_open(ring: KeyRing, sealed: dict[UUID, Sealed]) -> bool:
    return all(Unsealer(ring).open(CASE, one, FACT, FIELD, box) == VALUE for one, box in sealed.items())


def rows(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as session:
        return session.execute(query.encode()).fetchall()


def test_after_a_rotation_the_new_key_alone_opens_everything(both: KeyRing, database: str) -> None:
    """Given keys of many persons, each value opens under the new key, and no byte under the old one is left."""
    sealed, secret = sealed_for(both, 450), house_secrets(both)
    before = {bytes(row[0]) for row in rows(database, "SELECT wrapped FROM keys.data_keys")}  # type: ignore[call-overload]
    told: list[int] = []
    done = Rotation(both).run(LocalWrapping(NEW).id, told.append)
    assert (done.renewed, done.retired) == (450, (LocalWrapping(OLD).id,))
    assert told[-1] == 450
    alone = ring_of(database, NEW)
    assert all_open(alone, sealed)
    assert house_secrets(alone) == secret
    alone.close()
    after = {bytes(row[0]) for row in rows(database, "SELECT wrapped FROM keys.data_keys")}  # type: ignore[call-overload]
    assert not before & after


def test_the_old_key_is_refused_afterwards(both: KeyRing, database: str) -> None:
    """Given a finished rotation, a process with the old key does not start, opens nothing, and cannot go back to it."""
    sealed = sealed_for(both, 1)
    Rotation(both).run(LocalWrapping(NEW).id)
    old = ring_of(database, OLD)
    with pytest.raises(BadSetting, match="ZVH_KEY_NEXT_FILE"):
        old.check()
    with pytest.raises(Unavailable):
        all_open(old, sealed)
    with pytest.raises(Unavailable):
        old.key_for_sealing(CASE, uuid4())
    old.close()
    with pytest.raises(BadSetting, match="komt niet terug"):
        Rotation(both).run(LocalWrapping(OLD).id)


def test_a_row_that_comes_back_under_a_retired_key_is_not_opened(both: KeyRing, database: str) -> None:
    """Given an old row that somebody puts back, also a process that still has the old key refuses it."""
    sealed = sealed_for(both, 1)
    with psycopg.connect(database, autocommit=True) as session:
        kept = session.execute("SELECT kek_id, wrapped FROM keys.data_keys").fetchone()
        Rotation(both).run(LocalWrapping(NEW).id)
        session.execute("UPDATE keys.data_keys SET kek_id = %s, wrapped = %s", kept)
    with pytest.raises(Corrupt, match="vervangen"):
        all_open(both, sealed)


def test_a_killed_rotation_loses_nothing_and_goes_on(both: KeyRing, database: str) -> None:
    """Given a process that is killed half way, both keys are read, work goes on, and a second run finishes it."""
    sealed, person = sealed_for(both, 60), KeyedPseudonyms(both).person("1", "a")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contracts.rotation_process", database, OLD.hex(), NEW.hex()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    under = {row[0] for row in rows(database, "SELECT kek_id FROM keys.data_keys")}
    assert under == {LocalWrapping(OLD).id, LocalWrapping(NEW).id}, "it was killed half way"
    assert all_open(both, sealed)
    sealed |= sealed_for(both, 3)
    alone = ring_of(database, OLD)
    with pytest.raises(Unavailable):
        alone.key_for_sealing(CASE, uuid4())
    alone.close()
    _until_free(database)
    done = Rotation(both).run(LocalWrapping(NEW).id)
    assert done.retired == (LocalWrapping(OLD).id,)
    assert {row[0] for row in rows(database, "SELECT kek_id FROM keys.data_keys")} == {LocalWrapping(NEW).id}
    assert all_open(both, sealed)
    assert KeyedPseudonyms(both).person("1", "a") == person


def _until_free(dsn: str) -> None:
    """Wait until the server noticed that the killed process is gone."""
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        # Given back here: a session that ends gives its locks back a moment after we heard of its end.
        session.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


def test_services_work_while_the_key_changes(both: KeyRing, database: str) -> None:
    """Given threads that seal and open all the while, each value opens, and none is left under the old key."""
    sealed, trouble, stop = sealed_for(both, 40), list[BaseException](), threading.Event()
    made = list[dict[UUID, Sealed]]()

    def work() -> None:
        ring = ring_of(database, OLD, NEW)
        try:
            while not stop.is_set():
                made.append(sealed_for(ring, 2))
                assert all_open(ring, made[-1])
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test tells it
            trouble.append(error)
        finally:
            ring.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    done = Rotation(both).run(LocalWrapping(NEW).id)
    stop.set()
    for one in threads:
        one.join()
    assert trouble == []
    assert done.retired == (LocalWrapping(OLD).id,)
    assert {row[0] for row in rows(database, "SELECT kek_id FROM keys.data_keys")} == {LocalWrapping(NEW).id}
    assert all(all_open(both, one) for one in (sealed, *made))


def test_two_rotations_at_once_are_one(both: KeyRing, database: str) -> None:
    """Given a rotation that is under way, a second one says so and does nothing."""
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        with pytest.raises(Unavailable, match="al gewisseld"):
            Rotation(both).run(LocalWrapping(NEW).id)


def test_a_destroyed_key_does_not_come_back_by_a_rotation(both: KeyRing, database: str) -> None:
    """Given a key that dies between being read and being written anew, it stays dead."""
    sealed_for(both, 1)

    class Killing(LocalWrapping):
        def wrap(self, key: bytes, place: bytes) -> bytes:
            with psycopg.connect(database) as session:
                session.execute("DELETE FROM keys.data_keys")
            return super().wrap(key, place)

    killing = Killing(NEW)
    Rotation(KeyRing(database, [LocalWrapping(OLD), killing])).run(killing.id)
    assert rows(database, "SELECT 1 FROM keys.data_keys") == []


def test_a_damaged_key_stops_no_other_and_keeps_the_old_key_readable(both: KeyRing, database: str) -> None:
    """Given one damaged row, the others move, the error names it, and the old key is not refused yet."""
    sealed = sealed_for(both, 3)
    with psycopg.connect(database) as session:
        session.execute(
            "UPDATE keys.data_keys SET wrapped = decode(repeat('00', 60), 'hex') WHERE subject_id = %s",
            (next(iter(sealed)),),
        )
    with pytest.raises(Corrupt, match="1 sleutels zijn beschadigd"):
        Rotation(both).run(LocalWrapping(NEW).id)
    states = {one.kek_id: (one.state, one.keys) for one in Rotation(both).standing()}
    assert states == {LocalWrapping(OLD).id: ("READABLE", 1), LocalWrapping(NEW).id: ("CURRENT", 2)}


def test_an_older_house_opens_all_it_had_after_the_upgrade(empty_database: str) -> None:
    """Given a database of the version before, with its key, its person and its value, all is there after migrating."""
    older = [one for one in resources.files("infra.migrations").iterdir() if "0001" <= one.name[:4] < "0008"]
    key_id, key, blind = (
        uuid4(),
        secrets.token_bytes(32),
        hmac.digest(derive(OLD, "blind-index"), BSN.encode(), "sha256"),
    )
    local = LocalWrapping(OLD)
    with psycopg.connect(empty_database) as session:
        session.execute("CREATE TABLE public.zvh_migrations (name text PRIMARY KEY)")
        for script in sorted(older, key=lambda one: one.name):
            session.execute(script.read_bytes())
            session.execute("INSERT INTO public.zvh_migrations VALUES (%s)", (script.name,))
        wrapped = local.wrap(key, place_of(key_id, CASE, SUBJECT))
        session.execute(
            "INSERT INTO keys.data_keys VALUES (%s, %s, %s, %s, %s)", (key_id, CASE, SUBJECT, local.id, wrapped)
        )
        session.execute("INSERT INTO keys.subject_index VALUES (%s, %s)", (blind, SUBJECT))
    migrate(empty_database)
    ring = ring_of(empty_database, OLD)
    assert ring.key_for_opening(key_id) == key
    assert ring.key_for_sealing(CASE, SUBJECT) == (key_id, key)
    assert KeyedPseudonyms(ring).find_subject(BSN) == SUBJECT
    ring.close()


def test_an_older_house_keeps_its_pseudonyms(empty_database: str) -> None:
    """Given a house from before its secrets stood in the key store, they are those that its key always gave."""
    migrate(empty_database)
    with psycopg.connect(empty_database) as session:
        session.execute("UPDATE keys.founding SET secrets = 'INHERITED'")
    ring = ring_of(empty_database, OLD)
    assert house_secrets(ring) == {name: derive(OLD, name) for name in ("blind-index", "person", "digest")}
    ring.close()
    moved = ring_of(empty_database, OLD, NEW)
    Rotation(moved).run(LocalWrapping(NEW).id)
    assert house_secrets(moved)["person"] == derive(OLD, "person"), "facts hold these names for ever"
    moved.close()


def test_the_secrets_of_a_new_house_follow_from_no_key(database: str) -> None:
    """Given a new house, its secrets are random: whoever finds its key one day cannot compute a pseudonym."""
    ring = ring_of(database, OLD)
    found = house_secrets(ring)
    assert len({*found.values(), *(derive(OLD, name) for name in found)}) == 6
    ring.close()


def test_secrets_that_are_lost_are_not_made_anew(database: str) -> None:
    """Given a key store that lost its secrets, it says so: other ones would give every person another name."""
    ring = ring_of(database, OLD)
    house_secrets(ring)
    with psycopg.connect(database) as session:
        session.execute("DELETE FROM keys.house_secrets WHERE name = 'person'")
    with pytest.raises(Corrupt, match="ontbreken"):
        house_secrets(ring)
    ring.close()


def test_two_first_starts_make_one_set_of_secrets(database: str) -> None:
    """Given processes that open a new house at the same moment, all have the same secrets."""
    start, found = threading.Barrier(4), []

    def begin() -> None:
        ring = ring_of(database, OLD)
        start.wait()
        found.append(tuple(sorted(house_secrets(ring).items())))
        ring.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_facts_know_nothing_of_a_rotation(both: KeyRing, database: str) -> None:
    """Given a rotation, the sealed box and the name of its key are what they were."""
    ((person, box),) = sealed_for(both, 1).items()
    key_id = both.key_for_sealing(CASE, person)[0]
    Rotation(both).run(LocalWrapping(NEW).id)
    assert both.key_for_sealing(CASE, person)[0] == key_id == box.key_id
