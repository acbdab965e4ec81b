"""What `zvh audit fsck` costs per fact as the log grows, beside bare hashing of the same bytes.

Run: ``python -m bench.fsck [--facts N] [--rounds R] [--json]``. The small log has a tenth of the facts, of the same
kinds. Both are whole houses in PostgreSQL: facts, commands, counters, numbers, tiles, signed checkpoints, overviews;
the check must find nothing. The reference is one SHA-256 per fact over the stored bytes, all in memory. All is
measured in turn in one run; the ratios are the result.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.made_bundle import values
from bench.report import Line, report
from events.canonical import decode, encode
from infra.clock import SystemClock
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.numbered_log import NumberedLog
from infra.numbering import Numbering
from infra.settings import Settings
from infra.transparency.note import NoteSigner
from infra.transparency.store import LogWriter
from infra.transparency.tree import leaf_hash
from infra.views import Views
from services.audit.fsck import nothing_shown
from services.bootstrap.auditing import check
from services.projecting import catch_up
from services.relay import BATCH
from tests.bundles import ACTIVATION
from tests.facts import HOUSE_OIN, KEY, SUBJECT, recorded

ROUNDS = 3
BARE = "leaf hashing alone"
SIGNER = NoteSigner(f"oin/{HOUSE_OIN}/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
_BESIDE = """
INSERT INTO facts.commands
SELECT gen_random_uuid(), originator_id, originator_version, originator_version, 'done', 'bench', ''
FROM facts.stored_events;
INSERT INTO facts.recipient_numbers
SELECT value->'data'->>'recipient_org', (value->'data'->>'recipient_number')::bigint, (value->>'id')::uuid
FROM (SELECT convert_from(state, 'UTF8')::jsonb AS value FROM facts.stored_events) AS facts
WHERE value->'data' ? 'recipient_number';
"""


def fill(dsn: str, facts: int) -> list[bytes]:
    """Make a house of about *facts* facts in a migrated database. Returns its values, in order."""
    first = encode(recorded(ACTIVATION, 1, UUID(int=1), UUID(int=2)), HOUSE_OIN)
    made = [(UUID(int=2), first), *values(facts)]
    with psycopg.connect(dsn, autocommit=True) as session:
        with (
            session.cursor() as cursor,
            cursor.copy(
                "COPY facts.stored_events (originator_id, originator_version, topic, state) FROM STDIN"
            ) as copy,
        ):
            sequences: dict[UUID, int] = {}
            for case_id, value in made:
                sequences[case_id] = sequences.get(case_id, 0) + 1
                copy.write_row((case_id, sequences[case_id], decode(value).fact.type_name, value))
        session.execute(_BESIDE.encode())
        session.execute("INSERT INTO keys.data_keys VALUES (%s, %s, %s, 'bench', '')", (KEY, UUID(int=2), SUBJECT))
        session.execute("VACUUM ANALYZE")
    with Numbering(dsn, LogWriter(lambda: SIGNER, SystemClock().now)) as numbering:
        numbering.lock()
        while numbering.number(BATCH):
            pass
    views = Views(dsn)
    try:
        catch_up(NumberedLog(dsn), views)
    finally:
        views.close()
    return [value for _, value in made]


@contextmanager
def house(server: LocalPostgres, name: str, facts: int) -> Iterator[tuple[Settings, list[bytes]]]:
    """Make a house in a database of its own."""
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}".encode())
    dsn = psycopg.conninfo.make_conninfo(server.dsn, dbname=name)
    migrate(dsn)
    yield Settings(database=dsn, house_oin=HOUSE_OIN), fill(dsn, facts)


def hashed(made: list[bytes]) -> float:
    """Return microseconds per fact of hashing every value once."""
    started = time.perf_counter()
    for value in made:
        leaf_hash(value)
    return (time.perf_counter() - started) / len(made) * 1e6


def checked(settings: Settings, facts: int) -> float:
    """Return microseconds per fact of the whole check; one that finds something ends the bench."""
    started = time.perf_counter()
    found = check(settings, nothing_shown, key=str(SIGNER.key))
    seconds = time.perf_counter() - started
    assert found.complete, found.waiting
    assert found.sound, found.findings.counts
    assert found.facts == facts
    return seconds / facts * 1e6


def main() -> None:
    """Make both houses, check, compare, tell."""
    words = argparse.ArgumentParser(prog="python -m bench.fsck", description=__doc__)
    words.add_argument("--facts", type=int, default=100_000, help="facts of the large log")
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    found: dict[str, list[float]] = {}
    with (
        LocalPostgres() as server,
        house(server, "small", asked.facts // 10) as (few_settings, few),
        house(server, "large", asked.facts) as (many_settings, many),
    ):
        small, large = f"zvh audit fsck, {len(few):,} facts", f"zvh audit fsck, {len(many):,} facts"
        for _ in range(asked.rounds):
            found.setdefault(BARE, []).append(hashed(many))
            found.setdefault(small, []).append(checked(few_settings, len(few)))
            found.setdefault(large, []).append(checked(many_settings, len(many)))
        size = sum(map(len, many)) / 2**20
    lines = [
        Line(BARE, "us/fact", tuple(found[BARE])),
        Line(small, "us/fact", tuple(found[small]), BARE),
        Line(large, "us/fact", tuple(found[large]), BARE),
        Line("the large one beside the small one", "us/fact", tuple(found[large]), small, "<= 1.2"),
    ]
    report("fsck", lines, {"facts": len(many), "mebibytes": round(size, 1)}, as_json=asked.json)


if __name__ == "__main__":
    main()
