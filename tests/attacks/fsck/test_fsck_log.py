"""Attacks on the tiles and checkpoints of the log, also by somebody who has its key. Each is named."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from events.errors import BadSetting
from infra.transparency.checkpoint import Checkpoint
from infra.transparency.cosignature import Cosigner
from infra.transparency.note import Note
from infra.transparency.tiles import RightEdge
from infra.transparency.tree import Levels, leaf_hash
from services.audit.fsck import nothing_shown
from services.audit.fsck_tree import Growing, leaf
from services.bootstrap.auditing import check
from tests.attacks.fsck.house import LONG, ask, checked, kinds, places, settings_of
from tests.relaying import fill, stored
from tests.transparency.keeping import NOON, ORIGIN, number, signed_sizes, signer, tampered

WITNESS = Cosigner("getuige.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))


def note_of(dsn: str, size: int) -> str:
    """Return a checkpoint as it is kept."""
    return str(ask(dsn, "SELECT note FROM log.checkpoints WHERE size = %s", size)[0][0])


def resigned(dsn: str, size: int, root: bytes, seed: int = 1) -> None:
    """Put another checkpoint in the place of one, signed with the key of this seed; 1 is the log's own."""
    point = Checkpoint(ORIGIN, size, root)
    note = Note(point.text, (signer(seed).sign(point.text),))
    text = str(note).replace("'", "''")
    tampered(dsn, f"UPDATE log.checkpoints SET root = '\\x{root.hex()}'::bytea, note = '{text}' WHERE size = {size}")


@pytest.mark.parametrize(("level", "number"), [(0, 0), (0, 1), (0, 2), (1, 0)])
def test_an_altered_tile_is_named(long: str, level: int, number: int) -> None:
    """A full tile, a partial one, a tile of tiles: the facts and the checkpoints speak against it, and it alone."""
    tampered(
        long,
        "UPDATE log.tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) "
        f"WHERE level = {level} AND number = {number}",
    )
    found = checked(long)
    assert set(places(found, "tile_altered")) == {f"tegel {level}/{number}"}
    assert kinds(found).keys() == {"tile_altered"}


def test_altered_nodes_above_a_tile_are_named(long: str) -> None:
    """The nodes that are kept beside the hashes, for quick proofs, are made again as well."""
    tampered(long, "UPDATE log.tiles SET above = set_byte(above, 100, get_byte(above, 100) # 1) WHERE number = 1")
    found = checked(long)
    assert places(found, "tile_altered") == ["tegel 0/1"]


@pytest.mark.parametrize(("level", "number"), [(0, 0), (0, 2), (1, 0)])
def test_a_deleted_tile_is_named(long: str, level: int, number: int) -> None:
    """The facts alone still make the root that was signed."""
    tampered(long, f"DELETE FROM log.tiles WHERE level = {level} AND number = {number}")
    found = checked(long)
    assert places(found, "tile_missing") == [f"tegel {level}/{number}"]
    assert kinds(found).keys() == {"tile_missing"}


def test_a_tile_that_is_cut_short_or_too_long_is_named(long: str) -> None:
    """And a tile that no log of this size has."""
    tampered(
        long,
        "UPDATE log.tiles SET hashes = substring(hashes FROM 1 FOR 3200) WHERE level = 0 AND number = 2;"
        "UPDATE log.tiles SET hashes = hashes || hashes WHERE level = 1;"
        "INSERT INTO log.tiles SELECT 2, 0, substring(hashes FROM 1 FOR 32), NULL FROM log.tiles WHERE level = 1",
    )
    found = checked(long)
    assert places(found, "tile_missing") == ["tegel 0/2"]
    assert places(found, "tile_extra") == ["tegel 1/0", "tegel 2/0"]


@pytest.mark.parametrize("size", [100, 400, LONG])
def test_a_checkpoint_signed_again_with_the_right_key_over_another_root_is_named(long: str, size: int) -> None:
    """The signature holds, and it is not of these facts; the checkpoints beside it are not blamed."""
    resigned(long, size, bytes(32))
    found = checked(long)
    assert places(found, "checkpoint_resigned") == [f"controlepunt {size}"]
    assert kinds(found) == {"checkpoint_resigned": 1}


