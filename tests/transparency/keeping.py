"""What the tests of the kept log share: a key, a relay's numbering with a tree, and the log read by other means."""

from datetime import UTC, datetime

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.numbering import Numbering
from infra.transparency.note import NoteSigner
from infra.transparency.store import LogWriter
from infra.transparency.tree import Levels, leaf_hash
from tests.relaying import stored

ORIGIN = "log.example/zvh"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def signer(seed: int = 1, origin: str = ORIGIN) -> NoteSigner:
    """Return the key of a log."""
    return NoteSigner(origin, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def numbering(dsn: str, by: NoteSigner | None = None) -> Numbering:
    """Return what numbers the facts of a database and lets its log grow."""
    found = by or signer()
    return Numbering(dsn, LogWriter(lambda: found, lambda: NOON))


def number(dsn: str, limit: int = 1000, by: NoteSigner | None = None) -> None:
    """Number all there is, *limit* facts at a time, as one process from start to end."""
    with numbering(dsn, by) as one:
        assert one.lock() is None
        while one.number(limit):
            pass


def levels(dsn: str) -> Levels:
    """Return the tree over the stored facts, built in memory from the facts alone."""
    return Levels(leaf_hash(row.value) for row in stored(dsn))


def tampered(dsn: str, statement: str) -> None:
    """Do as an administrator would who wants to rewrite the past: with all triggers off."""
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute("SET session_replication_role = replica")
        session.execute(statement.encode())


def signed_sizes(dsn: str) -> list[int]:
    """Return the size of every checkpoint that was signed."""
    with psycopg.connect(dsn) as session:
        return [row[0] for row in session.execute("SELECT size FROM log.checkpoints ORDER BY size")]
