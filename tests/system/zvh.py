"""Runs the program as a user would, in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ZVH = Path(sys.executable).parent / "zvh"


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on stdout."""
        return json.loads(self.out)


def zvh(*words: str, environment: Mapping[str, str] | None = None, stdin: str = "", cwd: Path | None = None) -> Ran:
    """Run ``zvh`` with these words; the settings are those of *environment* alone."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZVH_")}
    done = subprocess.run(
        [ZVH, *words],
        env=clean | dict(environment or {}),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
