"""A witness (C2SP tlog-witness): remembers what it saw of a log, and cosigns only what grows from that.

It needs nothing of the log but its public key, and keeps in writing what would prove that a log shows two histories.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events.errors import Corrupt, Unproven
from infra.transparency.checkpoint import Checkpoint, decimal, hash_of
from infra.transparency.cosignature import Cosigner
from infra.transparency.note import Note, NoteKey, parse, to_base64, verified
from infra.transparency.tree import EMPTY_ROOT, grows

PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MOST_HASHES = 63
MOST_BYTES = 100_000
"""Largest request that is read."""


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: str
    content_type: str = PLAIN


@dataclass(frozen=True)
class Fork:
    """Two checkpoints that one log signed and that cannot both be true."""

    first: Note
    second: Note

    def __str__(self) -> str:
        """Both notes, to hand over as they are."""
        return f"{self.first}\n{self.second}"


class Memory:
    """What a witness saw last of each log, in a folder: one note per log, and the proof of every fork."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def alone_with(self, origin: str) -> Iterator[None]:
        """Keep every other process and thread off one log until the block ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._path(origin, "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def last(self, origin: str) -> Note | None:
        """Return the last note that was cosigned; None when there is none yet. Raises: Corrupt."""
        path = self._path(origin, "note")
        if not path.exists():
            return None
        try:
            return parse(path.read_bytes())
        except Unproven:
            raise Corrupt(f"Wat deze getuige zich herinnert in {path}, is beschadigd. Zet een back-up terug.") from None

    def keep(self, origin: str, note: Note) -> None:
        """Remember *note*, durably, on return."""
        self._write(self._path(origin, "note"), str(note))

    def keep_fork(self, origin: str, fork: Fork) -> Path:
        """Write both notes to a file of their own; returns where. The same fork again is the same file."""
        digest = hashlib.sha256(fork.second.text.encode()).hexdigest()[:16]
        path = self._path(origin, f"fork-{digest}")
        self._write(path, str(fork))
        return path

    def by_hash(self, origin_hash: str) -> Note | None:
        """Return the last note of the log whose origin has this SHA-256 (hex), as monitors ask for it."""
        known = {path.stem for path in self._folder.glob("*.note")}
        return parse((self._folder / f"{origin_hash}.note").read_bytes()) if origin_hash in known else None

    def _path(self, origin: str, kind: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.{kind}"

    def _write(self, path: Path, text: str) -> None:
        fresh = path.with_name(path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Witness:
    """Answers ``add-checkpoint`` for the logs whose keys it knows. Safe from several threads and processes."""

    def __init__(
        self,
        cosigner: Cosigner,
        logs: Sequence[NoteKey],
        memory: Memory,
        now: Callable[[], datetime],
        shout: Callable[[Fork, Path], None],
    ) -> None:
        self._cosigner, self._logs, self.memory = cosigner, tuple(logs), memory
        self._now, self._shout = now, shout

    @property
    def logs(self) -> tuple[NoteKey, ...]:
        """The logs that are watched."""
        return self._logs

    def seen(self, origin: str) -> Checkpoint | None:
        """Return the last checkpoint of a log that was cosigned. Raises: Corrupt."""
        note = self.memory.last(origin)
        return None if note is None else Checkpoint.parse(note.text)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Take one request: the old size, a consistency proof, an empty line, a checkpoint. Raises: Corrupt."""
        try:
            old, path, note = read_request(body)
            checkpoint = Checkpoint.parse(note.text)
        except Unproven as error:
            return Answer(400, f"{error}\n")
        keys = [key for key in self._logs if key.name == checkpoint.origin]
        if not keys:
            return Answer(404, "Dit logboek kent deze getuige niet.\n")
        try:
            signatures = verified(note, keys)
        except Unproven as error:
            return Answer(403, f"{error}\n")
        if old > checkpoint.size:
            return Answer(400, "De oude grootte is groter dan die van het controlepunt.\n")
        with self.memory.alone_with(checkpoint.origin):
            return self._weigh(old, path, checkpoint, Note(note.text, tuple(signatures)))

    def _weigh(self, old: int, path: Sequence[bytes], checkpoint: Checkpoint, note: Note) -> Answer:
        last = self.memory.last(checkpoint.origin)
        known = Checkpoint.parse(last.text) if last else Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
        if last is not None and checkpoint.size == known.size and checkpoint.root != known.root:
            fork = Fork(last, note)
            self._shout(fork, self.memory.keep_fork(checkpoint.origin, fork))
        if old != known.size:
            return Answer(409, f"{known.size}\n", SIZE)
        if not _follows(known, checkpoint, path):
            return Answer(422, "Het controlepunt groeit niet uit het vorige, of het bewijs daarvan klopt niet.\n")
        line = self._cosigner.cosign(note.text, self._now())
        self.memory.keep(checkpoint.origin, note.with_signatures([line]))
        return Answer(200, f"{line}\n")


def _follows(known: Checkpoint, checkpoint: Checkpoint, path: Sequence[bytes]) -> bool:
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return False
    if known.size == 0:
        return not path
    return grows(known.size, checkpoint.size, known.root, checkpoint.root, path)


def read_request(body: bytes) -> tuple[int, tuple[bytes, ...], Note]:
    """Return old size, proof and note of a request. Raises: Unproven."""
    head, blank, note = body.partition(b"\n\n")
    if not blank or len(body) > MOST_BYTES:
        raise Unproven("Een verzoek bestaat uit een kop, een lege regel en een controlepunt.")
    try:
        first, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Unproven("De kop van een verzoek is geen ASCII.") from None
    if not first.startswith("old ") or len(hashes) > MOST_HASHES:
        raise Unproven("De kop van een verzoek begint met «old GROOTTE» en heeft hoogstens 63 hashes.")
    return decimal(first.removeprefix("old ")), tuple(map(hash_of, hashes)), parse(note)


def write_request(old: int, path: Sequence[bytes], note: Note) -> bytes:
    """Return the body of a request."""
    return "\n".join([f"old {old}", *map(to_base64, path), "", str(note)]).encode()
