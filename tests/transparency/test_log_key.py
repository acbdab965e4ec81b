"""The key of the log: brought along, or made once; and the commands that show what it signed."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from events.errors import BadSetting
from infra.settings import Settings, load
from infra.transparency.checkpoint import opened
from infra.transparency.note import NoteKey
from infra.transparency.proof import Proof
from infra.transparency.signing import load_key, make_key
from infra.transparency.tree import leaf_hash
from services.bootstrap import open_house
from services.bootstrap.log_key import LOG_KEY
from tests.relaying import fill, stored
from tests.system.zvh import zvh

SEED = "11" * 32


def test_an_embedded_instance_makes_its_key_once_and_shows_what_it_signs(tmp_path: Path) -> None:
    """Key, checkpoint and proof on the command line, each verified with the key alone."""
    folder = tmp_path / "instance"
    environment = {"ZVH_EMBEDDED": str(folder)}
    with open_house(Settings(embedded=folder)) as house:
        fill(house.dsn, 10)
        house.settle()
        facts = stored(house.dsn)
    kept = (folder / LOG_KEY).read_text()
    assert (folder / LOG_KEY).stat().st_mode & 0o077 == 0
    key = NoteKey.parse(zvh("log", "key", environment=environment).out.strip())
    checkpoint, _ = opened(zvh("log", "checkpoint", environment=environment).out.encode(), [key])
    assert checkpoint.size == 10
    fact = str(UUID(json.loads(facts[3].value)["id"]))
    ran = zvh("log", "prove", fact, "-o", str(tmp_path / "proof"), "--json", environment=environment)
    assert (ran.json["index"], ran.json["witnessed"]) == (3, False)
    proof = Proof.parse((tmp_path / "proof").read_bytes())
    assert proof.verify(leaf_hash(facts[3].value), [key]) == checkpoint
    unknown = zvh("log", "prove", str(UUID(int=1)), environment=environment)
    assert (unknown.code, unknown.out) == (1, "")
    assert (folder / LOG_KEY).read_text() == kept


def test_a_lost_key_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    """Given an instance whose log exists, when its key file is gone, then no other log is started."""
    settings = Settings(embedded=tmp_path / "instance")
    with open_house(settings) as house:
        house.settle()
    (tmp_path / "instance" / LOG_KEY).unlink()
    with open_house(settings) as house:
        fill(house.dsn, 1)
        with pytest.raises(BadSetting, match="bestaat al, maar zijn sleutel"):
            house.settle()
    assert not (tmp_path / "instance" / LOG_KEY).exists()


def test_elsewhere_the_key_must_be_brought_along_and_only_by_whoever_numbers(database: str) -> None:
    """A process that does not number needs no key of the log; the relay says what is missing."""
    fill(database, 1)
    with open_house(Settings(database=database, key=SecretStr(SEED))) as house:
        assert house.relay.lag().unnumbered == 1
        with pytest.raises(BadSetting, match="ZVH_LOG_KEY_FILE ontbreekt"):
            house.settle()


def test_the_origin_is_a_setting_with_the_number_of_the_house_as_default(database: str) -> None:
    """Given no name, then the log is named after the house; a name with a space or a plus is no name."""
    settings = Settings(database=database, key=SecretStr(SEED), log_key=SecretStr(SEED))
    with open_house(settings) as house:
        house.settle()
        assert house.transparency.key().name == f"oin/{settings.house_oin}/log"
    for name in ("a b", "a+b", ""):
        with pytest.raises(BadSetting, match="ZVH_LOG_ORIGIN"):
            load(log_origin=name)
    with pytest.raises(BadSetting, match="kies één: ZVH_LOG_KEY of"):
        load(log_key=SEED, log_key_file=Path("x"))


def test_a_key_file_is_private_whole_and_never_overwritten(tmp_path: Path) -> None:
    """Rights, length and form are checked; the message names the setting and never the key."""
    path = tmp_path / "key"
    make_key(path)
    first = load_key("ZVH_LOG_KEY", None, path)
    with pytest.raises(FileExistsError):
        make_key(path)
    assert load_key("ZVH_LOG_KEY", None, path).private_bytes_raw() == first.private_bytes_raw()
    path.chmod(0o640)
    with pytest.raises(BadSetting, match="leesbaar"):
        load_key("ZVH_LOG_KEY", None, path)
    with pytest.raises(BadSetting, match="kan niet worden gelezen"):
        load_key("ZVH_LOG_KEY", None, tmp_path / "none")
    for wrong in ("", "zz" * 32, "11" * 31, "11" * 33):
        with pytest.raises(BadSetting, match="64 hexadecimale") as caught:
            load_key("ZVH_LOG_KEY", wrong, None)
        assert not wrong or wrong not in str(caught.value)
