"""What ties a bundle to the log: the newest checkpoint, the proof of each fact, and growth from earlier checkpoints."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from events.errors import NotFound, Unproven
from infra.transparency.checkpoint import Checkpoint
from infra.transparency.note import Note, parse
from infra.transparency.proof import Proof
from infra.transparency.witness import write_request
from services.bootstrap.public_log import PublicLog


@dataclass(frozen=True)
class State:
    """The log at one size."""

    origin: str
    size: int
    root: bytes
    signed_at: datetime


@dataclass(frozen=True)
class Anchor:
    """One checkpoint, under which all proofs of a bundle stand. Methods raise Unavailable; Corrupt."""

    _log: PublicLog
    _note: Note
    size: int

    @property
    def text(self) -> bytes:
        """The signed note."""
        return str(self._note).encode()

    @property
    def origin(self) -> str:
        """The name of the log."""
        return Checkpoint.parse(self._note.text).origin

    def proofs(self, indexes: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the proof of each fact (C2SP tlog-proof)."""
        for index in indexes:
            path = tuple(self._log.reader.inclusion(index, self.size))
            yield index, str(Proof(index, path, self._note)).encode()

    def growth(self, old: int) -> tuple[bytes, bytes]:
        """Return an earlier checkpoint, and what proves that this one grew from it (C2SP tlog-witness, a request).

        Raises: NotFound.
        """
        _, note = self._log.reader.checkpoint(old)
        return str(note).encode(), write_request(old, self._log.reader.consistency(old, self.size), self._note)


def state_of(log: PublicLog, size: int) -> State:
    """Return what the log was at one signed size. Raises: NotFound; Unavailable."""
    _, note = log.reader.checkpoint(size)
    checkpoint = Checkpoint.parse(note.text)
    return State(checkpoint.origin, size, checkpoint.root, log.reader.signed_at(size))


def newest(log: PublicLog) -> Anchor:
    """Return the newest checkpoint. Raises: NotFound; Unavailable."""
    size, note = log.reader.checkpoint()
    return Anchor(log, note, size)


def held_sizes(log: PublicLog, most: int, exports: Iterable[int]) -> set[int]:
    """Return earlier sizes up to *most* of which somebody may hold the checkpoint.

    Args:
        exports: where earlier bundles were written down; their checkpoints were handed over.
    Raises: NotFound; Unavailable.
    """
    return {*log.reader.milestones(most), *map(log.reader.first_after, exports)}


def size_of(log: PublicLog, raw: bytes) -> int:
    """Return the size of a checkpoint that somebody brings. Raises: Unproven; NotFound when it is not ours."""
    text = parse(raw).text
    size = Checkpoint.parse(text).size
    try:
        ours = log.reader.checkpoint(size)[1].text
    except NotFound:
        ours = ""
    if ours != text:
        raise Unproven(
            "Dit controlepunt komt in ons logboek niet voor. Bewaar het, en vergelijk het met de getuigen: dit kan een "
            "afsplitsing zijn."
        )
    return size
