"""What the tests of witnesses share: a witness in a folder, and a log that shows whatever history it likes."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.transparency.checkpoint import Checkpoint
from infra.transparency.cosignature import Cosigner
from infra.transparency.note import Note, NoteSigner
from infra.transparency.tiles import RightEdge, Tile, Where, read_path
from infra.transparency.tree import Levels, leaf_hash
from infra.transparency.watching import RemoteLog
from infra.transparency.witness import SIZE, Fork, Memory, Witness, write_request
from tests.transparency.keeping import NOON, signer

LEAVES = [leaf_hash(b"%d" % number) for number in range(600)]
FORKED = [*LEAVES[:300], *(leaf_hash(b"other %d" % number) for number in range(300))]


def note_of(leaves: list[bytes], size: int, by: NoteSigner | None = None, root: bytes | None = None) -> Note:
    """Return a signed checkpoint over the first *size* leaves."""
    by = by or signer()
    text = Checkpoint(by.name, size, root or Levels(leaves[:size]).root(size)).text
    return Note(text, (by.sign(text),))


@dataclass
class Seat:
    """A witness in a folder, and the forks that it shouted."""

    folder: Path
    cosigner: Cosigner = field(
        default_factory=lambda: Cosigner("police.example/w1", Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32))
    )
    forks: list[tuple[Fork, Path]] = field(default_factory=list)

    @property
    def witness(self) -> Witness:
        """The witness as a new process would open it."""
        shout = lambda fork, path: self.forks.append((fork, path))  # noqa: E731
        return Witness(self.cosigner, [signer().key], Memory(self.folder), lambda: NOON, shout)

    def post(self, old: int, note: Note, path: list[bytes] | None = None) -> tuple[int, str]:
        """Send one request; returns status and body."""
        answer = self.witness.add_checkpoint(write_request(old, path or [], note))
        assert (answer.content_type == SIZE) is (answer.status == 409)
        return answer.status, answer.body


class FakeWeb:
    """A log behind an address that shows what it likes: any leaves, at any size."""

    def __init__(self) -> None:
        self.leaves, self.size, self.tiles, self.taken = LEAVES, 0, 0, list[bytes]()

    def show(self, leaves: list[bytes], size: int, tiles: int = 0) -> RemoteLog:
        """Let it show this history from now on, with *tiles* for as many leaves, *size* when that is more."""
        self.leaves, self.size, self.tiles = leaves, size, max(size, tiles)
        return RemoteLog("https://log.example/log", self._ask)

    def _ask(self, url: str, body: bytes | None) -> tuple[int, bytes]:
        path = url.removeprefix("https://log.example/log/")
        if path == "checkpoint":
            return 200, str(note_of(self.leaves, self.size)).encode()
        if path == "cosignatures" and body is not None:
            self.taken.append(body)
            return 204, b""
        found = read_path(path.removeprefix("tile/"))
        assert found is not None
        level, number, width = found
        tiles: dict[Where, Tile] = RightEdge().extend(self.leaves[: self.tiles])[1]
        hashes = tiles[level, number].hashes[: width * 32] if (level, number) in tiles else b""
        return (200, hashes) if len(hashes) == width * 32 else (404, b"")