def test_a_checkpoint_signed_with_another_key_is_named(long: str) -> None:
    """Over the very root that it had."""
    ((root,),) = ask(long, "SELECT root FROM log.checkpoints WHERE size = 300")
    assert isinstance(root, bytes)
    resigned(long, 300, root, seed=2)
    assert kinds(checked(long)) == {"checkpoint_unsigned": 1}


def test_each_byte_of_a_signed_note_counts(long: str) -> None:
    """A changed letter of the text, or of the signature, is named; so is a column that says something else."""
    note = note_of(long, 300)
    for at in (0, len(ORIGIN) + 1, len(note) - 40, len(note) - 8):
        other = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
        tampered(long, f"UPDATE log.checkpoints SET note = '{other}' WHERE size = 300")
        assert kinds(checked(long)).keys() <= {"checkpoint_unsigned", "checkpoint_altered"}, at
        assert kinds(checked(long)), at
    tampered(long, f"UPDATE log.checkpoints SET note = '{note}' WHERE size = 300")
    tampered(long, f"UPDATE log.checkpoints SET root = '\\x{'00' * 32}'::bytea WHERE size = 300")
    assert kinds(checked(long)) == {"checkpoint_altered": 1}


def test_an_old_checkpoint_played_again_as_the_newest_is_named(long: str) -> None:
    """The newest is deleted, so that an older one seems to be the last word."""
    tampered(long, f"DELETE FROM log.checkpoints WHERE size = {LONG}")
    assert places(checked(long), "checkpoint_missing") == [f"controlepunt {LONG}"]


def test_a_rewritten_past_with_its_tiles_and_newest_checkpoint_is_named_by_the_older_checkpoints(long: str) -> None:
    """One fact altered, all tiles made again, the newest root signed with the right key: the older ones still speak."""
    tampered(
        long,
        "UPDATE facts.stored_events SET state = "
        "convert_to(replace(convert_from(state, 'UTF8'), 'police-task', 'polise-task'), 'UTF8') "
        "WHERE notification_id = (SELECT notification_id FROM log.numbered WHERE index = 250)",
    )
    rewrite_tiles(long)
    found = checked(long)
    assert places(found, "checkpoint_resigned")[0] == "controlepunt 300"
    assert f"controlepunt {LONG}" not in places(found, "checkpoint_resigned")


def rewrite_tiles(dsn: str) -> None:
    """Make all tiles again from the facts as they stand, and sign the newest root again."""
    edge, tiles = RightEdge().extend([leaf_hash(row.value) for row in stored(dsn)])
    statements = ["DELETE FROM log.tiles"]
    for (level, place), one in tiles.items():
        above = f"'\\x{one.above.hex()}'::bytea" if one.above is not None else "NULL"
        statements.append(f"INSERT INTO log.tiles VALUES ({level}, {place}, '\\x{one.hashes.hex()}'::bytea, {above})")
    tampered(dsn, ";".join(statements))
    resigned(dsn, LONG, edge.root())


def test_a_second_history_signed_from_the_first_fact_on_is_named_by_what_another_remembers(
    long: str, tmp_path: Path
) -> None:
    """Nothing inside contradicts it, for everything was made again with the right key; a kept checkpoint does."""
    kept = tmp_path / "controlepunt"
    kept.write_text(note_of(long, 400))
    tampered(
        long,
        "UPDATE facts.stored_events SET state = "
        "convert_to(replace(convert_from(state, 'UTF8'), 'police-task', 'polise-task'), 'UTF8') "
        "WHERE notification_id = (SELECT notification_id FROM log.numbered WHERE index = 250);"
        "DELETE FROM log.checkpoints; DELETE FROM log.tiles; DELETE FROM log.identity; "
        "DELETE FROM log.leaves; UPDATE log.numbered_before SET facts = 700",
    )
    number(long)
    assert signed_sizes(long) == [0, LONG]
    assert not kinds(checked(long)).keys() & {"checkpoint_resigned", "fact_altered", "tile_altered"}
    found = checked(long, known=(kept,))
    assert places(found, "checkpoint_known_elsewhere") == ["controlepunt 400"]


