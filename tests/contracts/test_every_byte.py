"""After an erasure every byte of every store is searched: for the values, for the keys, and for what finds a person.

The topics of Kafka are searched in ``tests/system/test_path_of_a_fact.py``.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from events.errors import Refusal
from infra.settings import Settings
from services.acting import Acting
from services.bootstrap import House, open_house
from services.desk import Disclose
from services.intake import Delivery
from tests.erasing import erase, persons_of
from tests.facts import POLICE_OIN
from tests.partner_events import offered
from tests.plaintext import found_in, personal_data, tables
from tests.scenarios.people import bsn

NAME = "Wisbaar-Zéér"
READER = Acting("p-00000000000000aa", "HOUSE_STAFF", "00000004003214345900", "process-direction")


@dataclass
class Erased:
    """An embedded house in which one case went, and what must be nowhere any more."""

    folder: Path
    values: set[bytes]
    wrapped: list[bytes]
    blind: list[bytes]
    before: dict[str, bytes]
    """Each file of the instance as it was before the erasure, with the house closed."""
    raw: bytes
    """What the partner sent."""
    case: UUID
    other: UUID
    tables: dict[str, bytes]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each file of an instance but the write-ahead log, which PostgreSQL writes over in its own time."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "pg_wal" not in path.parts:
            yield str(path.relative_to(folder)), path.read_bytes()


def referral() -> bytes:
    """Return a referral of two persons whom no other case knows."""
    data = offered(f"e-{uuid4()}")
    for number, person in enumerate((data["data"]["subject"], *data["data"]["related_persons"])):
        person |= {"family_name": f"{NAME}-{number}", "bsn": bsn(), "address": f"Wisstraat {number}"}
        person["birth_date"] = f"199{number}-11-2{number}"
    data["data"]["reason"] = f"De buurman van {NAME} is bedreigd"
    return json.dumps(data).encode()


def take(house: House, raw: bytes) -> UUID:
    house.intake.take(Delivery(f"test:{uuid4()}", "POLICE", raw))
    house.settle()
    return max((UUID(row.case_id) for row in house.views.cases()), key=lambda one: house.log.indexes(one)[1])


def look(house: House, case: UUID) -> None:
    """Let somebody read the case, or be refused: whatever is cached or logged on the way is searched as well."""
    command = Disclose(
        READER.org, READER.person, READER.task, "ASSESS_CRITERIA", ("WGS:participants", "WGS:purpose"), *"abc"
    )
    with suppress(Refusal):
        house.desk.disclose(house.order("Disclose", READER, case, command), command)
    house.settle()


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    """Two cases of the same kind of persons; one of them erased."""
    folder, raw = tmp_path_factory.mktemp("instance") / "house", referral()
    settings = Settings(embedded=folder, log_level="DEBUG")
    with open_house(settings) as house:
        case, other = take(house, raw), take(house, json.dumps(offered("other")).encode())
        look(house, case)
        with psycopg.connect(house.dsn) as session:
            rows = session.execute("SELECT wrapped FROM keys.data_keys WHERE case_id = %s", (case,)).fetchall()
            blind = session.execute(
                "SELECT blind_bsn FROM keys.subject_index JOIN keys.data_keys USING (subject_id) WHERE case_id = %s",
                (case,),
            ).fetchall()
    before = dict(files(folder))
    with open_house(settings) as house:
        with psycopg.connect(house.dsn) as session:
            session.execute("UPDATE keys.subject_index SET asked_at = now() - interval '1 hour'")
        erase(house, persons_of(house, case)[0], [case])
        look(house, case)
        look(house, other)
        stored = dict(tables(house.dsn))
    return Erased(
        folder,
        personal_data([raw]),
        [row[0] for row in rows],
        [row[0] for row in blind],
        before,
        raw,
        case,
        other,
        stored,
    )


def test_no_table_holds_a_value_a_key_or_a_look_up(erased: Erased) -> None:
    """Given every row of every table, no value stands there, and neither do the erased keys and look-ups."""
    assert len(erased.tables) > 20
    for name, content in erased.tables.items():
        assert found_in(content, [*erased.values, *erased.wrapped, *erased.blind]) == [], name


def test_no_file_of_the_instance_holds_a_value_a_key_or_a_look_up(erased: Erased) -> None:
    """Given every file after the house closed, deleted rows included, nothing of the erased is left."""
    seen = 0
    for name, content in files(erased.folder):
        assert found_in(content, [*erased.values, *erased.wrapped, *erased.blind]) == [], name
        seen += len(content)
    assert seen > 10_000_000


def test_the_search_finds_what_was_there_before(erased: Erased) -> None:
    """Given the files from before the erasure, each wrapped key and each look-up is found: the search is not blind."""
    everything = b"".join(erased.before.values())
    assert len(erased.wrapped) == 2
    assert found_in(everything, erased.wrapped) == erased.wrapped
    assert found_in(everything, erased.blind) == erased.blind
    assert len(found_in(erased.raw, erased.values)) > 2
    assert NAME.encode() not in everything, "not even then was a name in clear"


def test_the_sealed_boxes_stay_and_the_other_case_is_untouched(erased: Erased) -> None:
    """Given the same store, the facts of the erased case are all there, and the other case keeps its keys."""
    with open_house(Settings(embedded=erased.folder)) as house:
        assert len(house.store.history(erased.case)) > 2
        with psycopg.connect(house.dsn) as session:
            left = {row[0] for row in session.execute("SELECT case_id FROM keys.data_keys").fetchall()}
        assert left == {erased.other}
        assert house.replay().equal


def test_no_line_of_a_log_and_no_error_holds_a_value(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Given the most talkative level, from referral to erasure, no line holds a value, a key or a number."""
    raw = referral()
    with open_house(Settings(embedded=tmp_path / "house", log_level="DEBUG")) as house:
        case = take(house, raw)
        look(house, case)
        key = house._ring.key_for_sealing(case, persons_of(house, case)[0])[1]
        erase(house, persons_of(house, case)[0], [case])
        look(house, case)
        assert house.pseudonyms.person(POLICE_OIN, NAME).startswith("p-")
    out, err = capfd.readouterr()
    assert "submission taken" in err
    told = (out + err).encode()
    secrets = [key, key.hex().encode(), (tmp_path / "house" / "hoofdsleutel").read_bytes().strip()]
    assert found_in(told, [*personal_data([raw]), *secrets]) == []
