"""What a report costs beside reading the same facts and looking at nothing, and how much memory it takes.

Run: ``python -m bench.reports [--facts N] [--json]``. The rates are measured in turn in one run on one PostgreSQL, over
the same made log; the ratio is the result. Memory is what a process that makes the report grows over its idle size, for
the whole log and for a tenth of it: when it is flat, both are the same.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg

from bench.made_log import fill
from bench.report import Line, report
from infra.local.postgres import LocalPostgres
from infra.migrate import migrate
from infra.numbered_log import NumberedLog
from infra.transparency.tree import Edge, leaf_hash
from policies.reference import Reference
from projections.figures_period import Period
from services.bootstrap.reporting import stories
from services.reports.catalogue import REPORTS
from services.reports.make import Asked, Edition, make
from services.reports.written import as_json

ROUNDS = 3
BARE, HASHED, MADE = "reading all facts, nothing done with them", "reading and hashing", "annual report, root checked"
YEAR = Period.of_year(2026)


class BenchLog:
    """Fits ``ReportLog`` over a made log, which nobody signed: the root is what the facts give."""

    root_hash = "0" * 64

    def __init__(self, dsn: str, size: int) -> None:
        self._log, self.size, self.complete = NumberedLog(dsn), size, False

    def read(self):  # type: ignore[no-untyped-def]  # an iterator of facts
        """Yield every fact and hash it, as the real one does."""
        edge = Edge()
        for one in self._log.read(0, self.size):
            edge.append(leaf_hash(one.value))
            yield one
        self.complete = edge.size == self.size


def rate(facts: int, work: Callable[[], object]) -> float:
    """Return facts per second of *work*."""
    started = time.perf_counter()
    work()
    return facts / (time.perf_counter() - started)


def made(dsn: str, facts: int) -> Edition:
    """Make the annual report, to its bytes."""
    edition = make(Asked(REPORTS["annual"], YEAR), BenchLog(dsn, facts), stories, Reference.load().packaged())
    assert edition.report.complete
    assert as_json(edition.report)
    return edition


def bare(dsn: str, facts: int) -> None:
    """Read every fact."""
    taken = 0
    for _ in NumberedLog(dsn).read(0, facts):
        taken += 1
    assert taken == facts


def hashed(dsn: str, facts: int) -> None:
    """Read every fact and hash it."""
    for _ in BenchLog(dsn, facts).read():  # type: ignore[no-untyped-call]
        pass


def memory(dsn: str, facts: int) -> float:
    """Return by how many MiB a process that makes the report grows over its idle size."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_measure_memory, args=(dsn, facts, theirs))
    child.start()
    theirs.close()  # else nobody would notice that the child died
    grown: float = ours.recv()
    child.join()
    return grown


def _measure_memory(dsn: str, facts: int, told: Connection) -> None:
    made(dsn, min(facts, 100))  # what every first report loads is not what a long one costs
    idle = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # Linux keeps the highest size ever; from here on it counts anew
    made(dsn, facts)
    told.send((_memory("VmHWM") - idle) / 1024)


def _memory(field: str) -> int:
    """Return one of the kernel's figures about this process, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def main() -> None:
    """Make a log, measure, tell."""
    words = argparse.ArgumentParser(prog="python -m bench.reports", description=__doc__)
    words.add_argument("--facts", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    facts = asked.facts
    with LocalPostgres() as server:
        migrate(server.dsn)
        fill(server.dsn, facts)
        with psycopg.connect(server.dsn) as session:
            version = session.execute("SHOW server_version").fetchone()
        samples: dict[str, list[float]] = {BARE: [], HASHED: [], MADE: []}
        for _ in range(asked.rounds):
            samples[MADE].append(rate(facts, lambda: made(server.dsn, facts)))
            samples[BARE].append(rate(facts, lambda: bare(server.dsn, facts)))
            samples[HASHED].append(rate(facts, lambda: hashed(server.dsn, facts)))
        whole, tenth = memory(server.dsn, facts), memory(server.dsn, facts // 10)
        lines = [
            Line(BARE, "facts/s", tuple(samples[BARE])),
            Line(HASHED, "facts/s", tuple(samples[HASHED]), BARE),
            Line(MADE, "facts/s", tuple(samples[MADE]), BARE, ">= 0.1"),
            Line("memory of a report over a tenth", "MiB", (tenth,)),
            Line("memory of a report over all", "MiB", (whole,), "memory of a report over a tenth", "<= 64 MiB"),
        ]
        report("reports", lines, {"facts": facts, "postgresql": version[0] if version else ""}, as_json=asked.json)


if __name__ == "__main__":
    main()
