"""The facts of one edition of a report, read from the log and hashed again: a report proves what it counted."""

from collections.abc import Callable, Iterable, Iterator

from events.errors import NotFound
from events.receipt import Numbered
from infra.transparency.checkpoint import opened
from infra.transparency.reader import LogReader
from infra.transparency.tree import Edge, grows, leaf_hash

CHUNK = 10_000
"""Facts after which progress is told."""
Read = Callable[[int, int], Iterable[Numbered]]


class CheckedLog:
    """Fits ``services.reports.make.ReportLog``.

    In the order of the log memory does not grow. Facts that come early, as when partitions are read one after another,
    are remembered by their hash (32 bytes and a place in a table) until those before them came.

    Args:
        size: facts of the edition; those of the newest signed checkpoint when None.
        told: called once for every ``CHUNK`` facts.
    Raises: NotFound when the log is not that large, or nothing was signed yet; Unavailable; Unproven.
    """

    def __init__(
        self, read: Read, reader: LogReader, size: int | None = None, told: Callable[[], None] = lambda: None
    ) -> None:
        newest, note = reader.checkpoint()
        signed, _ = opened(str(note).encode(), [reader.key()])
        if signed.size != newest or not 0 <= (newest if size is None else size) <= newest:
            raise NotFound(
                f"Het ondertekende logboek heeft {newest} feiten. Kies een plaats van 0 tot en met {newest}."
            )
        self.size = newest if size is None else size
        self._root = signed.root if self.size == newest else reader.root(self.size)
        self._signed = self.size in (0, newest) or grows(
            self.size, newest, self._root, signed.root, reader.consistency(self.size, newest)
        )
        self._read, self._told, self._complete = read, told, False

    @property
    def root_hash(self) -> str:
        """The root of the tree of that size, SHA-256 in hex."""
        return self._root.hex()

    @property
    def complete(self) -> bool:
        """Whether what was last read to the end is every fact, and gives the root that was signed."""
        return self._complete

    def read(self) -> Iterator[Numbered]:
        """Yield every fact of the edition. Raises: Unavailable."""
        self._complete = False
        edge, early, twice, taken = Edge(), dict[int, bytes](), False, 0
        for one in self._read(0, self.size):
            if one.index >= self.size:
                continue
            leaf = leaf_hash(one.value)
            if one.index == edge.size:
                edge.append(leaf)
                while early and (following := early.pop(edge.size, None)) is not None:
                    edge.append(following)
            else:
                twice = twice or one.index < edge.size or one.index in early
                early[one.index] = leaf
            yield one
            taken += 1
            if taken % CHUNK == 0:
                self._told()
        self._told()
        self._complete = not twice and edge.size == self.size and edge.root() == self._root and self._signed
