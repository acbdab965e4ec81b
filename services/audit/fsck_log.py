"""The signed log against the facts: every leaf, tile and checkpoint is made again from the stored bytes.

Two trees grow side by side, one from the facts and one from the leaves that the tiles hold. Where they part, the next
signed checkpoint says which of the two is the one that was signed, and so what was altered; from there both go on.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from events.stored import StoredCheckpoint
from services.audit.findings import Findings, checkpoint, fact, tile
from services.audit.fsck_tiles import TileCheck, TileRows, standing
from services.audit.fsck_tree import (
    COSIGNATURE,
    ED25519,
    HASH,
    WIDTH,
    Key,
    cosigned_message,
    leaf,
    read_checkpoint,
    read_key,
    read_line,
    read_note,
)

Signed = Callable[[bytes, bytes, bytes], bool]
"""Says whether (public key, signature, message) is an Ed25519 signature (RFC 8032)."""
Point = tuple[int, StoredCheckpoint | None, str | None]
"""A size, and what the log has signed of it, or what somebody else kept of it."""
MOST_APART = 10_000
"""Leaves that differ from their tile, remembered until a checkpoint judges; the others are only counted."""


class LogRows(TileRows, Protocol):
    """The rows of the log. All raise Unavailable."""

    def identity(self) -> tuple[str, str] | None:
        """Return origin and verifier key; None when there is no log."""
        ...

    def checkpoints(self, first: int) -> Iterator[StoredCheckpoint]:
        """Yield the checkpoints of *first* facts and more, in order of size."""
        ...

    def newest_size(self) -> int:
        """Return the size of the largest checkpoint; 0 when there is none."""
        ...


@dataclass(frozen=True)
class Trust:
    """Whom to believe, and what others remember of this log."""

    signed: Signed
    key: str | None = None
    """Verifier key that the log must have; None to take the one in the database."""
    witnesses: Sequence[str] = ()
    """Verifier keys of witnesses."""
    known: Sequence[str] = ()
    """Signed checkpoints of this log that somebody else kept."""


class LogCheck:
    """Takes the leaves one by one, in order, and compares tiles and checkpoints on the way.

    Args:
        first: the leaf to begin with, a multiple of 256; those before it are taken from the tiles as they stand.
    """

    def __init__(self, log: LogRows, trust: Trust, findings: Findings, first: int = 0) -> None:
        self._log, self._trust, self._findings = log, trust, findings
        self._key = self._key_of_log()
        self._tile: tuple[int, bytes] = (-1, b"")
        self.signed_size = log.newest_size()
        """Facts in the largest checkpoint, whether it can be believed or not."""
        self._tiles = TileCheck(log, findings, first)
        start = standing(log, first)
        self._by_facts, self._by_tiles = start, start.copy()
        self._apart: list[tuple[int, bytes]] = []
        self._apart_more = 0
        self.newest = first if first == 0 else -1
        """Size of the newest checkpoint seen so far."""
        stored: Iterator[Point] = ((one.size, one, None) for one in log.checkpoints(first))
        self._points = heapq.merge(stored, self._remembered(), key=lambda point: point[0])
        self._next = next(self._points, None)
        self._reach(first)

    @property
    def exists(self) -> bool:
        """Whether there is a log at all."""
        return self._key is not None

    @property
    def size(self) -> int:
        """How many leaves were taken, those before the first included."""
        return self._by_facts.size

    def leaf_at(self, index: int) -> bytes | None:
        """Return the leaf that the tiles hold at a place; None when they do not."""
        number, within = divmod(index, WIDTH)
        if self._tile[0] != number:
            found = self._log.tile(0, number)
            self._tile = (number, found.hashes if found else b"")
        hashes = self._tile[1][within * HASH : (within + 1) * HASH]
        return hashes if len(hashes) == HASH else None

    def take(self, value: bytes | None) -> None:
        """Take the next leaf by the bytes of its fact; None when the fact is gone and only its leaf remains."""
        index, told = self.size, self.leaf_at(self.size)
        own = leaf(value) if value is not None else told or bytes(HASH)
        if told is not None and own != told:
            if len(self._apart) < MOST_APART:
                self._apart.append((index, own))
            else:
                self._apart_more += 1
        self._by_facts.add(own)
        self._by_tiles.add(told or own)
        self._tiles.add(own, told or own)
        self._reach(self.size)

    def end(self) -> None:
        """Compare what can only be compared when all facts were taken."""
        if not self.exists:
            return
        self._tell_altered("Of de tegel is veranderd: geen controlepunt beslist.")
        self._tell_more("fact_altered")
        ahead: list[int] = []
        while self._next is not None:
            _, point, note = self._next
            if point is not None:
                ahead.append(point.size)
                self._believed(point)
            elif note is not None:
                self._findings.add(
                    "checkpoint_known_elsewhere", checkpoint(self._next[0]), f"Hier zijn er nog {self.size} feiten."
                )
            self._next = next(self._points, None)
        if ahead:
            self._findings.add("log_truncated", checkpoint(max(ahead)), f"Er zijn nog {self.size} genummerde feiten.")
        elif self.newest < self.size:
            self._findings.add("checkpoint_missing", checkpoint(self.size), f"Het nieuwste is {self.newest}.")
        self._tiles.end(self.size)

    def _key_of_log(self) -> Key | None:
        identity = self._log.identity()
        if identity is None:
            if next(self._log.checkpoints(0), None) is not None or next(self._log.tile_widths(), None) is not None:
                self._findings.add("log_identity", "logboek", "Er zijn wel controlepunten of tegels.")
            return None
        origin, written = identity
        try:
            key = read_key(written)
        except ValueError:
            key = None
        if key is None or key.name != origin or key.kind != ED25519 or self._trust.key not in (None, written):
            self._findings.add("log_identity", "logboek", f"In de database staat {origin}.")
        # What was given from outside is believed before what the database says of itself.
        return read_key(self._trust.key) if self._trust.key is not None else key

    def _remembered(self) -> Iterator[Point]:
        found = []
        for written in self._trust.known:
            try:
                found.append((read_checkpoint(read_note(written).text)[1], written))
            except ValueError:
                self._findings.add("checkpoint_known_elsewhere", "meegegeven controlepunt", "Het is onleesbaar.")
        for size, written in sorted(found):
            yield size, None, written

    def _reach(self, size: int) -> None:
        """Compare every checkpoint of this size."""
        while self._next is not None and self._next[0] <= size:
            of_size, point, note = self._next
            if of_size == size:
                if point is not None:
                    self.newest = size
                    self._compare(point)
                elif note is not None:
                    self._compare_known(note)
            self._next = next(self._points, None)

    def _compare(self, point: StoredCheckpoint) -> None:
        root = self._believed(point)
        if root is None:
            return
        if root == self._by_facts.root():
            for index, _ in self._apart:
                self._findings.add("tile_altered", tile(0, index // WIDTH), f"Blad {index % WIDTH}.")
            self._tell_more("tile_altered")
            self._by_tiles = self._by_facts.copy()
        elif root == self._by_tiles.root():
            self._tell_altered()
            self._tell_more("fact_altered")
            self._by_facts = self._by_tiles.copy()
        else:
            self._findings.add("checkpoint_resigned", checkpoint(point.size))
            return
        self._apart.clear()

    def _tell_altered(self, detail: str = "") -> None:
        """Tell which facts are not where, or not what, they were signed as."""
        near = {index + step for index, _ in self._apart for step in (0, 1)}
        there = {self.leaf_at(index): index for index in sorted(near)}
        for index, own in self._apart:
            if own in there:
                self._findings.add("fact_moved", fact(index), f"Daar staat het op {there[own]}.")
            else:
                self._findings.add("fact_altered", fact(index), detail)

    def _tell_more(self, kind: str) -> None:
        if self._apart_more:
            self._findings.add(kind, f"tot feit {self.size}", f"En zo nog {self._apart_more}.")
            self._apart_more = 0

    def _believed(self, point: StoredCheckpoint) -> bytes | None:
        """Return the root that a checkpoint signs; None when it cannot be believed."""
        where = checkpoint(point.size)
        try:
            note = read_note(point.note)
            origin, size, root = read_checkpoint(note.text)
        except ValueError:
            self._findings.add("checkpoint_unsigned", where, "Het is geen ondertekend controlepunt.")
            return None
        self._cosigned(note.text, point.cosignatures, where)
        if not self._signed_by_log(note.text, [(one.name, one.key_id, one.value) for one in note.lines], origin):
            self._findings.add("checkpoint_unsigned", where)
            return None
        if (size, root) != (point.size, point.root):
            self._findings.add("checkpoint_altered", where)
            return root if size == point.size else None
        return root

    def _signed_by_log(self, text: str, lines: Iterable[tuple[str, bytes, bytes]], origin: str) -> bool:
        key = self._key
        if key is None or origin != key.name:
            return False
        ours = [value for name, key_id, value in lines if (name, key_id) == (key.name, key.key_id)]
        return bool(ours) and all(self._trust.signed(key.public, value, text.encode()) for value in ours)

    def _cosigned(self, text: str, lines: Sequence[str], where: str) -> None:
        witnesses = {(one.name, one.key_id): one for one in map(read_key, self._trust.witnesses)}
        for written in lines:
            try:
                line = read_line(written)
                key = witnesses.get((line.name, line.key_id))
                if key is None:
                    continue
                value, message = cosigned_message(text, line.value)
                holds = key.kind == COSIGNATURE and self._trust.signed(key.public, value, message)
            except ValueError:
                holds = False
            if not holds:
                self._findings.add("cosignature_false", where)

    def _compare_known(self, written: str) -> None:
        note = read_note(written)
        origin, size, root = read_checkpoint(note.text)
        if not self._signed_by_log(note.text, [(one.name, one.key_id, one.value) for one in note.lines], origin):
            self._findings.add("checkpoint_known_elsewhere", checkpoint(size), "Het is niet van dit logboek.")
        elif root not in (self._by_facts.root(), self._by_tiles.root()):
            self._findings.add("checkpoint_known_elsewhere", checkpoint(size), "De wortel is een andere.")
