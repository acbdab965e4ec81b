"""What the transparency log costs beside the hashing that nobody can avoid: growth, proofs, verification.

Run: ``python -m bench.log [--leaves N] [--json]``. All is measured in turn in one run; the ratios are the result. The
reference for a proof is 20 SHA-256 calls over 65 bytes: the height of a tree of a million leaves.
"""

import argparse
import hashlib
import random
import statistics
import time
from collections.abc import Callable, Mapping

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.made_log import BLOCK, fill, rows
from bench.report import Line, report
from infra.clock import SystemClock
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.numbering import Numbering
from infra.transparency import tree
from infra.transparency.note import NoteSigner
from infra.transparency.reader import LogReader
from infra.transparency.store import LogWriter
from infra.transparency.tiles import RightEdge, Tile, Where, node_in
from infra.transparency.tree import leaf_hash
from services.relay import BATCH

ROUNDS = 5
SEED = 20260302
BARE, GROWN = "leaf hashing alone", "append to the tree, a root per batch"
HASHES, IN_MEMORY, IN_POSTGRESQL = "20 SHA-256 calls", "inclusion proof, tiles in memory", "inclusion proof, PostgreSQL"
VERIFIED, GROWTH = "verify an inclusion proof", "consistency proof, PostgreSQL"
NUMBERED, KEPT = "numbering alone", "numbering with leaves, tiles and a signed root per batch"


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many per second of *work*, which does *count*."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def middle(work: Callable[[int], object], numbers: list[int]) -> float:
    """Return the median time of *work* over *numbers*, in microseconds."""
    times = []
    for number in numbers:
        started = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def grow(values: list[bytes]) -> tuple[RightEdge, dict[Where, Tile]]:
    """Append *values* in batches, as the relay does, with a root each."""
    edge, tiles = RightEdge(), dict[Where, Tile]()
    for first in range(0, len(values), BATCH):
        edge, written = edge.extend([leaf_hash(value) for value in values[first : first + BATCH]])
        edge.root()
        tiles |= written
    return edge, tiles


def keep(dsn: str, tiles: Mapping[Where, Tile]) -> None:
    """Write *tiles* as the relay would have left them."""
    with psycopg.connect(dsn) as session:
        with session.cursor() as cursor, cursor.copy("COPY log.tiles FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(("int2", "int8", "bytea", "bytea"))
            for (level, number), tile in tiles.items():
                copy.write_row((level, number, tile.hashes, tile.above))
        session.commit()
        session.autocommit = True
        session.execute("VACUUM ANALYZE log.tiles")


def numbering(dsn: str, facts: int, with_tree: bool) -> float:
    """Return facts per second of numbering the stored facts, with or without the log, on a database of its own."""
    name = "tree" if with_tree else "bare"
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        session.execute(f"CREATE DATABASE {name}".encode())
    own = psycopg.conninfo.make_conninfo(dsn, dbname=name)
    migrate(own)
    fill(own, facts)
    with psycopg.connect(own, autocommit=True) as session:
        session.execute("TRUNCATE log.numbered")
    signer = NoteSigner("bench.example/log", Ed25519PrivateKey.generate())
    writer = LogWriter(lambda: signer, SystemClock().now) if with_tree else None
    with Numbering(own, writer) as one:
        one.lock()

        def drain() -> None:
            while one.number(BATCH):
                pass

        return rate(facts, drain)


def measure(server: LocalPostgres, leaves: int, facts: int, rounds: int) -> dict[str, list[float]]:
    """Measure everything *rounds* times, in turn."""
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    values = [value for _, _, _, value in rows(leaves, BLOCK)]
    edge, tiles = grow(values)
    root, chance = edge.root(), random.Random(SEED)
    migrate(server.dsn)
    keep(server.dsn, tiles)
    reader, block = LogReader(server.dsn), bytes(65)

    def in_memory(index: int) -> list[bytes]:
        return tree.proof(tree.inclusion_steps(index, leaves), lambda node: node_in(tiles, node))

    def hashes(_: int) -> None:
        for _ in range(20):
            hashlib.sha256(block).digest()

    for _ in range(rounds):
        note(BARE, rate(leaves, lambda: [leaf_hash(value) for value in values]))
        note(GROWN, rate(leaves, lambda: grow(values)))
        asked = [chance.randrange(leaves) for _ in range(2000)]
        proofs = {index: in_memory(index) for index in asked}
        assert all(
            tree.includes(leaf_hash(values[index]), index, leaves, path, root)
            and reader.inclusion(index, leaves) == path
            for index, path in list(proofs.items())[:100]
        ), "a proof does not hold"
        leaf_of = {index: leaf_hash(values[index]) for index in asked}
        note(HASHES, middle(hashes, asked))
        note(IN_MEMORY, middle(in_memory, asked))
        note(IN_POSTGRESQL, middle(lambda index: reader.inclusion(index, leaves), asked[:500]))
        note(GROWTH, middle(lambda index: reader.consistency(index + 1, leaves), asked[:500]))
        note(VERIFIED, middle(lambda i: tree.includes(leaf_of[i], i, leaves, proofs[i], root), asked))  # noqa: B023
        note(NUMBERED, numbering(server.dsn, facts, with_tree=False))
        note(KEPT, numbering(server.dsn, facts, with_tree=True))
    reader.close()
    return found


def main() -> None:
    """Make a log, measure, tell."""
    words = argparse.ArgumentParser(prog="python -m bench.log", description=__doc__)
    words.add_argument("--leaves", type=int, default=1_000_000)
    words.add_argument("--facts", type=int, default=20_000, help="facts that are numbered in PostgreSQL")
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    with LocalPostgres() as server:
        found = measure(server, asked.leaves, asked.facts, asked.rounds)
    lines = [
        Line(BARE, "leaves/s", tuple(found[BARE])),
        Line(GROWN, "leaves/s", tuple(found[GROWN]), BARE, ">= 0.5"),
        Line(HASHES, "us", tuple(found[HASHES])),
        Line(IN_MEMORY, "us", tuple(found[IN_MEMORY]), HASHES, "<= 4"),
        Line(IN_POSTGRESQL, "us", tuple(found[IN_POSTGRESQL]), HASHES, "<= 40"),
        Line(VERIFIED, "us", tuple(found[VERIFIED]), HASHES, "<= 1.6"),
        Line(GROWTH, "us", tuple(found[GROWTH]), HASHES),
        Line(NUMBERED, "facts/s", tuple(found[NUMBERED])),
        Line(KEPT, "facts/s", tuple(found[KEPT]), NUMBERED),
    ]
    report("log", lines, {"leaves": asked.leaves, "facts": asked.facts, "batch": BATCH}, as_json=asked.json)


if __name__ == "__main__":
    main()
