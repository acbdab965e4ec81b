"""What the operator is told in a minute: nothing wrong with a house at work, and each fault with what to do."""

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from events.erasure import Burial, KeyGone
from infra.erasure_ledger import ErasureLedger
from infra.event_store import PostgresFactStore
from infra.local.kafka import LocalKafka
from infra.settings import Settings
from infra.transparency.cosignature import Cosigner
from services.audit import fsck
from services.audit.doctor import Line, State, checkpoint_line, clock_line, disk_line, healthy, waiting_line
from services.audit.fsck import nothing_shown
from services.bootstrap import open_house
from services.bootstrap.health import examine
from tests.attacks.fsck.house import LONG, ask, checked, kinds, places, settings_of
from tests.facts import HOUSE_OIN
from tests.relaying import commit
from tests.transparency.keeping import NOON, tampered

WITNESS = Cosigner("getuige.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))


def examined(settings: Settings) -> dict[str, Line]:
    """Return every line by what it is about."""
    return {one.what: one for one in examine(settings, nothing_shown)}


def test_a_house_at_work_has_nothing_wrong(house: str) -> None:
    """Every part is looked at, and what could be better is worth a look and no fault."""
    lines = examined(settings_of(house))
    assert healthy(lines.values()), lines
    assert lines.keys() >= {
        "instellingen",
        "database",
        "klok",
        "schijf",
        "sleutelkast",
        "sleutel van het logboek",
        "nieuwste controlepunt",
        "getuigen",
        "nummeren",
        "overzichten",
        "berichten aan deelnemers",
        "feiten, logboek en overzichten",
    }
    assert {one.what for one in lines.values() if one.state is State.LOOK} == {"instellingen", "getuigen", "doorgever"}
    assert all(one.do for one in lines.values() if one.state is not State.GOOD)


@pytest.mark.parametrize(
    ("attack", "kind"),
    [
        ("UPDATE facts.stored_events SET state = state || ' ' WHERE originator_version = 3", "fact_altered"),
        ("DELETE FROM facts.stored_events WHERE originator_version = 3", "fact_missing"),
        ("UPDATE log.tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 255)", "tile_altered"),
        ("DELETE FROM views.ledger", "row_missing"),
        ("DELETE FROM facts.recipient_numbers", "counter_altered"),
    ],
)
def test_what_the_check_finds_is_a_line_with_what_to_do(house: str, attack: str, kind: str) -> None:
    """The same differences as `zvh audit fsck` names, one line per kind."""
    tampered(house, attack)
    lines = examined(settings_of(house))
    line = lines[f"verschil: {kind}"]
    assert line.state is State.WRONG
    assert line.do
    assert not healthy(lines.values())


def test_a_database_that_does_not_answer_is_one_line_and_no_stop() -> None:
    """Nothing else can be asked then, and the sentence says what to look at."""
    lines = examined(settings_of("host=127.0.0.1 port=1 dbname=zvh user=zvh connect_timeout=1"))
    assert lines["database"].state is State.WRONG
    assert lines.keys() == {"instellingen", "database"}


def test_a_database_of_an_older_shape_is_told_and_not_changed(house: str) -> None:
    """The doctor brings nothing up to date by itself."""
    tampered(house, "DELETE FROM public.zvh_migrations WHERE name LIKE '0007%'")
    lines = examined(settings_of(house))
    assert lines["database"].state is State.WRONG
    assert ask(house, "SELECT count(*) FROM public.zvh_migrations WHERE name LIKE '0007%%'") == [(0,)]


def test_keys_that_do_not_fit_are_told(house: str) -> None:
    """Another key-encryption key than the values were sealed under, and another log key than the log began with."""
    other = SecretStr("11" * 32)
    settings = settings_of(house)
    assert examined(settings.model_copy(update={"key": other}))["sleutelkast"].state is State.WRONG
    line = examined(settings.model_copy(update={"log_key": other}))["sleutel van het logboek"]
    assert line.state is State.WRONG
    without = examined(settings.model_copy(update={"log_key": None}))["sleutel van het logboek"]
    assert without.state is State.GOOD, "only the relay needs it"


def test_what_waits_is_told_with_how_many(house: str) -> None:
    """Facts without a number, overviews and messages that are behind."""
    with PostgresFactStore(house, HOUSE_OIN) as store:
        commit(store, uuid4(), 1, 3)
    size = ask(house, "SELECT count(*) FROM log.numbered")[0][0]
    tampered(house, f"UPDATE log.feeds SET next_index = {size} - 2")
    lines = examined(settings_of(house))
    assert (lines["nummeren"].state, lines["nummeren"].says) == (State.LOOK, "3 feiten wachten op een nummer")
    assert (lines["berichten aan deelnemers"].state, lines["berichten aan deelnemers"].says) == (
        State.LOOK,
        "2 feiten achter",
    )


def test_witnesses_are_counted_against_what_the_house_asks_of_itself(house: str, tmp_path: Path) -> None:
    """None that is asked for is a fault; enough of them is good."""
    policy = tmp_path / "getuigen"
    policy.write_text(f"witness w1 {WITNESS.key}\nquorum w1\n")
    settings = settings_of(house).model_copy(update={"log_policy_file": policy})
    assert examined(settings)["getuigen"].state is State.WRONG
    ((size, note),) = ask(house, "SELECT size, note FROM log.checkpoints ORDER BY size DESC LIMIT 1")
    line = WITNESS.cosign(str(note).partition("\n\n")[0] + "\n", NOON)
    tampered(
        house,
        f"INSERT INTO log.cosignatures VALUES ({size}, '{WITNESS.name}', '\\x{line.key_id.hex()}'::bytea, '{line}', "
        "now())",
    )
    assert examined(settings)["getuigen"].state is State.GOOD


def test_a_very_long_log_is_looked_at_from_the_end_and_says_so(long: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest facts with their tiles and checkpoints, and no claim about the others."""
    monkeypatch.setattr(fsck, "TAIL", 200)
    quick = checked(long, quick=True)
    assert (kinds(quick), quick.whole, quick.complete) == ({}, False, False)
    assert quick.facts == LONG - 256
    line = examined(settings_of(long))["feiten, logboek en overzichten"]
    assert "de laatste" in line.says
    assert "zvh audit fsck" in line.do
    for index in (100, 600):
        tampered(
            long,
            "UPDATE facts.stored_events SET state = state || ' ' WHERE notification_id = "
            f"(SELECT notification_id FROM log.numbered WHERE index = {index})",
        )
    assert places(checked(long, quick=True), "fact_altered") == ["feit 600"]
    assert places(checked(long), "fact_altered") == ["feit 100", "feit 600"]


def test_topics_users_and_rights_on_kafka_are_compared(house: str, kafka: LocalKafka) -> None:
    """As their administrator one sees that they are as agreed; without the right to look, that is all that is said."""
    access = kafka.access()
    admin = settings_of(house).model_copy(
        update={
            "kafka_bootstrap": access.bootstrap,
            "kafka_username": access.username,
            "kafka_password": access.password,
            "kafka_security": access.security,
        }
    )
    what = "Kafka: topics, gebruikers en rechten"
    assert examined(admin)[what].state is State.GOOD
    worker = admin.model_copy(
        update={
            "kafka_username": "zvh-projections",
            "kafka_password": SecretStr(kafka.passwords["zvh-projections"]),
        }
    )
    lines = examined(worker)
    assert lines[what].state is State.LOOK
    assert lines["doorgeven aan Kafka"].state is State.LOOK, "all facts of this house are still to be told"


def test_a_kafka_that_does_not_answer_is_told_once(house: str) -> None:
    """One line about Kafka; the database is looked at all the same."""
    settings = settings_of(house).model_copy(
        update={"kafka_bootstrap": "127.0.0.1:1", "kafka_username": "x", "kafka_password": SecretStr("x")}
    )
    lines = examined(settings)
    assert [one.what for one in lines.values() if one.state is State.WRONG] == ["Kafka"]
    assert lines["feiten, logboek en overzichten"].state is State.GOOD


def written(dsn: str) -> object:
    """Return how many rows were ever written, in whatever table of ours."""
    with psycopg.connect(dsn) as session:
        session.execute("SELECT pg_stat_force_next_flush()")
        return session.execute(
            "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) FROM pg_stat_user_tables"
        ).fetchone()


def test_the_doctor_changes_no_table_and_no_file(house: str, tmp_path: Path) -> None:
    """Looking is not touching: also where opening the house would write, as in its erasure ledger the first time."""
    tampered(house, "INSERT INTO keys.destroyed (case_id) SELECT originator_id FROM facts.stored_events LIMIT 1")
    settings = settings_of(house).model_copy(update={"erasure_ledger": tmp_path / "kept" / "register"})
    before = written(house)
    for _ in range(2):
        assert examined(settings)["sleutelkast"].state is State.GOOD
    assert written(house) == before
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_missing_is_told_and_not_made(tmp_path: Path) -> None:
    """A new key would open nothing of what there is, and hide that the old one is gone."""
    settings = Settings(embedded=tmp_path / "house")
    with open_house(settings) as opened:
        opened.sealer.seal(uuid4(), uuid4(), uuid4(), "x", b"y")
    key = tmp_path / "house" / "hoofdsleutel"
    kept = key.rename(tmp_path / "elders")
    files = {one.name for one in (tmp_path / "house").iterdir()}
    line = examined(settings)["sleutelkast"]
    assert (line.state, "ontbreekt" in line.says) == (State.WRONG, True)
    assert {one.name for one in (tmp_path / "house").iterdir()} == files
    kept.rename(key)
    assert examined(settings)["sleutelkast"].state is State.GOOD


def test_keys_that_an_old_backup_brought_back_are_told(house: str, tmp_path: Path) -> None:
    """The doctor names them, and leaves the destroying to who is asked to do it."""
    register = ErasureLedger(tmp_path / "register")
    ((case_id, subject, key_id),) = ask(house, "SELECT case_id, subject_id, key_id FROM keys.data_keys LIMIT 1")
    gone = (KeyGone(key_id=key_id, subject_id=subject),)
    register.add(Burial(fact_id=uuid4(), case_id=case_id, ground="RETENTION", keys=gone), NOON)
    settings = settings_of(house).model_copy(update={"erasure_ledger": tmp_path / "register"})
    before = written(house)
    line = examined(settings)["sleutelkast"]
    assert line.state is State.WRONG
    assert "zvh subject re-erase" in line.says
    assert written(house) == before


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (clock_line(NOON, NOON), State.GOOD),
        (clock_line(NOON, NOON.replace(second=9)), State.LOOK),
        (clock_line(NOON, NOON.replace(hour=11)), State.WRONG),
        (disk_line("schijf", 50, 100), State.GOOD),
        (disk_line("schijf", 10, 100), State.LOOK),
        (disk_line("schijf", 1, 100), State.WRONG),
        (checkpoint_line(None, 0, None, NOON), State.GOOD),
        (checkpoint_line(None, 5, None, NOON), State.WRONG),
        (checkpoint_line(5, 5, NOON, NOON), State.GOOD),
        (checkpoint_line(5, 5, NOON.replace(hour=14), NOON), State.LOOK),
        (checkpoint_line(4, 5, NOON, NOON), State.WRONG),
        (waiting_line("x", 0, "feiten", "doe"), State.GOOD),
        (waiting_line("x", 1, "feiten", "doe"), State.LOOK),
        (waiting_line("x", 10_000, "feiten", "doe"), State.WRONG),
    ],
)
def test_limits_make_a_state(line: Line, state: State) -> None:
    """Good, worth a look, or wrong; and when it is not good, what to do."""
    assert line.state is state
    assert bool(line.do) is (state is not State.GOOD)
