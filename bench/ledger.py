"""How much slower the ledger answers when it holds ten times as much: the same questions, small and large, in one run.

Run: ``python -m bench.ledger [--rows N] [--json]``; the full run is ``--rows 10000000``. The small ledger has a tenth
of the rows over the same years, with as many rows per person. Each latency is that of ``infra.ledger_views`` on one
connection, warm: the sample was asked once before it is measured. The ratios are the result.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool

from bench.report import Line, report
from events.fact import rfc3339
from infra.ledger_tables import LEDGER, PERIODS
from infra.ledger_views import LedgerViews
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.view_table import copy_in
from policies.reference import Reference
from projections.ledger_batch import local_day, quarter_of

SEED = 20260302
YEARS = 4
START = datetime(2023, 1, 1, tzinfo=UTC)
PER_PERSON = 10
REGIONS = 25
"""Houses that a shared ledger holds; each has every kind of organisation."""
NEAR = 0.04
"""Part of all persons whose rows stand between one another: a case takes some two months of the four years."""
PATTERNS = 65_536
PAGE = 100
ROUNDS = 3
OF_SUBJECT, OF_RECIPIENT, OF_PURPOSE = "all who saw a person", "a page of what an organisation saw", "purpose, quarter"
SCAN = "purpose, quarter, from the rows without an index"
ASKED = {OF_SUBJECT: 2000, OF_RECIPIENT: 500, OF_PURPOSE: 200}
_SCRAMBLE = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so that every number gives another id


def subject_of(number: int) -> UUID:
    """Return the person with this number."""
    return UUID(int=(number * _SCRAMBLE + 1) % 2**128)


class Made:
    """A ledger of any length, the same each time: rows in order of time, with the totals that belong to them."""

    def __init__(self, rows: int) -> None:
        self.rows, self._rng = rows, Random(SEED)
        now, reference = datetime.now(UTC), Reference.load()
        participants = [one.code for one in reference.participants(now)]
        self.orgs = [f"{code}_{region:02}" for region in range(REGIONS) for code in participants]
        self.purposes = [one.code for one in reference.purposes(now)]
        self.categories = [one.code for one in reference.categories(now)]
        self.periods: Counter[tuple[str, str, str, str, str]] = Counter()

    def lines(self) -> Iterator[str]:
        """Yield the rows as lines of COPY, counting their totals."""
        rng, step = self._rng, timedelta(days=365.25 * YEARS) / self.rows
        patterns = [self._pattern() for _ in range(PATTERNS)]
        near = max(1, int(self.rows / PER_PERSON * NEAR))
        day, moment, until = "", "", -1
        every = max(1, self.rows // (YEARS * 365 * 24))
        for index in range(self.rows):
            if index > until:  # one moment per hour or so: to write a time costs more than all the rest of a row
                moment, until = rfc3339(START + step * index), index + every
                day = local_day(moment[:13])
            middle, tail, keys = patterns[rng.randrange(PATTERNS)]
            subject = f"{(max(0, index // PER_PERSON - rng.randrange(near)) * _SCRAMBLE + 1) % 2**128:032x}"
            item = f"{(index * _SCRAMBLE + 3) % 2**128:032x}"
            month, quarter = day[:7], quarter_of(day)
            for purpose, org, category in keys:
                self.periods[purpose, month, org, category, "GRANTED"] += 1
                self.periods[purpose, quarter, org, category, "GRANTED"] += 1
            ids = f"{index}\t{subject}\t{item}\t{subject}"
            yield f"{ids}\tGRANTED\tOK\tWITHIN\t{middle}{moment}\t{tail}{{{item}/1}}\t\\N\n"

    def totals(self) -> Iterator[str]:
        """Yield the totals per month and per quarter as lines of COPY."""
        for key, count in self.periods.items():
            yield "\t".join((*key, str(count), f"{count}\n"))

    def _pattern(self) -> tuple[str, str, list[tuple[str, str, str]]]:
        rng = self._rng
        org = self.orgs[min(int(rng.expovariate(6 / len(self.orgs))), len(self.orgs) - 1)]  # a few ask much more
        purpose = rng.choice(self.purposes)
        categories = sorted(rng.sample(self.categories, rng.choice((1, 1, 1, 2, 3))))
        middle = (
            f"{org}\ttask-of-{rng.randrange(3)}\tp-{rng.getrandbits(64):016x}\t{purpose}\t{{{','.join(categories)}}}\t"
            f"{{{rng.choice(self.orgs)}}}\t{{WGS:participants,WGS:purpose}}\t"
        )
        decision = subject_of(rng.randrange(9**9))
        tail = f"{rng.getrandbits(256):064x}\tWGS_ZVH\t\\N\t{decision}\t\\N\t{'0' * 20}\t\\N\t{{}}\t"
        return middle, tail, [(purpose, org, category) for category in categories]


def fill(dsn: str, made: Made) -> None:
    """Write a ledger to a migrated database: rows first, indexes afterwards."""
    with psycopg.connect(dsn, autocommit=True) as session:
        indexes = session.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'views' AND tablename = 'ledger'"
        ).fetchall()
        session.execute("ALTER TABLE views.ledger DROP CONSTRAINT ledger_pkey")
        for name, _ in indexes:
            session.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier("views", name)))
        copy_in(session, sql.Identifier("views", LEDGER.name), LEDGER.columns, made.lines())
        copy_in(session, sql.Identifier("views", PERIODS.name), PERIODS.columns, made.totals())
        session.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            session.execute(definition.encode())
        session.execute("VACUUM ANALYZE views.ledger")
        session.execute("VACUUM ANALYZE views.ledger_periods")


@contextmanager
def ledger(server: LocalPostgres, name: str, rows: int) -> Iterator[tuple[Made, LedgerViews, str]]:
    """Make a ledger in a database of its own, and open it on one connection."""
    with psycopg.connect(server.dsn, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}".encode())
    dsn = psycopg.conninfo.make_conninfo(server.dsn, dbname=name)
    migrate(dsn)
    made = Made(rows)
    fill(dsn, made)
    with ConnectionPool(dsn, min_size=1, max_size=1, open=True) as pool:
        yield made, LedgerViews(pool.connection), dsn


def questions(made: Made, views: LedgerViews, asked: int) -> dict[str, list[Callable[[], Sequence[object]]]]:
    """Return a sample of each question, the same number of each for any length."""
    rng = Random(SEED + 1)
    persons = [subject_of(rng.randrange(made.rows // PER_PERSON)) for _ in range(min(asked, ASKED[OF_SUBJECT]))]
    pages = [
        (rng.choice(made.orgs[: len(made.orgs) // 4]), (rng.randrange(made.rows // 2), UUID(int=0)))
        for _ in range(min(asked, ASKED[OF_RECIPIENT]))
    ]
    quarters = [
        (rng.choice(made.purposes), START.year + rng.randrange(YEARS), rng.choice((1, 4, 7, 10)))
        for _ in range(min(asked, ASKED[OF_PURPOSE]))
    ]
    return {
        OF_SUBJECT: [lambda one=one: views.of_subject(one) for one in persons],  # type: ignore[misc]
        OF_RECIPIENT: [lambda org=org, at=at: views.of_recipient(org, after=at, limit=PAGE) for org, at in pages],  # type: ignore[misc]
        OF_PURPOSE: [
            lambda what=what, year=year, first=first: views.of_purpose(  # type: ignore[misc]
                what, f"{year}-{first:02}", f"{year}-{first + 2:02}"
            )
            for what, year, first in quarters
        ],
    }


def latencies(asked: Sequence[Callable[[], Sequence[object]]]) -> list[float]:
    """Return how long each question takes, in microseconds."""
    found = []
    for question in asked:
        started = time.perf_counter()
        question()
        found.append((time.perf_counter() - started) * 1e6)
    return found


def scan(dsn: str, made: Made) -> float:
    """Return how long the third question takes from the rows themselves, without any index, in microseconds."""
    statement = (
        "SELECT recipient_org, category, count(*) FROM views.ledger, unnest(categories) AS category "
        "WHERE purpose = %s AND occurred_at >= '2024-04' AND occurred_at < '2024-07' GROUP BY 1, 2"
    )
    with psycopg.connect(dsn) as session:
        session.execute("SET max_parallel_workers_per_gather = 0")
        session.execute(statement, (made.purposes[0],)).fetchall()
        started = time.perf_counter()
        session.execute(statement, (made.purposes[0],)).fetchall()
        return (time.perf_counter() - started) * 1e6


def p99(samples: Sequence[float]) -> float:
    """Return what 99 of 100 samples stay below."""
    return statistics.quantiles(samples, n=100)[98] if len(samples) > 1 else samples[0]


def main() -> None:
    """Make both ledgers, ask, compare, tell."""
    words = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000, help="rows of the large ledger; 10000000 is the full run")
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--asked", type=int, default=2000, help="at most so many of each question")
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    small, large = asked.rows // 10, asked.rows
    names = {"small": f"{small:,} rows", "large": f"{large:,} rows"}
    found: dict[tuple[str, str], list[float]] = {}
    with (
        LocalPostgres() as server,
        ledger(server, "small", small) as (few, few_views, _),
        ledger(server, "large", large) as (many, many_views, many_dsn),
    ):
        sets = {
            "small": questions(few, few_views, asked.asked),
            "large": questions(many, many_views, asked.asked),
        }
        for kinds in sets.values():
            for sample in kinds.values():
                latencies(sample)  # warm
        for _ in range(asked.rounds):
            for question in (OF_SUBJECT, OF_RECIPIENT, OF_PURPOSE):
                # One of each in turn, so that whatever else the machine does weighs on both alike.
                for pair in zip(*(kinds[question] for kinds in sets.values()), strict=True):
                    for size, taken in zip(sets, latencies(pair), strict=True):
                        found.setdefault((question, size), []).append(taken)
        scanned = scan(many_dsn, many)
        with psycopg.connect(many_dsn) as session:
            row = session.execute(
                "SELECT pg_relation_size('views.ledger') / 1048576, pg_indexes_size('views.ledger') / 1048576, "
                "pg_total_relation_size('views.ledger_periods') / 1048576"
            ).fetchone()
        sizes = row or (0, 0, 0)
    lines = [Line(SCAN, "us", (scanned,))]
    for question, aim in ((OF_SUBJECT, "<= 1.5"), (OF_RECIPIENT, "<= 1.5"), (OF_PURPOSE, "<= 2")):
        least = f"{question}, {names['small']}"
        lines.append(Line(least, "us", tuple(found[question, "small"])))
        lines.append(Line(f"{question}, {names['large']}", "us", tuple(found[question, "large"]), least, aim))
    lines.append(Line(f"{OF_PURPOSE} beside the scan", "us", tuple(found[OF_PURPOSE, "large"]), SCAN))
    for (question, size), samples in found.items():
        lines.append(Line(f"p99 of {question}, {names[size]}", "us", (p99(samples),)))
    notes = {
        "rows": large,
        "rows_of_the_small_one": small,
        "table_mib": sizes[0],
        "indexes_mib": sizes[1],
        "totals_mib": sizes[2],
        "totals": len(many.periods),
        "totals_of_the_small_one": len(few.periods),
    }
    report("ledger", lines, notes, as_json=asked.json)


if __name__ == "__main__":
    main()
