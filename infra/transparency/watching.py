"""Watching a log from outside: fetch its checkpoint, prove its growth from its tiles alone, cosign it or shout."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.errors import Unavailable, Unproven
from infra.transparency.checkpoint import Checkpoint, opened
from infra.transparency.note import Note, NoteKey
from infra.transparency.tiles import HEIGHT, WIDTH, Tile, Where, node_in, path_of, where
from infra.transparency.tree import EMPTY_ROOT, HASH_BYTES, Node, bag, consistency_steps, grows, peak_nodes, proof
from infra.transparency.witness import Fork, Witness, write_request

Ask = Callable[[str, bytes | None], tuple[int, bytes]]


class Forked(Unproven):
    """A log signed two checkpoints of which it cannot show that one grows from the other."""

    def __init__(self, fork: Fork) -> None:
        self.fork = fork
        super().__init__(
            "AFSPLITSING: dit logboek ondertekende twee controlepunten die niet bij elkaar passen. Bewaar beide en "
            f"waarschuw de andere getuigen.\n\n{fork}"
        )


class _Missing(Unavailable):
    """The log answers, but does not have what it should have."""


@dataclass(frozen=True)
class Watched:
    """What one look at a log brought."""

    old: int
    """Size that was remembered."""
    checkpoint: Checkpoint
    cosignature: str
    """The line that goes under the checkpoint."""
    note: Note


class RemoteLog:
    """A log behind an address, believed in nothing but its signature."""

    def __init__(self, url: str, ask: Ask) -> None:
        self._url, self._ask = url.rstrip("/"), ask

    def checkpoint(self, keys: Sequence[NoteKey]) -> tuple[Checkpoint, Note]:
        """Return the newest checkpoint. Raises: Unavailable; Unproven when none of *keys* signed it."""
        return opened(self._get("checkpoint"), keys)

    def growth(self, old: int, new: int) -> tuple[bytes, list[bytes]]:
        """Return the root that the tiles give the tree of size *old*, and the proof from there to *new*.

        Raises: Unavailable.
        """
        steps, peaks = consistency_steps(old, new), peak_nodes(0, old)
        tiles: dict[Where, Tile] = {}

        def hash_of(node: Node) -> bytes:
            place, _, _ = where(node)
            if place not in tiles:
                tiles[place] = self._tile(place, new)
            return node_in(tiles, node)

        return bag([hash_of(node) for node in peaks]), proof(steps, hash_of)

    def hand_over(self, note: Note) -> None:
        """Give the log a note with our cosignature. Raises: Unavailable when it does not take it."""
        status, _ = self._ask(f"{self._url}/cosignatures", str(note).encode())
        if status != 204:
            raise Unavailable(
                f"Het logboek nam de medeondertekening niet aan (HTTP {status}). Staat deze getuige er bekend?"
            )

    def _tile(self, place: Where, size: int) -> Tile:
        """Return a tile as wide as the tree of *size* has it."""
        level, number = place
        width = min((size >> HEIGHT * level) - (number << HEIGHT), WIDTH)
        content = self._get(f"tile/{path_of(level, number, width)}")
        if len(content) != width * HASH_BYTES:
            raise _Missing("Het logboek geeft een tegel van een andere breedte dan het hoort te hebben.")
        return Tile(content)

    def _get(self, path: str) -> bytes:
        status, content = self._ask(f"{self._url}/{path}", None)
        if status != 200:
            kind = _Missing if status == 404 else Unavailable
            raise kind(f"Het logboek geeft {path} niet (HTTP {status}).")
        return content


def watch(log: RemoteLog, witness: Witness) -> Watched:
    """Look once: cosign the newest checkpoint when it grows from the remembered one.

    Raises: Forked when it does not; Unproven when the log shows an older state, which hides facts but proves no
        fork; Unavailable; Corrupt.
    """
    checkpoint, note = log.checkpoint(witness.logs)
    last = witness.memory.last(checkpoint.origin)
    known = Checkpoint.parse(last.text) if last else Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
    try:
        path = [] if last is None else _growth(log, Fork(last, note), known, checkpoint)
    except Forked as error:
        with witness.memory.alone_with(checkpoint.origin):
            witness.memory.keep_fork(checkpoint.origin, error.fork)
        raise
    answer = witness.add_checkpoint(write_request(known.size, path, note))
    if answer.status != 200:
        raise Unproven(f"De getuige ondertekent niet ({answer.status}): {answer.body.strip()}")
    kept = witness.memory.last(checkpoint.origin)
    if kept is None or kept.text != note.text:
        raise Unavailable("Een ander proces van deze getuige was eerder. Kijk opnieuw.")
    return Watched(known.size, checkpoint, answer.body.strip(), kept)


def _growth(log: RemoteLog, both: Fork, known: Checkpoint, shown: Checkpoint) -> list[bytes]:
    """Return the proof that *shown* grows from *known*. Raises: Forked; Unproven when it is an older state."""
    small, large = sorted((known, shown), key=lambda one: one.size)
    if small.size == large.size:
        root, path = large.root, list[bytes]()
    elif small.size == 0:
        root, path = EMPTY_ROOT, []
    else:
        try:
            root, path = log.growth(small.size, large.size)
        except _Missing:
            if shown.size < known.size:  # it has lost what it showed before, so nothing can join the two any more
                raise Forked(both) from None
            raise
    proven = small.size in (0, large.size) or grows(small.size, large.size, small.root, large.root, path)
    if root != small.root or not proven:
        raise Forked(both)
    if shown.size < known.size:
        raise Unproven(
            f"Het logboek toont {shown.size} feiten, en toonde er eerder {known.size}. Er is niets ondertekend. Vraag "
            "de beheerder waarom; blijft het zo, dan zijn er feiten verdwenen."
        )
    return path