def test_an_old_backup_is_named_by_what_another_remembers(long: str, tmp_path: Path) -> None:
    """Everything agrees with everything, as of an hour ago; somebody holds a checkpoint of later."""
    kept = tmp_path / "controlepunt"
    point = Checkpoint(ORIGIN, LONG + 50, bytes(32))
    kept.write_text(str(Note(point.text, (signer().sign(point.text),))))
    assert kinds(checked(long)) == {}
    found = checked(long, known=(kept,))
    assert places(found, "checkpoint_known_elsewhere") == [f"controlepunt {LONG + 50}"]


def test_a_checkpoint_that_another_remembers_and_that_fits_is_fine(long: str, tmp_path: Path) -> None:
    """At every size that was signed; and one of another log is told as such."""
    paths = []
    for size in signed_sizes(long):
        path = tmp_path / str(size)
        path.write_text(note_of(long, size))
        paths.append(path)
    assert kinds(checked(long, known=tuple(paths))) == {}
    point = Checkpoint(ORIGIN, 300, bytes(32))
    paths[0].write_text(str(Note(point.text, (signer(7).sign(point.text),))))
    assert kinds(checked(long, known=(paths[0],))) == {"checkpoint_known_elsewhere": 1}


def test_the_key_that_one_was_given_is_believed_before_that_of_the_database(long: str) -> None:
    """A log that was founded again under another key is not the log that one knows."""
    assert kinds(checked(long, key=str(signer().key))) == {}
    found = checked(long, key=str(signer(2).key))
    assert "log_identity" in kinds(found)
    assert "checkpoint_unsigned" in kinds(found)


def test_a_log_whose_owner_was_wiped_out_is_named(long: str) -> None:
    """So that a new one could be founded over the old one."""
    tampered(long, "DELETE FROM log.identity")
    assert "log_identity" in kinds(checked(long))


def test_a_false_cosignature_of_a_known_witness_is_named(long: str, tmp_path: Path) -> None:
    """One that holds is fine, one over another checkpoint is not, and strangers are passed over."""
    policy = tmp_path / "getuigen"
    policy.write_text(f"witness w1 {WITNESS.key}\nquorum w1\n")
    settings = settings_of(long).model_copy(update={"log_policy_file": policy})

    def put(size: int, text: str, by: Cosigner) -> None:
        line = by.cosign(text, NOON)
        tampered(
            long,
            f"INSERT INTO log.cosignatures VALUES ({size}, '{by.key.name}', '\\x{line.key_id.hex()}'::bytea, "
            f"'{line}', now())",
        )

    put(400, note_of(long, 400).partition("\n\n")[0] + "\n", WITNESS)
    stranger = Cosigner("vreemde.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([8]) * 32))
    put(400, "heel iets anders\n", stranger)
    assert kinds(check(settings, nothing_shown)) == {}
    put(300, note_of(long, 400).partition("\n\n")[0] + "\n", WITNESS)
    found = check(settings, nothing_shown)
    assert places(found, "cosignature_false") == ["controlepunt 300"]


def test_a_house_without_a_log_yet_is_no_difference(database: str) -> None:
    """Before the relay first ran there is nothing to compare."""
    found = checked(database)
    assert (kinds(found), found.facts) == ({}, 0)


def test_the_check_and_the_relay_agree_at_every_size(database: str) -> None:
    """Given a log that grows by one fact, then by many, at each size the other code finds the same root."""
    for facts in (1, 1, 2, 3, 249, 1, 5):
        fill(database, facts, cases=1)
        number(database, limit=1 if facts < 5 else 1000)
        found = checked(database)
        # These facts belong to a case that nobody brought in, which is all that is odd about them.
        assert kinds(found).keys() <= {"row_disputed"}


@given(st.lists(st.binary(max_size=40), max_size=600), st.integers(0, 600))
def test_the_tree_of_the_check_is_the_tree_of_the_log(values: list[bytes], cut: int) -> None:
    """For any facts, at any size: two pieces of code, one text of law (RFC 6962), the same root."""
    other, own = Levels(map(leaf_hash, values)), Growing()
    for at, value in enumerate(values):
        if at == cut:
            assert own.copy().root() == other.root(at)
        own.add(leaf(value))
    assert own.root() == other.root(len(values))


def test_a_key_that_is_no_key_is_refused_by_name(long: str) -> None:
    """Wrong usage, and not a log that does not hold."""
    with pytest.raises(BadSetting, match="sleutel"):
        checked(long, key="oin/x/log+abc")
