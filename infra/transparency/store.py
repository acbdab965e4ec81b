"""The growing log in PostgreSQL: leaves, tiles and a signed checkpoint, in the transaction of whoever numbers facts.

It signs nothing that contradicts what it signed before, and founds no second log where there should be one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID

import psycopg

from events.errors import BadSetting, Corrupt, Unproven
from infra.transparency.checkpoint import Checkpoint, opened
from infra.transparency.note import Note, NoteSigner
from infra.transparency.tiles import HEIGHT, RightEdge, Tile, Where, edge_tiles
from infra.transparency.tree import HASH_BYTES, leaf_hash

_TILE = """
INSERT INTO log.tiles (level, number, hashes, above) VALUES (%s, %s, %s, %s)
ON CONFLICT (level, number) DO UPDATE SET hashes = EXCLUDED.hashes, above = EXCLUDED.above
"""
_LAST = "SELECT size, root, note FROM log.checkpoints ORDER BY size DESC LIMIT 1"
_LAST_LEAVES = """
SELECT e.state FROM log.numbered AS n JOIN facts.stored_events AS e USING (notification_id)
WHERE n.index >= %s AND n.index < %s ORDER BY n.index
"""
_END_OF_LEAVES = "SELECT number, octet_length(hashes) FROM log.tiles WHERE level = 0 ORDER BY number DESC LIMIT 1"


class Leaf(Protocol):
    """A numbered fact."""

    @property
    def index(self) -> int:
        """Dense number over the whole log, from 0."""
        ...

    @property
    def fact_id(self) -> str:
        """The id of the fact, a UUID."""
        ...

    @property
    def value(self) -> bytes:
        """The stored bytes: the leaf."""
        ...


@dataclass(frozen=True)
class Grown:
    """What a transaction made of the log, if it is committed."""

    edge: RightEdge
    root: bytes


class LogWriter:
    """Lets the log grow. For the one relay of a database, within the sessions and transactions of that relay.

    In memory it holds the right edge alone, and compares that with the last signed checkpoint at every step.

    Args:
        find_signer: gives the key, asked for at ``open``: a process that never numbers needs none.
        now: the time that dates a checkpoint.
    """

    def __init__(self, find_signer: Callable[[], NoteSigner], now: Callable[[], datetime]) -> None:
        self._find_signer, self._now = find_signer, now
        self._known: Grown | None = None

    @cached_property
    def _signer(self) -> NoteSigner:
        return self._find_signer()

    @property
    def is_open(self) -> bool:
        """Whether the log was checked since the last ``forget``."""
        return self._known is not None

    @property
    def size(self) -> int:
        """Leaves in the log. Only when it is open."""
        return self._state().edge.size

    def forget(self) -> None:
        """Know nothing any more: the session went, and with it the certainty of what was committed."""
        self._known = None

    def open(self, session: psycopg.Connection) -> None:
        """Check that tree, numbers and the last signed checkpoint agree; found the log when it is new.

        Raises: Corrupt when they do not, or when a log should exist; BadSetting when it is the log of another key.
        """
        with session.transaction():
            identity = session.execute("SELECT origin, verifier_key FROM log.identity").fetchone()
            self._known = self._found(session) if identity is None else self._checked(session, *identity)

    def grow(self, session: psycopg.Connection, leaves: Sequence[Leaf]) -> Grown:
        """Append *leaves*, the next in order, and sign the new root; all within the caller's transaction.

        Returns what ``settle`` takes once that transaction is committed. Raises: Corrupt.
        """
        known = self._state()
        if [leaf.index for leaf in leaves] != list(range(known.edge.size, known.edge.size + len(leaves))):
            raise Corrupt(f"De nummering heeft een gat na nummer {known.edge.size - 1}. Er is niets ondertekend.")
        last = session.execute(_LAST).fetchone()
        if last is None or (last[0], last[1]) != (known.edge.size, known.root):
            raise Corrupt(
                f"Het laatste controlepunt van het logboek is niet dat van {known.edge.size} feiten dat dit proces "
                "kent. Er is niets ondertekend. Zoek uit wie er nog meer in dit logboek schrijft."
            )
        edge, tiles = known.edge.extend([leaf_hash(leaf.value) for leaf in leaves])
        with session.cursor() as cursor:
            cursor.executemany(_TILE, [(*place, tile.hashes, tile.above) for place, tile in tiles.items()])
            with cursor.copy("COPY log.leaves (fact_id, index) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(("uuid", "int8"))
                for leaf in leaves:
                    copy.write_row((_uuid(leaf), leaf.index))
        return self._sign(session, edge)

    def settle(self, grown: Grown) -> None:
        """Take note that the transaction of *grown* was committed."""
        self._known = grown

    def _state(self) -> Grown:
        if self._known is None:
            raise Corrupt("Het logboek is nog niet gecontroleerd; er wordt niets aan toegevoegd.")
        return self._known

    def _sign(self, session: psycopg.Connection, edge: RightEdge) -> Grown:
        checkpoint = Checkpoint(self._signer.name, edge.size, edge.root())
        note = Note(checkpoint.text, (self._signer.sign(checkpoint.text),))
        session.execute(
            "INSERT INTO log.checkpoints VALUES (%s, %s, %s, %s)",
            (checkpoint.size, checkpoint.root, str(note), self._now()),
        )
        return Grown(edge, checkpoint.root)

    def _found(self, session: psycopg.Connection) -> Grown:
        """Begin a new log, where nothing says that there was one. Facts numbered before it become its first leaves."""
        row = session.execute(
            "SELECT (SELECT coalesce(max(index) + 1, 0) FROM log.numbered) > coalesce(max(facts), -1) "
            "OR EXISTS (SELECT FROM log.checkpoints) OR EXISTS (SELECT FROM log.tiles) FROM log.numbered_before"
        ).fetchone()
        if row is None or row[0]:
            raise Corrupt(
                "Hier hoort al een logboek te zijn: er zijn genummerde feiten of controlepunten, maar niet van wie het "
                "logboek is. Er is geen nieuw logboek begonnen. Zet een volledige back-up terug."
            )
        session.execute(
            "INSERT INTO log.identity (origin, verifier_key, founded_at) VALUES (%s, %s, %s)",
            (self._signer.name, str(self._signer.key), self._now()),
        )
        return self._sign(session, RightEdge())

    def _checked(self, session: psycopg.Connection, origin: str, key: str) -> Grown:
        if (origin, key) != (self._signer.name, str(self._signer.key)):
            raise BadSetting(
                f"Dit is het logboek {origin} met een andere sleutel dan ZVH_LOG_KEY, of ZVH_LOG_ORIGIN is gewijzigd. "
                "Gebruik de sleutel en de naam waarmee het logboek begon; er is niets ondertekend."
            )
        last = session.execute(_LAST).fetchone()
        if last is None:
            raise Corrupt("Het logboek bestaat, maar al zijn controlepunten zijn weg. Zet een volledige back-up terug.")
        size, root, note = last
        try:
            checkpoint, _ = opened(note.encode(), [self._signer.key])
        except Unproven:
            checkpoint = None
        if checkpoint != Checkpoint(origin, size, root):
            raise Corrupt(f"Het controlepunt van {size} feiten is niet door dit logboek ondertekend, of is veranderd.")
        edge = RightEdge(size, _rows(session, size))
        if edge.root() != root:
            raise Corrupt(
                f"De boom van {size} feiten heeft een andere wortel dan het ondertekende controlepunt. Er is iets "
                "veranderd aan het verleden; er is niets ondertekend."
            )
        self._compare_last_leaves(session, edge)
        return Grown(edge, root)

    def _compare_last_leaves(self, session: psycopg.Connection, edge: RightEdge) -> None:
        """Compare the newest facts with their leaves; the older ones are for whoever checks the whole log."""
        number = max(edge.size - 1, 0) >> HEIGHT
        first = number << HEIGHT
        facts = session.execute(_LAST_LEAVES, (first, edge.size)).fetchall()
        leaves = session.execute("SELECT hashes FROM log.tiles WHERE level = 0 AND number = %s", (number,)).fetchone()
        if b"".join(leaf_hash(state) for (state,) in facts) != (leaves[0] if leaves else b""):
            raise Corrupt(
                f"De feiten {first} tot {edge.size} zijn andere dan die in het ondertekende controlepunt, of zijn weg. "
                "Is er een oude back-up teruggezet? Er is niets ondertekend."
            )


def _rows(session: psycopg.Connection, size: int) -> tuple[bytes, ...]:
    """Return the hashes of the partial tiles, level by level. Raises: Corrupt when one is not as wide as it must be."""
    wanted = edge_tiles(size)
    found: dict[Where, Tile] = {}
    for level, number in wanted:
        row = session.execute(
            "SELECT hashes FROM log.tiles WHERE level = %s AND number = %s", (level, number)
        ).fetchone()
        if row is not None:
            found[level, number] = Tile(row[0])
    end = session.execute(_END_OF_LEAVES).fetchone()
    leaves = 0 if end is None else (end[0] << HEIGHT) + end[1] // HASH_BYTES
    if leaves != size or {place: len(tile.hashes) // HASH_BYTES for place, tile in found.items()} != wanted:
        raise Corrupt(f"De tegels van het logboek passen niet bij het controlepunt van {size} feiten.")
    top = max((level for level, _ in wanted), default=-1)
    by_level = {level: tile.hashes for (level, _), tile in found.items()}
    return tuple(by_level.get(level, b"") for level in range(top + 1))


def _uuid(leaf: Leaf) -> UUID:
    try:
        return UUID(leaf.fact_id)
    except ValueError:
        raise Corrupt(f"Het feit met nummer {leaf.index} heeft geen UUID als id.") from None
