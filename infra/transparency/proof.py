"""Proof files (C2SP tlog-proof): one leaf's place in the log, its path to the root, and the signed checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.errors import Unproven
from infra.transparency.checkpoint import Checkpoint, decimal, hash_of, opened
from infra.transparency.note import Note, Verifier, from_base64, parse, to_base64
from infra.transparency.tree import includes

HEADER = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
_MOST_BYTES = 1_100_000


@dataclass(frozen=True)
class Proof:
    """That some leaf stands at *index* of the log, to be checked without a network."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None
    """Not authenticated by anything: never to be believed by itself."""

    def __str__(self) -> str:
        """The proof file."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *map(to_base64, self.path), ""]
        return "\n".join(lines) + f"\n{self.note}"

    @classmethod
    def parse(cls, raw: bytes) -> "Proof":
        """Read a proof file; nothing in it is checked yet. Raises: Unproven."""
        head, blank, note = raw.partition(b"\n\n")
        if not blank or len(raw) > _MOST_BYTES:
            raise Unproven("Een bewijs bestaat uit een kop, een lege regel en een controlepunt.")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Unproven("De kop van een bewijs is geen ASCII.") from None
        if lines.pop(0) != HEADER:
            raise Unproven(f"Dit is geen bewijs in de vorm {HEADER}.")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise Unproven("In het bewijs ontbreekt het nummer van het feit.")
        index = decimal(lines.pop(0).removeprefix("index "))
        if len(lines) > MOST_HASHES:
            raise Unproven("Het bewijs heeft meer hashes dan een logboek groot kan zijn.")
        return cls(index, tuple(map(hash_of, lines)), parse(note), extra)

    def verify(self, leaf: bytes, log_keys: Sequence[Verifier]) -> Checkpoint:
        """Return the checkpoint that holds the leaf with this hash; witnesses are ``quorum``'s. Raises: Unproven."""
        checkpoint, _ = opened(str(self.note).encode(), log_keys)
        if not includes(leaf, self.index, checkpoint.size, self.path, checkpoint.root):
            raise Unproven(f"Feit {self.index} staat niet zo in het logboek: het pad leidt niet naar de wortel.")
        return checkpoint
