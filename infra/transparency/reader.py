"""The log as others see it: checkpoints, tiles and proofs out of PostgreSQL, and the cosignatures that come back."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from events.errors import Corrupt, NotFound, Unavailable, Unproven
from infra.transparency import tree
from infra.transparency.cosignature import WitnessKey, cosigned, seconds_of
from infra.transparency.note import Note, NoteKey, parse, parse_line
from infra.transparency.proof import Proof
from infra.transparency.quorum import NOBODY, Quorum
from infra.transparency.tiles import Tile, Where, node_in, where
from infra.transparency.tree import HASH_BYTES, Node

K = TypeVar("K")
V = TypeVar("V")
WAIT_SECONDS = 2.0
"""How long one question waits for a connection."""
MOST_NODES, MOST_TILES = 10_000, 500
"""What is remembered because many proofs share it: nodes of the right edge, full tiles above the leaves. 10 MiB."""
LOOK_BACK = 100
"""Cosigned checkpoints among which the newest with enough witnesses is sought."""
_ONE_TILE = "SELECT level, number, hashes, above FROM log.tiles WHERE level = %s AND number = %s"
_TILES = """
SELECT level, number, hashes, above FROM log.tiles
JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number) USING (level, number)
"""
_CHECKPOINTS = """
SELECT c.size, c.note, array(SELECT line FROM log.cosignatures AS s WHERE s.size = c.size ORDER BY cosigned_at, name)
FROM log.checkpoints AS c
"""
_NEWEST = f"{_CHECKPOINTS} ORDER BY c.size DESC LIMIT 1"
_OF_SIZE = f"{_CHECKPOINTS} WHERE c.size = %s"
_MILESTONES = """
SELECT max(size) FROM log.checkpoints WHERE size BETWEEN 1 AND %s GROUP BY date_trunc('month', signed_at, 'UTC')
UNION SELECT max(size) FROM log.cosignatures WHERE size BETWEEN 1 AND %s GROUP BY name, key_id ORDER BY 1
"""
_LATELY_COSIGNED = "SELECT DISTINCT size FROM log.cosignatures ORDER BY size DESC LIMIT %s"
_COSIGNED = f"{_CHECKPOINTS} JOIN ({_LATELY_COSIGNED}) AS lately USING (size) ORDER BY c.size DESC"
_KEEP = "INSERT INTO log.cosignatures VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING size"


class LogReader:
    """Answers from what is signed; safe from several threads. All raise Unavailable."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        # Complete nodes and full tiles never change, so what was read once stays true.
        self._nodes: dict[Node, bytes] = {}
        self._full: dict[Where, Tile] = {}

    @cached_property
    def _pool(self) -> ConnectionPool:
        return ConnectionPool(
            self._dsn,
            min_size=0,
            max_size=4,
            open=True,
            kwargs={"autocommit": True},
            timeout=WAIT_SECONDS,
        )

    def close(self) -> None:
        """Give back the connections."""
        if "_pool" in self.__dict__:
            self._pool.close()

    def key(self) -> NoteKey:
        """Return the key of the log. Raises: NotFound before the relay first ran."""
        rows = self._rows("SELECT verifier_key FROM log.identity")
        if not rows:
            raise NotFound("Er is nog geen logboek. Het begint wanneer de doorgever voor het eerst draait.")
        return NoteKey.parse(rows[0][0])

    def checkpoint(self, size: int | None = None) -> tuple[int, Note]:
        """Return size and note of the newest checkpoint, or of the one of *size*, cosignatures added.

        Raises: NotFound.
        """
        found = next(self._checkpoints(_NEWEST, ()) if size is None else self._checkpoints(_OF_SIZE, (size,)), None)
        if found is None:
            raise NotFound("Dit controlepunt is er niet.")
        return found

    def witnessed(self, quorum: Quorum) -> tuple[int, Note] | None:
        """Return the newest checkpoint that enough witnesses cosigned; None when there is none."""
        return next((found for found in self._checkpoints(_COSIGNED, (LOOK_BACK,)) if quorum.met(found[1])), None)

    def signed_at(self, size: int) -> datetime:
        """Return when the checkpoint of *size* was signed. Raises: NotFound."""
        rows = self._rows("SELECT signed_at FROM log.checkpoints WHERE size = %s", (size,))
        if not rows:
            raise NotFound("Dit controlepunt is er niet.")
        return datetime.fromtimestamp(rows[0][0].timestamp(), UTC)

    def first_after(self, index: int) -> int:
        """Return the size of the first checkpoint that holds the fact with this index. Raises: NotFound."""
        ((size,),) = self._rows("SELECT min(size) FROM log.checkpoints WHERE size > %s", (index,))
        if size is None:
            raise NotFound("Dit feit staat nog in geen controlepunt.")
        return int(size)

    def milestones(self, most: int) -> list[int]:
        """Return sizes up to *most* that somebody may hold: the last of each month (UTC), and each witness' newest."""
        return [int(size) for (size,) in self._rows(_MILESTONES, (most, most))]

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Return the hashes of a tile, of one that has grown since the first *width*. Raises: NotFound."""
        rows = self._rows(
            "SELECT substring(hashes FROM 1 FOR %s) FROM log.tiles WHERE level = %s AND number = %s",
            (width * HASH_BYTES, level, number),
        )
        if not rows or len(rows[0][0]) != width * HASH_BYTES:
            raise NotFound("Deze tegel is er niet.")
        return bytes(rows[0][0])

    def index_of(self, fact_id: UUID) -> int:
        """Return the place of a fact in the log. Raises: NotFound."""
        ((index,),) = self._rows("SELECT min(index) FROM log.leaves WHERE fact_id = %s", (fact_id,))
        if index is None:
            raise NotFound("Dit feit staat niet in het logboek, of nog niet.")
        return int(index)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that leaf *index* is in the tree of *size*. Raises: ValueError; Corrupt."""
        return self._proof(tree.inclusion_steps(index, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the proof that the tree of size *new* begins with that of size *old*. Raises: ValueError; Corrupt."""
        return self._proof(tree.consistency_steps(old, new))

    def root(self, size: int) -> bytes:
        """Return the root that the tree had at *size*, from the tiles; nobody need have signed it. Raises: Corrupt."""
        return self._proof([tree.peak_nodes(0, size)])[0] if size else tree.EMPTY_ROOT

    def prove(self, fact_id: UUID, quorum: Quorum = NOBODY) -> Proof:
        """Return the proof of one fact, in the newest checkpoint that *quorum* is content with.

        Where that does not hold the fact yet, the proof is in the newest checkpoint of all: whoever reads it judges.
        Raises: NotFound; Corrupt.
        """
        index = self.index_of(fact_id)
        found = self.witnessed(quorum) if quorum.needed else None
        size, note = found if found is not None and found[0] > index else self.checkpoint()
        return Proof(index, tuple(self.inclusion(index, size)), note)

    def keep(self, size: int, lines: Iterable[str], witnesses: Sequence[WitnessKey]) -> int:
        """Keep the cosignatures of *witnesses* under the checkpoint of *size*; those of others are passed over.

        Returns how many of them are theirs. Raises: NotFound; Unproven when one in their name does not hold.
        """
        _, note = self.checkpoint(size)
        ours = Note(note.text, tuple(parse_line(line) for line in lines))
        kept = cosigned(ours, witnesses)
        if not kept:
            raise Unproven("Er is geen handtekening bij van een getuige die dit logboek kent.")
        for one in kept:
            at = datetime.fromtimestamp(seconds_of(one.value), UTC)
            self._rows(_KEEP, (size, one.name, one.key_id, str(one), at))
        return len(kept)

    def seen_by(self, witness: WitnessKey) -> int:
        """Return the size of the largest checkpoint that *witness* cosigned, as far as we were told; else 0."""
        ((size,),) = self._rows(
            "SELECT coalesce(max(size), 0) FROM log.cosignatures WHERE name = %s AND key_id = %s",
            (witness.name, witness.key_id),
        )
        return int(size)

    def _checkpoints(self, query: str, values: tuple[int, ...]) -> Iterator[tuple[int, Note]]:
        for found, note, lines in self._rows(query, values):
            yield int(found), parse(note.encode()).with_signatures(map(parse_line, lines))

    def _proof(self, steps: Sequence[tuple[Node, ...]]) -> list[bytes]:
        remembered = self._nodes  # another thread may begin anew with it; what is here stays here
        known = {node: remembered[node] for step in steps for node in step if node in remembered}
        wanted = {where(node)[0] for step in steps for node in step if node not in known}
        full = self._full
        tiles = {place: full[place] for place in wanted if place in full}
        if missing := wanted - tiles.keys():
            tiles |= self._tiles(missing)

        def hash_of(node: Node) -> bytes:
            found = known.get(node)
            if found is None:
                found = node_in(tiles, node)
                if tiles[where(node)[0]].above is None:
                    self._nodes = _with(self._nodes, node, found, MOST_NODES)
            return found

        try:
            return tree.proof(steps, hash_of)
        except KeyError:
            raise Corrupt("Een tegel van het logboek ontbreekt of is te kort. Zet een back-up terug.") from None

    def _tiles(self, wanted: set[Where]) -> dict[Where, Tile]:
        if len(wanted) == 1:  # the usual case, since the nodes higher up are remembered; half the time of a join
            rows = self._rows(_ONE_TILE, next(iter(wanted)))
        else:
            rows = self._rows(_TILES, ([level for level, _ in wanted], [number for _, number in wanted]))
        found = {(level, number): Tile(hashes, above) for level, number, hashes, above in rows}
        for place, tile in found.items():
            if place[0] > 0 and tile.above is not None:
                self._full = _with(self._full, place, tile, MOST_TILES)
        return found

    def _rows(self, query: str, values: tuple[object, ...] = (), *, again: bool = True) -> list[tuple[Any, ...]]:
        try:
            with self._pool.connection() as session:
                return session.execute(query.encode(), values, binary=True).fetchall()
        except psycopg.OperationalError as error:
            if again and not isinstance(error, PoolTimeout):
                # After a restart of the server the connections that lay ready are dead; the first use finds out.
                self._pool.check()
                return self._rows(query, values, again=False)
            raise _unavailable(error) from None
        except psycopg.Error as error:
            raise _unavailable(error) from None


def _with(known: dict[K, V], key: K, value: V, most: int) -> dict[K, V]:
    """Return *known* with one more, or a fresh one when it is full: nobody who still reads it loses anything."""
    if len(known) >= most:
        return {key: value}
    known[key] = value
    return known


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"Het logboek antwoordt niet ({type(error).__name__}). Probeer het later opnieuw.")
