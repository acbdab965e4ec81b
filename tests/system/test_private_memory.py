"""No key ends up in a core dump: the program allows none, of itself or of what it starts."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.zvh import ZVH

PR_GET_DUMPABLE = 3
LOOK = f"""
import ctypes, resource
{{guard}}
print(ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}), *resource.getrlimit(resource.RLIMIT_CORE))
"""
GUARD = "from infra.private_memory import keep_memory_private; keep_memory_private()"
linux = pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="only Linux tells these limits")


def cores_allowed() -> None:
    """Let a child process dump as large a core as this machine allows, as a careless operator would."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def looked(guard: str) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(guard=guard)], preexec_fn=cores_allowed, capture_output=True, check=True
    )
    return [int(word) for word in done.stdout.split()]


def core_limit(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line for line in lines if line.startswith("Max core file size")).split()[4:6]


@contextmanager
def running(*words: str, folder: Path) -> Iterator[int]:
    """Run a service until the block ends."""
    settings = {"ZVH_EMBEDDED": str(folder), "ZVH_LOG_LEVEL": "ERROR"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ZVH_")} | settings
    process = subprocess.Popen([ZVH, *words], env=environment, preexec_fn=cores_allowed, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


@linux
def test_the_guard_forbids_cores_and_looking_in() -> None:
    """Given the guard, no core may be written and nobody may attach; without it both are as the system has them."""
    assert looked("") != [0, 0, 0]
    assert looked("")[0] == 1
    assert looked(GUARD) == [0, 0, 0]


@linux
@pytest.mark.parametrize("words", [("worker", "clock"), ("worker", "projections")])
def test_a_service_and_its_database_leave_no_core(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Given a running service and the PostgreSQL that it started, neither may write a core."""
    folder = tmp_path / "house"
    with running(*words, folder=folder) as pid:
        started = folder / "postgres" / "data" / "postmaster.pid"
        until = time.monotonic() + 60
        while not started.exists() or len(started.read_text().splitlines()) < 8:
            assert time.monotonic() < until, "the service does not start"
            time.sleep(0.05)
        server = int(started.read_text().splitlines()[0])
        assert core_limit(pid) == core_limit(server) == ["0", "0"]


@linux
def test_every_command_starts_behind_the_guard() -> None:
    """Given the program itself, its first act is the guard, before a setting or a key is read."""
    script = (
        "import sys, services.cli\n"
        "app = sys.modules['services.cli.app']\n"
        "app.guarded = lambda run: print(__import__('resource').getrlimit(__import__('resource').RLIMIT_CORE))\n"
        "app.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], preexec_fn=cores_allowed, capture_output=True, check=True)
    assert done.stdout.split() == [b"(0,", b"0)"]
