"""How fast answers are built again from the log, beside the library's own runner and beside bare COPY.

Run: ``python -m bench.replay [--facts N] [--json]``. All rates are facts per second, measured in turn in one run on one
PostgreSQL with default durability; the ratios are the result. The library's runner takes a first part of the log only:
its cost per fact does not change with the length, and the whole would take minutes.
"""

import argparse
import itertools
import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
from psycopg import sql

from bench import library_runner
from bench.made_log import fill
from bench.report import Line, report
from events.receipt import Numbered
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.numbered_log import NumberedLog
from infra.rebuild import Rebuild, digest_of
from infra.view_table import copy_in
from infra.view_tables import TABLES
from infra.views import Position, Views
from services.projecting import SOURCE, catch_up

ROUNDS = 3
LIBRARY, LIVE, REBUILT = "library's ProjectionRunner, row by row", "live batches", "rebuild beside the live rows"
READ, WRITE = "COPY TO of all facts, nothing done with them", "COPY FROM of the finished rows"


def timed(facts: int, work: Callable[[], object]) -> float:
    """Return facts per second of *work*."""
    started = time.perf_counter()
    work()
    return facts / (time.perf_counter() - started)


def clear(dsn: str) -> None:
    """Empty the answers."""
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute("TRUNCATE views.positions")
        for table in TABLES:
            session.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier("views", table.name)))


def live(dsn: str, facts: int) -> float:
    """Rate of the live path: batches, rows and position in one transaction each."""
    clear(dsn)
    views = Views(dsn)
    try:
        return timed(facts, lambda: catch_up(NumberedLog(dsn), views))
    finally:
        views.close()


def rebuilt(dsn: str, facts: int) -> float:
    """Rate of the rebuild, comparison left out; it must find the live rows equal."""
    log = NumberedLog(dsn)

    def read(known: Sequence[Position], wanted: Sequence[Position]) -> Sequence[Numbered] | object:
        first = next((one.next_place for one in known if one.source == SOURCE), 0)
        stop = next((one.next_place for one in wanted if one.source == SOURCE), 0)
        return log.read(first, stop)

    done = Rebuild(dsn).run(read)  # type: ignore[arg-type]  # an iterator of facts
    assert done.equal, [one.first_difference for one in done.projections]
    assert done.facts == facts
    return done.facts / done.seconds


def copied_out(dsn: str, facts: int) -> float:
    """Rate of reading the stored bytes and their numbers, in order, and looking at nothing."""

    def read() -> None:
        with psycopg.connect(dsn) as session, session.cursor() as cursor:
            query = "COPY (SELECT originator_id, state FROM facts.stored_events ORDER BY notification_id) TO STDOUT"
            with cursor.copy(f"{query} (FORMAT BINARY)".encode()) as copy:
                for _ in copy:
                    pass

    return timed(facts, read)


def copied_in(dsn: str, facts: int) -> float:
    """Rate, in facts, of writing the finished rows to empty tables without indexes."""
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute("DROP SCHEMA IF EXISTS limits CASCADE")
        session.execute("CREATE SCHEMA limits")
        ready = {}
        for table in TABLES:
            name = sql.Identifier("limits", table.name)
            session.execute(
                sql.SQL("CREATE UNLOGGED TABLE {} (LIKE {})").format(name, sql.Identifier("views", table.name))
            )
            with (
                session.cursor() as cursor,
                cursor.copy(
                    sql.SQL("COPY {} ({}) TO STDOUT").format(
                        sql.Identifier("views", table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
                    )
                ) as copy,
            ):
                ready[table] = [bytes(line).decode() for line in copy]

        def write() -> None:
            for table, lines in ready.items():
                copy_in(session, sql.Identifier("limits", table.name), table.columns, lines)

        return timed(facts, write)


def memory(dsn: str, facts: int) -> float:
    """Return by how many MiB a process that rebuilds grows over its idle size."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_measure_memory, args=(dsn, facts, theirs))
    child.start()
    theirs.close()  # the child has its own: when that is gone, nobody is left who could tell
    try:
        grown: float = ours.recv()
    except EOFError:
        child.join()
        raise SystemExit(
            f"The process that measures memory ended with code {child.exitcode} before it told anything."
        ) from None
    child.join()
    return grown


def _measure_memory(dsn: str, facts: int, told: Connection) -> None:
    with psycopg.connect(dsn):
        idle = _memory("VmRSS")
    # Linux keeps the highest size ever, that of the imports included; from here on it counts anew.
    Path("/proc/self/clear_refs").write_text("5")
    rebuilt(dsn, facts)
    told.send((_memory("VmHWM") - idle) / 1024)


def _memory(field: str) -> int:
    """Return one of the kernel's figures about this process, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def same_rows(dsn: str, part: int) -> bool:
    """Say whether the library's runner and our live path make the same rows of the first *part* facts."""
    clear(dsn)
    views = Views(dsn)
    facts = list(itertools.islice(NumberedLog(dsn).read(0, part), part))
    views.apply(facts, SOURCE, part)
    views.close()
    with psycopg.connect(dsn) as session:
        return all(
            digest_of(session, sql.Identifier("baseline", table.name), table)
            == digest_of(session, sql.Identifier("views", table.name), table)
            for table in TABLES
        )


def main() -> None:
    """Make a log, measure, compare, tell."""
    words = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    words.add_argument("--facts", type=int, default=500_000)
    words.add_argument("--part", type=int, default=5_000, help="facts that the library's runner takes")
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    facts, part = asked.facts, min(asked.part, asked.facts)
    with LocalPostgres() as server:
        dsn = server.dsn
        migrate(dsn)
        fill(dsn, part)
        with psycopg.connect(dsn, autocommit=True) as session:
            session.execute("CREATE SCHEMA baseline")
            for table in TABLES:
                session.execute(f"CREATE TABLE baseline.{table.name} (LIKE views.{table.name} INCLUDING ALL)".encode())
            version = session.execute("SHOW server_version").fetchone()
        library = library_runner.run(dsn, part)
        same = same_rows(dsn, part)
        assert same, "the library's runner and the live path made different rows"
        with psycopg.connect(dsn, autocommit=True) as session:
            session.execute("TRUNCATE facts.stored_events, log.numbered RESTART IDENTITY")
        fill(dsn, facts)
        samples: dict[str, list[float]] = {LIVE: [], REBUILT: [], READ: [], WRITE: []}
        for _ in range(ROUNDS):
            samples[LIVE].append(live(dsn, facts))
            samples[REBUILT].append(rebuilt(dsn, facts))
            samples[READ].append(copied_out(dsn, facts))
            samples[WRITE].append(copied_in(dsn, facts))
        grown = memory(dsn, facts)
        lines = [
            Line(LIBRARY, "facts/s", (library,)),
            Line(LIVE, "facts/s", tuple(samples[LIVE]), LIBRARY),
            Line(REBUILT, "facts/s", tuple(samples[REBUILT]), LIBRARY, ">= 70"),
            Line(WRITE, "facts/s", tuple(samples[WRITE])),
            Line(READ, "facts/s", tuple(samples[READ])),
            Line("rebuild beside COPY FROM", "facts/s", tuple(samples[REBUILT]), WRITE),
            Line("memory of the rebuild over the idle process", "MiB", (grown,), None, "<= 64"),
        ]
        notes = {
            "facts": facts,
            "facts_of_the_library": part,
            "postgresql": version[0] if version else "",
            "same_rows": same,
        }
        report("replay", lines, notes, as_json=asked.json)


if __name__ == "__main__":
    main()
