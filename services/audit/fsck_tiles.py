"""The tiles made again, level by level, and compared with those that are kept; and the tree as they have it."""

from collections.abc import Iterator
from typing import Protocol

from events.stored import StoredTile
from services.audit.findings import Findings, tile
from services.audit.fsck_tree import HASH, WIDTH, Growing, rows, widths


class TileRows(Protocol):
    """The tiles as they stand. All raise Unavailable."""

    def tile(self, level: int, number: int) -> StoredTile | None:
        """Return one tile."""
        ...

    def tile_widths(self) -> Iterator[tuple[int, int, int]]:
        """Yield level, number and how many bytes of hashes, of every tile, in that order."""
        ...


class TileCheck:
    """Makes the tiles again, level by level, and compares each when it is full.

    A hash above the leaves may follow from the facts or from the tile below as it stands: which of the two was altered
    is told where they part, and not again at every level above.
    """

    def __init__(self, log: TileRows, findings: Findings, first: int) -> None:
        self._log, self._findings = log, findings
        self._levels: list[tuple[bytearray, bytearray]] = []
        self._done: list[int] = []
        level, size = 0, first
        while size:
            number, within = divmod(size, WIDTH)
            stored = log.tile(level, number) if within else None
            begun = stored.hashes[: within * HASH] if stored else bytes(within * HASH)
            self._levels.append((bytearray(begun), bytearray(begun)))
            self._done.append(number)
            level, size = level + 1, number

    def add(self, own: bytes, told: bytes, level: int = 0) -> None:
        """Take the next hash of a level: as the facts make it, and as the tile below makes it."""
        if level == len(self._levels):
            self._levels.append((bytearray(), bytearray()))
            self._done.append(0)
        by_facts, by_tiles = self._levels[level]
        by_facts += own
        by_tiles += told
        if len(by_facts) < WIDTH * HASH:
            return
        stored = self._log.tile(level, self._done[level])
        above = self._compare(level, self._done[level], stored, bytes(by_facts), bytes(by_tiles), full=True)
        up = rows(bytes(by_facts))[-1][0]
        self._done[level] += 1
        by_facts.clear()
        by_tiles.clear()
        self.add(up, above or up, level + 1)

    def end(self, size: int) -> None:
        """Compare the tiles that are not full, and look for tiles that a log of this size does not have."""
        for level, (by_facts, by_tiles) in enumerate(self._levels):
            if by_facts:
                number = self._done[level]
                stored = self._log.tile(level, number)
                self._compare(level, number, stored, bytes(by_facts), bytes(by_tiles), full=False)
        expected = widths(size)
        for level, number, width in self._log.tile_widths():
            full, rest = expected[level] if level < len(expected) else (0, 0)
            most = WIDTH if number < full else rest if number == full else 0
            if width > most * HASH:
                self._findings.add("tile_extra", tile(level, number))

    def _compare(
        self, level: int, number: int, stored: StoredTile | None, by_facts: bytes, by_tiles: bytes, *, full: bool
    ) -> bytes | None:
        """Compare one tile; returns the node over it as it stands, when it is full."""
        if stored is None or len(stored.hashes) < len(by_facts):
            self._findings.add("tile_missing", tile(level, number))
            return None
        hashes = stored.hashes[: len(by_facts)]
        # The leaves themselves were compared one by one.
        if level:
            for at in range(0, len(hashes), HASH):
                if hashes[at : at + HASH] not in (by_facts[at : at + HASH], by_tiles[at : at + HASH]):
                    self._findings.add("tile_altered", tile(level, number), f"Plaats {at // HASH}.")
        if not full:
            return None
        made = rows(hashes)
        if (stored.above or b"") != b"".join(one for row in made[1:-1] for one in row):
            self._findings.add("tile_altered", tile(level, number), "De knopen erboven.")
        return made[-1][0]


def standing(log: TileRows, size: int) -> Growing:
    """Return the tree of *size* leaves as the tiles have it."""
    subtrees, first = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            subtrees.append(_node_at(log, level, first >> level))
            first += 1 << level
    return Growing(size, subtrees)


def _node_at(log: TileRows, level: int, place: int) -> bytes:
    """Return the root of 2**level leaves out of the tile where its hashes stand."""
    height = level % 8
    first = place << height
    stored = log.tile(level // 8, first // WIDTH)
    hashes = stored.hashes if stored else b""
    within = first % WIDTH * HASH
    return rows(hashes[within : within + (HASH << height)].ljust(HASH << height, b"\0"))[-1][0]
