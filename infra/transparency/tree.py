"""The Merkle tree of RFC 6962: hashes, growth, proofs and their verification. Pure; SHA-256 throughout.

A *node* is named by its level (0 for leaves) and its place on that level; it stands for 2**level leaves, all present.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

Node = tuple[int, int]
"""Level and place of one complete subtree."""

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962, 2.1)."""
_sha256 = hashlib.sha256


def leaf_hash(value: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256(0x00 || value)."""
    return _sha256(b"\x00" + value).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right)."""
    return _sha256(b"\x01" + left + right).digest()


class Edge:
    """What must be remembered of a tree to let it grow: its size and the roots of its complete subtrees.

    One subtree per bit of the size, the largest first; memory is O(log size).
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise ValueError("A tree has one peak for each bit of its size.")

    def append(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        full, peaks = self.size, self.peaks
        while full & 1:
            leaf = _sha256(b"\x01" + peaks.pop() + leaf).digest()
            full >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return bag(self.peaks) if self.peaks else EMPTY_ROOT

    def copy(self) -> "Edge":
        """Return an edge that grows apart from this one."""
        return Edge(self.size, self.peaks)


def bag(peaks: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring complete subtrees that become smaller from left to right; at least one."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peak_nodes(first: int, end: int) -> tuple[Node, ...]:
    """Return the complete subtrees over leaves *first* to *end* of a tree of size *end*, from left to right.

    *first* must be the start of a subtree at least as large as the range, as 0 always is.
    """
    found = []
    for level in range((end - first).bit_length() - 1, -1, -1):
        if (end - first) >> level & 1:
            found.append((level, first >> level))
            first += 1 << level
    return tuple(found)


def inclusion_steps(index: int, size: int) -> list[tuple[Node, ...]]:
    """Return of which nodes each hash of the inclusion proof is made, from the leaf's sibling upward (2.1.1).

    A step of several nodes is the incomplete right edge: ``bag`` their hashes. Raises: ValueError.
    """
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of size {size}.")
    return _steps(0, index, size)


def consistency_steps(old: int, new: int) -> list[tuple[Node, ...]]:
    """Return of which nodes each hash of the consistency proof is made (2.1.2); none from the empty or the same tree.

    Raises: ValueError.
    """
    if not 0 <= old <= new:
        raise ValueError(f"A tree of size {new} has no earlier size {old}.")
    if old in (0, new):
        return []
    level = (old & -old).bit_length() - 1
    place = (old >> level) - 1
    # When the old tree is one complete subtree, the verifier has its root already.
    return ([((level, place),)] if place else []) + _steps(level, place, new)


def _steps(level: int, place: int, size: int) -> list[tuple[Node, ...]]:
    steps: list[tuple[Node, ...]] = []
    last = (size - 1) >> level
    while last:
        sibling = place ^ 1
        if sibling < last or (sibling == last and size >= (last + 1) << level):
            steps.append(((level, sibling),))
        elif sibling == last:
            steps.append(peak_nodes(last << level, size))
        place, last, level = place >> 1, last >> 1, level + 1
    return steps


def proof(steps: Iterable[tuple[Node, ...]], hash_of: Callable[[Node], bytes]) -> list[bytes]:
    """Return the hashes of a proof from its steps."""
    return [hash_of(step[0]) if len(step) == 1 else bag([hash_of(node) for node in step]) for step in steps]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether *path* proves that *leaf* (its hash) is leaf *index* of the tree with this size and root.

    The length of the path is fixed by index and size: an empty one proves a tree of one leaf only.
    """
    if not 0 <= index < size or len(leaf) != HASH_BYTES:
        return False
    below = (index ^ (size - 1)).bit_length()  # levels where the path may go either way; above, only to the left
    if len(path) != below + (index >> below).bit_count():
        return False
    found, sha256 = leaf, _sha256
    for sibling in path[:below]:
        found = sha256(b"\x01" + sibling + found if index & 1 else b"\x01" + found + sibling).digest()
        index >>= 1
    for sibling in path[below:]:
        found = sha256(b"\x01" + sibling + found).digest()
    return found == root


def grows(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether *path* proves that the tree of size *new* begins with the tree of size *old* (RFC 9162, 2.1.4.2).

    From the empty tree every tree grows: that proves nothing, and is never said to be proven.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    level = (old & -old).bit_length() - 1
    place, last = (old >> level) - 1, (new - 1) >> level
    hashes = iter(path)
    start = old_root if place == 0 else next(hashes, None)
    if start is None:
        return False
    found_old = found_new = start
    while last:
        if place & 1 or place == last:
            # The last node of a level without a sibling goes up unchanged.
            while not place & 1:
                place, last = place >> 1, last >> 1
            sibling = next(hashes, None)
            if sibling is None:
                return False
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
        else:
            sibling = next(hashes, None)
            if sibling is None:
                return False
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    return next(hashes, None) is None and found_old == old_root and found_new == new_root


class Levels:
    """A whole tree in memory: each level's complete nodes as one row of bytes. 64 bytes per leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        level = 0
        while True:
            row = self._levels[level]
            row += leaf
            if len(row) % (2 * HASH_BYTES):
                return
            leaf = node_hash(bytes(row[-2 * HASH_BYTES : -HASH_BYTES]), bytes(row[-HASH_BYTES:]))
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())

    def __call__(self, node: Node) -> bytes:
        """Return the hash of a complete subtree."""
        level, place = node
        return bytes(self._levels[level][place * HASH_BYTES : (place + 1) * HASH_BYTES])

    def root(self, size: int) -> bytes:
        """Return the root that the tree had at an earlier *size*."""
        return bag([self(node) for node in peak_nodes(0, size)]) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that leaf *index* is in the tree of *size*. Raises: ValueError."""
        return proof(inclusion_steps(index, size), self)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of size *new* begins with that of size *old*. Raises: ValueError."""
        return proof(consistency_steps(old, new), self)


def complete_nodes(hashes: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield the levels of complete nodes above a row of hashes, that row first."""
    row = list(hashes)
    while row:
        yield row
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row) - 1, 2)]
