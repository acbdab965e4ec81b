"""The log as the doors show it: texts and bytes in the forms of C2SP, for HTTP and the command line."""

from uuid import UUID

from events.errors import NotFound
from infra.transparency.checkpoint import Checkpoint
from infra.transparency.note import NoteKey, parse
from infra.transparency.policy import Policy
from infra.transparency.proof import Proof
from infra.transparency.reader import LogReader
from infra.transparency.tiles import WIDTH, read_path
from infra.transparency.witness import Answer, Witness


class PublicLog:
    """What anyone may ask of the log, and what witnesses may bring to it. All raise Unavailable.

    Args:
        policy: who witnesses this log.
        witness: the house as a witness of other logs; None when it is none.
    """

    def __init__(self, reader: LogReader, policy: Policy, witness: Witness | None) -> None:
        self.reader, self.policy, self._witness = reader, policy, witness

    def key(self) -> NoteKey:
        """Return the key of the log. Raises: NotFound."""
        return self.reader.key()

    def checkpoint(self) -> str:
        """Return the newest checkpoint with the cosignatures so far. Raises: NotFound."""
        return str(self.reader.checkpoint()[1])

    def tile(self, path: str) -> tuple[bytes, bool]:
        """Return the hashes of the tile at *path* (after ``tile/``), and whether it is full. Raises: NotFound."""
        found = read_path(path)
        if found is None:
            raise NotFound("Dit is geen pad van een tegel.")
        return self.reader.tile(*found), found[2] == WIDTH

    def prove(self, fact_id: UUID) -> Proof:
        """Return the proof of one fact. Raises: NotFound; Corrupt."""
        return self.reader.prove(fact_id, self.policy.quorum)

    def is_witnessed(self, proof: Proof) -> bool:
        """Say whether enough witnesses cosigned the checkpoint of *proof*, and any are asked for."""
        return self.policy.quorum.needed > 0 and self.policy.quorum.met(proof.note)

    def keep(self, body: bytes) -> None:
        """Keep the cosignatures under a checkpoint of ours that a witness hands over.

        Raises: Unproven when it is no note, or when no witness of ours signed it; NotFound when it is not ours.
        """
        note = parse(body)
        size = Checkpoint.parse(note.text).size
        if self.reader.checkpoint(size)[1].text != note.text:
            raise NotFound("Dit controlepunt is niet van dit logboek.")
        self.reader.keep(size, map(str, note.signatures), self.policy.witnesses)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer as a witness of other logs (C2SP tlog-witness)."""
        if self._witness is None:
            return Answer(404, "Dit huis is van geen ander logboek getuige.\n")
        return self._witness.add_checkpoint(body)

    def close(self) -> None:
        """Give back the connections."""
        self.reader.close()
