"""The benches run, and say what they promise to say; how fast is theirs to tell, never a test's to judge."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import replay

ROOT = Path(__file__).parent.parent


SMALL = [
    ("replay", ("--facts", "3000", "--part", "300")),
    ("relay", ("--facts", "600", "--rounds", "1")),
    ("ledger", ("--rows", "4000", "--rounds", "1", "--asked", "20")),
    ("log", ("--leaves", "3000", "--facts", "300", "--rounds", "1")),
    ("policy", ("--questions", "40", "--referrals", "25", "--rounds", "1")),
    ("bundle", ("--facts", "3000", "--rounds", "1")),
    ("reports", ("--facts", "3000", "--rounds", "1")),
    ("fsck", ("--facts", "6000", "--rounds", "1")),
]
"""Every bench, with tiny numbers."""


@pytest.mark.parametrize(("bench", "words"), SMALL)
def test_a_bench_prints_one_document_with_medians_ratios_and_the_machine(bench: str, words: tuple[str, ...]) -> None:
    """With tiny numbers: the shape of the document, and that the compared ways agree (the bench itself checks that)."""
    command = [sys.executable, "-m", f"bench.{bench}", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["bench"] == bench
    assert {"cpu", "cores", "memory_gib", "python"} <= document["machine"].keys()
    compared = [line for line in document["lines"] if line["baseline"]]
    assert compared
    assert all(line["ratio"] > 0 for line in compared)


def test_every_bench_is_run_by_make_and_by_the_test_above() -> None:
    """A new bench that nobody runs is noticed here."""
    made = {one.stem for one in (ROOT / "bench").glob("*.py") if "def main()" in one.read_text(encoding="utf-8")}
    (listed,) = re.findall(r"for bench in ([a-z ]+);", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert set(listed.split()) == made
    assert {bench for bench, _ in SMALL} == made


def test_the_replay_bench_says_so_when_the_process_that_measures_memory_dies() -> None:
    """It ends with a sentence, and waits for nobody who is gone."""
    with pytest.raises(SystemExit, match="ended with code 1 before it told anything"):
        replay.memory("host=/nowhere dbname=nothing", 1)
