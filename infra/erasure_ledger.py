"""The erasure ledger, outside the database and its backups: one line per destruction, chained by hash.

After an old backup was put back, this file alone still knows which keys must be dead. A line is canonical JSON; each
names the SHA-256 of the line before it. It holds names of keys, cases and pseudonyms: nothing that a person can be
read from, and nothing secret.
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import rfc8785
from pydantic import ValidationError

from events.erasure import Burial
from events.errors import Corrupt, Unavailable
from events.fact import Instant, Part
from events.vocabulary import Digest

FIRST = "0" * 64
"""What the first line names as the hash of the line before it."""


class Line(Part):
    """One line of the ledger."""

    number: int
    """From 1, without gaps."""
    at: Instant
    """When it was written: the keys were destroyed right after."""
    previous: Digest
    burial: Burial

    @property
    def text(self) -> str:
        """The line as it stands in the file."""
        return rfc8785.dumps(self.model_dump(mode="json", exclude_none=True)).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of the line, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass
class _Read:
    """What is known of the file up to a place in it."""

    inode: int = 0
    size: int = 0
    lines: list[Line] = field(default_factory=list)
    keys: set[UUID] = field(default_factory=set)
    cases: set[UUID] = field(default_factory=set)
    pairs: set[tuple[UUID, UUID]] = field(default_factory=set)
    facts: dict[UUID, Line] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        burial = line.burial
        self.lines.append(line)
        self.facts[burial.fact_id] = line
        self.keys.update(one.key_id for one in burial.keys)
        if burial.subject_id is None:
            self.cases.add(burial.case_id)
        else:
            self.pairs.add((burial.case_id, burial.subject_id))


class ErasureLedger:
    """Reads and extends the file. Safe from several threads and processes. All raise Corrupt and Unavailable."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock, self._known = path, threading.Lock(), _Read()

    def add(self, burial: Burial, at: datetime) -> Line:
        """Add one destruction, durable on return; the same fact again gives the line that stands."""
        with self._lock, self._opened() as descriptor:
            known = self._fresh()
            standing = known.facts.get(burial.fact_id)
            if standing is not None:
                return standing
            previous = known.lines[-1].digest if known.lines else FIRST
            line = Line(number=len(known.lines) + 1, at=at, previous=previous, burial=burial)
            os.ftruncate(descriptor, known.size)  # what a crash left of a line was never acted upon
            os.pwrite(descriptor, line.text.encode() + b"\n", known.size)
            os.fsync(descriptor)
            self._fresh()
            return line

    def lines(self) -> list[Line]:
        """Return every line, from the first; each was held against the one before it."""
        with self._lock:
            return list(self._fresh().lines)

    def line_of(self, fact_id: UUID) -> Line | None:
        """Return the line of one fact."""
        with self._lock:
            return self._fresh().facts.get(fact_id)

    def is_dead(self, key_id: UUID, case_id: UUID, subject_id: UUID) -> bool:
        """See ``infra.keys.Dead``."""
        with self._lock:
            known = self._fresh()
        return key_id in known.keys or case_id in known.cases or (case_id, subject_id) in known.pairs

    def _fresh(self) -> _Read:
        """Read what was added since the last look, or all of it when it is another file."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._known = _Read()
            return self._known
        except OSError as error:
            raise _unavailable(error) from None
        if stat.st_ino != self._known.inode or stat.st_size < self._known.size:
            self._known = _Read(inode=stat.st_ino)
        if stat.st_size > self._known.size:
            self._read_on()
        return self._known

    def _read_on(self) -> None:
        known = self._known
        try:
            with self._path.open("rb") as file:
                file.seek(known.size)
                content = file.read()
        except OSError as error:
            raise _unavailable(error) from None
        whole = content[: content.rfind(b"\n") + 1]
        for raw in whole.splitlines():
            number = len(known.lines) + 1
            previous = known.lines[-1].digest if known.lines else FIRST
            known.take(_read(raw, number, previous))
        known.size += len(whole)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unavailable(error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if new:
                _sync_folder(self._path.parent)
            yield descriptor
        except OSError as error:
            raise _unavailable(error) from None
        finally:
            os.close(descriptor)


def _read(raw: bytes, number: int, previous: str) -> Line:
    try:
        line = Line.model_validate(json.loads(raw))
    except (ValidationError, ValueError):
        raise Corrupt(f"Regel {number} van het vernietigingsregister is onleesbaar. Zet het bestand terug.") from None
    if (line.number, line.previous) != (number, previous) or line.text.encode() != raw:
        raise Corrupt(
            f"Regel {number} van het vernietigingsregister sluit niet aan op de vorige: het bestand is gewijzigd. "
            "Zet het terug uit een kopie."
        )
    return line


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(error: OSError) -> Unavailable:
    return Unavailable(
        f"Het vernietigingsregister is niet te gebruiken ({type(error).__name__}). Controleer ZVH_ERASURE_LEDGER, de "
        "rechten en de ruimte op de schijf."
    )
