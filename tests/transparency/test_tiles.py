"""Tiles: paths as others write them, growth in any batches, and proofs out of tiles alone."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.transparency import tree
from infra.transparency.tiles import (
    WIDTH,
    RightEdge,
    Tile,
    Where,
    edge_tiles,
    node_in,
    path_of,
    read_path,
)
from infra.transparency.tree import Levels, leaf_hash

GO: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "go-sumdb.json").read_text())
LARGEST = 70_000
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(LARGEST)]


def grown(size: int, batch: int) -> tuple[RightEdge, dict[Where, Tile]]:
    """Return the edge and all tiles of a tree that grew by *batch* leaves at a time."""
    edge, tiles = RightEdge(), dict[Where, Tile]()
    for first in range(0, size, batch):
        edge, written = edge.extend(LEAVES[first : min(first + batch, size)])
        tiles |= written
    return edge, tiles


@pytest.mark.parametrize("row", GO["tiles"], ids=lambda row: f"{row['path']} of {row.get('size')}")
def test_a_tile_has_go_s_path_and_go_s_bytes(row: dict[str, Any]) -> None:
    """Full and partial, on every level."""
    level, number, width = row["level"], row["number"], row["width"]
    assert path_of(level, number, width) == row["path"]
    assert read_path(row["path"]) == (level, number, width)
    if "sha256" in row:
        _, tiles = grown(row["size"], 2000)
        hashes = tiles[level, number].hashes
        assert len(hashes) == width * 32
        assert hashlib.sha256(hashes).hexdigest() == row["sha256"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/1",
        "0/0001",
        "0/x000/001",
        "0/x001/x000",
        "0/001/000",
        "00/000",
        "64/000",
        "-1/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000/",
        "0/٣٣٣",
        "0/../000",
        "entries/000",
    ],
)
def test_a_path_in_another_form_names_no_tile(path: str) -> None:
    """One tile has one path."""
    assert read_path(path) is None


@given(st.integers(0, 63), st.integers(0, 2**55), st.integers(1, WIDTH))
def test_a_path_is_read_as_it_was_written(level: int, number: int, width: int) -> None:
    """For every tile there can be."""
    assert read_path(path_of(level, number, width)) == (level, number, width)


@pytest.mark.parametrize("row", GO["roots"], ids=lambda row: str(row["size"]))
@pytest.mark.parametrize("batch", [1999, 65_536])
def test_the_edge_has_go_s_root_whatever_the_batches(row: dict[str, Any], batch: int) -> None:
    """Up to three levels of tiles, full to the edge, just before and just after."""
    edge, _ = grown(row["size"], batch)
    assert edge.size == row["size"]
    assert edge.root() == base64.b64decode(row["root"])
    held = {(level, edge.size >> 8 * (level + 1)): len(one) // 32 for level, one in enumerate(edge.rows) if one}
    assert held == edge_tiles(edge.size)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8))
def test_the_edge_grows_like_the_tree_in_memory(batches: list[int]) -> None:
    """Given batches of any size, then each root is that of the whole tree, and a full tile never comes back."""
    edge, levels, full = RightEdge(), Levels(), set[Where]()
    for batch in batches:
        leaves = LEAVES[edge.size : edge.size + batch]
        edge, written = edge.extend(leaves)
        for leaf in leaves:
            levels.append(leaf)
        assert edge.root() == levels.root(levels.size)
        assert not full & written.keys()
        full |= {place for place, tile in written.items() if tile.above is not None}


def test_every_node_of_a_tree_is_found_in_its_tile() -> None:
    """Partial tiles hash what they do not hold; a node that is not complete is not there."""
    size = 66_000
    _, tiles = grown(size, 2000)
    levels = Levels(LEAVES[:size])
    for level in range(size.bit_length()):
        last = (size >> level) - 1
        for place in {0, 1, last // 2, last - 1, last} - {-1}:
            if place <= last:
                assert node_in(tiles, (level, place)) == levels((level, place))
        with pytest.raises(KeyError):
            node_in(tiles, (level, last + 1))


@given(st.integers(1, LARGEST), st.data())
def test_proofs_come_out_of_tiles_that_have_grown_on(size: int, data: st.DataObject) -> None:
    """Tiles of a later tree still prove the earlier ones."""
    tiles, levels = everything()
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = tree.proof(tree.inclusion_steps(index, size), lambda node: node_in(tiles, node))
    assert tree.includes(LEAVES[index], index, size, path, levels.root(size))
    path = tree.proof(tree.consistency_steps(old, size), lambda node: node_in(tiles, node))
    assert tree.grows(old, size, levels.root(old), levels.root(size), path)


_KEPT: list[tuple[dict[Where, Tile], Levels]] = []


def everything() -> tuple[dict[Where, Tile], Levels]:
    """Return the tiles and the levels of the largest tree, made once."""
    if not _KEPT:
        _KEPT.append((grown(LARGEST, 5000)[1], Levels(LEAVES)))
    return _KEPT[0]
