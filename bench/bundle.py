"""What it costs to verify an audit bundle with the one-file verifier, beside bare hashing of the same bytes.

Run: ``python -m bench.bundle [--facts N] [--spread S] [--json]``. The verifier runs as an auditor runs it: a process
of its own, isolated. The promise is 100,000 facts in under 10 seconds.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from zipfile import ZipFile

from bench.made_bundle import SIGNER, make_bundle
from bench.report import Line, report

VERIFIER = Path(__file__).parent.parent / "tools" / "verify_bundle.py"
BARE, VERIFIED = "SHA-256 of every entry, once", "verify_bundle.py, a process of its own"
ROUNDS = 5


def bare(bundle: Path) -> float:
    """Return seconds of hashing every entry once, when all bytes are in memory."""
    with ZipFile(bundle) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    started = time.perf_counter()
    for content in contents:
        hashlib.sha256(content).digest()
    return time.perf_counter() - started


def verified(bundle: Path) -> float:
    """Return seconds of verification; a bundle that does not hold ends the bench."""
    command: list[str | Path] = [sys.executable, "-I", VERIFIER, bundle, "--key", str(SIGNER.key)]
    started = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    assert done.returncode == 0, done.stderr
    return seconds


def main() -> None:
    """Make a bundle, measure, tell."""
    words = argparse.ArgumentParser(prog="python -m bench.bundle", description=__doc__)
    words.add_argument("--facts", type=int, default=100_000)
    words.add_argument("--spread", type=int, default=3, help="the log is so many times as long as the bundle")
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle.zip"
        with bundle.open("wb") as file:
            sizes = make_bundle(file, asked.facts, asked.spread)
        found: dict[str, list[float]] = {BARE: [], VERIFIED: []}
        for _ in range(asked.rounds):
            found[BARE].append(bare(bundle))
            found[VERIFIED].append(verified(bundle))
        megabytes = round(bundle.stat().st_size / 2**20, 1)
    lines = [
        Line(BARE, "s", tuple(found[BARE])),
        Line(VERIFIED, "s", tuple(found[VERIFIED]), BARE, "< 10 s at 100,000 facts"),
    ]
    report("bundle", lines, {**sizes, "mebibytes": megabytes}, as_json=asked.json)


if __name__ == "__main__":
    main()
