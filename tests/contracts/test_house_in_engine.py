"""A whole house whose key-encryption key lives in an engine: its first start, its work, its move, and a wrong token."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr

from events.errors import BadSetting
from infra.settings import Settings
from services.bootstrap import House, open_house
from services.intake import Delivery
from tests.erasing import erase, keys_in, persons_of
from tests.openbao import openbao, program
from tests.partner_events import offered
from tests.transit_stand_in import stand_in


@dataclass(frozen=True)
class Engine:
    """Where an engine is, and the token for it."""

    address: str
    token: str


@pytest.fixture(scope="module", params=["stand-in", "OpenBao"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A stand-in, and a real OpenBao where its program is installed."""
    if request.param == "stand-in":
        with stand_in() as standing:
            yield Engine(standing.address, standing.token)
        return
    command = program()
    if command is None:
        pytest.skip("OpenBao is not installed here (scripts/prepare-tests installs it); its stand-in was tested")
    with openbao(command) as server:
        yield Engine(server.address, server.token)


def settings_for(engine: Engine, dsn: str, folder: Path, **more: object) -> Settings:
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(engine.token)
    known = {"database": dsn, "erasure_ledger": folder / "ledger", "log_key": SecretStr(secrets.token_hex(32))}
    return Settings(**{**known, "transit_url": engine.address, "transit_token_file": token, **more})  # type: ignore[arg-type]


def take(house: House) -> UUID:
    outcome = house.intake.take(Delivery(f"test:{uuid4()}", "POLICE", json.dumps(offered(f"e-{uuid4()}")).encode()))
    assert outcome.outcome == "received"
    with psycopg.connect(house.dsn) as session:
        row = session.execute("SELECT case_id FROM keys.data_keys ORDER BY case_id").fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def test_a_new_house_needs_no_key_of_its_own(
    engine: Engine, database: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Given an engine alone, a case comes in and goes; no key and no token stands in the database or in a log line."""
    with open_house(settings_for(engine, database, tmp_path, log_level="DEBUG")) as house:
        case = take(house)
        key_id, key = house._ring.key_for_sealing(case, persons_of(house, case)[0])
        assert house._ring.key_for_opening(key_id) == key
        assert [(one.kek_id, one.here) for one in house.rotation.standing()] == [("transit:transit/zvh", True)]
        erase(house, persons_of(house, case)[0], [case])
        assert house._ring.key_for_opening(key_id) is None
        assert keys_in(house.dsn) == set()
        assert engine.token not in f"{house} {house.settings} {vars(house)}"
    out, err = capfd.readouterr()
    assert "submission taken" in err
    assert engine.token not in out + err


def test_a_wrong_token_stops_the_start_and_names_the_setting(engine: Engine, database: str, tmp_path: Path) -> None:
    """Given a token that the engine does not take, the house does not open, and the token is not repeated."""
    wrong = Engine(engine.address, "s3cret-and-wrong")
    with (
        pytest.raises(BadSetting, match="ZVH_TRANSIT_TOKEN_FILE") as refused,
        open_house(settings_for(wrong, database, tmp_path)),
    ):
        pass
    assert "s3cret" not in str(refused.value)


def test_a_house_with_a_key_moves_into_the_engine(engine: Engine, database: str, tmp_path: Path) -> None:
    """Given a house that worked with a key, both are given, it moves, and afterwards the engine alone is enough."""
    key = SecretStr(secrets.token_hex(32))
    alone = Settings(database=database, key=key, erasure_ledger=tmp_path / "ledger")
    with open_house(alone) as house:
        case = take(house)
        name = house.pseudonyms.person("1", "a")
    with open_house(settings_for(engine, database, tmp_path, key=key)) as house:
        assert house.rotation.run(house.kek_id("transit")).renewed == 2
    with open_house(settings_for(engine, database, tmp_path)) as house:
        assert house.pseudonyms.person("1", "a") == name
        assert len(keys_in(house.dsn, case)) == 2
        assert all(house._ring.key_for_sealing(case, one)[1] for one in persons_of(house, case))
    with pytest.raises(BadSetting, match="transit:transit/zvh"), open_house(alone):
        pass


def test_a_house_of_an_older_version_needs_its_key_once_more(engine: Engine, database: str, tmp_path: Path) -> None:
    """Given a house whose secrets came out of its key and were not kept yet, the engine alone cannot make them."""
    with psycopg.connect(database) as session:
        session.execute("UPDATE keys.founding SET secrets = 'INHERITED'")
    with pytest.raises(BadSetting, match="zvh keys rotate"), open_house(settings_for(engine, database, tmp_path)):
        pass
