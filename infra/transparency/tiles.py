"""Tiles (C2SP tlog-tiles): the tree cut in squares of 256 hashes, their paths, and growth from the right edge. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from infra.transparency.tree import EMPTY_ROOT, HASH_BYTES, Node, bag, complete_nodes, peak_nodes

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL_BYTES = WIDTH * HASH_BYTES
TOP_LEVEL = 7
"""Highest level of tiles: 8 levels of 8 hold every tree of less than 2**63 leaves."""
_PATH = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

Where = tuple[int, int]
"""Level and number of a tile."""


@dataclass(frozen=True)
class Tile:
    """Consecutive hashes of one level; of a full tile also the nodes *above* them, row by row, the root left out."""

    hashes: bytes
    above: bytes | None = None

    def node(self, height: int, place: int) -> bytes:
        """Return the node *height* levels above the hashes; it must be complete here. Raises: KeyError."""
        if height == 0:
            return self._cut(self.hashes, place)
        if self.above is not None:
            return self._cut(self.above, WIDTH - (WIDTH >> (height - 1)) + place)
        try:
            return self._rows[height][place]
        except IndexError:
            raise KeyError(place) from None

    @cached_property
    def _rows(self) -> list[list[bytes]]:
        """The complete nodes of a partial tile, hashed once."""
        hashes = self.hashes
        return list(complete_nodes([hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]))

    @staticmethod
    def _cut(row: bytes, place: int) -> bytes:
        found = row[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise KeyError(place)
        return found


def where(node: Node) -> tuple[Where, int, int]:
    """Return in which tile a node stands, how high above its hashes, and at which place of that row."""
    level, place = node
    height = level % HEIGHT
    row = HEIGHT - height
    return (level // HEIGHT, place >> row), height, place & ((1 << row) - 1)


def node_in(tiles: Mapping[Where, Tile], node: Node) -> bytes:
    """Return the hash of a node from the tile where it stands. Raises: KeyError."""
    tile, height, place = where(node)
    return tiles[tile].node(height, place)


def path_of(level: int, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile after ``tile/``, for example ``0/x001/x234/067.p/5``."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    steps = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    written = "/".join([*(f"x{step}" for step in steps[:-1]), steps[-1]])
    return f"{level}/{written}" + (f".p/{width}" if width < WIDTH else "")


def read_path(path: str) -> tuple[int, int, int] | None:
    """Return level, number and width from a path after ``tile/``; None when it is not in the one right form."""
    level, _, rest = path.partition("/")
    found = _PATH.fullmatch(rest)
    if found is None or not re.fullmatch(r"0|[1-9][0-9]?", level, re.ASCII) or int(level) > 63:
        return None
    number = int(found[1].replace("/", "").replace("x", ""))
    width = int(found[2]) if found[2] else WIDTH
    if path_of(int(level), number, width) != path:
        return None
    return int(level), number, width


def edge_tiles(size: int) -> dict[Where, int]:
    """Return the partial tiles of a tree with their widths."""
    found: dict[Where, int] = {}
    for level in range(TOP_LEVEL + 1):
        width = (size >> HEIGHT * level) % WIDTH
        if width:
            found[level, size >> HEIGHT * (level + 1)] = width
    return found


@dataclass(frozen=True)
class RightEdge:
    """All that is needed of a tree to let it grow: its size, and the hashes of its partial tiles, level by level."""

    size: int = 0
    rows: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root of the tree."""
        tiles = {(level, self.size >> HEIGHT * (level + 1)): Tile(row) for level, row in enumerate(self.rows) if row}
        peaks = [node_in(tiles, node) for node in peak_nodes(0, self.size)]
        return bag(peaks) if peaks else EMPTY_ROOT

    def extend(self, leaves: Sequence[bytes]) -> tuple["RightEdge", dict[Where, Tile]]:
        """Return the edge after more leaf hashes, and every tile that became or grew."""
        written: dict[Where, Tile] = {}
        rows: list[bytes] = []
        fresh, level, size = b"".join(leaves), 0, self.size + len(leaves)
        while fresh or level < len(self.rows):
            old = self.rows[level] if level < len(self.rows) else b""
            row, number = old + fresh, self.size >> HEIGHT * (level + 1)
            roots = bytearray()
            while len(row) >= FULL_BYTES:
                tile, root = _full(row[:FULL_BYTES])
                written[level, number] = tile
                roots += root
                row, number = row[FULL_BYTES:], number + 1
            if row and row != old:
                written[level, number] = Tile(row)
            rows.append(row)
            fresh, level = bytes(roots), level + 1
        return RightEdge(size, tuple(rows)), written


def _full(hashes: bytes) -> tuple[Tile, bytes]:
    row = [hashes[place : place + HASH_BYTES] for place in range(0, FULL_BYTES, HASH_BYTES)]
    levels = list(complete_nodes(row))
    above = b"".join(node for nodes in levels[1:-1] for node in nodes)
    return Tile(hashes, above), levels[-1][0]
