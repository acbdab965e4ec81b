"""Somebody else's verifier accepts a bundle: Go's ``sumdb/note`` and ``tlog``, really run where the machine has Go."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.attacks.conftest import Target
from tests.bundles import KEY, zipped

GO = shutil.which("go")
VENDORED = "src/cmd/vendor/golang.org/x/mod/sumdb"
"""Go brings the two packages along, for its own ``go mod``: so no network is needed."""


def vendored() -> tuple[Path, str] | None:
    """Return where this machine's Go has the packages, and its version; None when it has no Go, or not these."""
    if GO is None:
        return None
    told = subprocess.run([GO, "env", "GOROOT", "GOVERSION"], check=True, capture_output=True, text=True).stdout
    root, version = told.split()
    found = Path(root) / VENDORED
    return (found, version) if (found / "note").is_dir() and (found / "tlog").is_dir() else None


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built outside any network."""
    found = vendored()
    if found is None:
        pytest.skip("this machine has no Go, or a Go without golang.org/x/mod/sumdb in its own sources")
    packages, version = found
    language = ".".join(version.removeprefix("go").split(".")[:2])
    folder = tmp_path_factory.mktemp("go")
    shutil.copy(Path(__file__).parent / "go" / "verify.go", folder)
    for name in ("note", "tlog"):
        shutil.copytree(packages / name, folder / "mod" / "sumdb" / name)
    (folder / "mod" / "go.mod").write_text(f"module golang.org/x/mod\n\ngo {language}\n")
    (folder / "go.mod").write_text(
        f"module verify\n\ngo {language}\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./mod\n"
    )
    offline = {**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    subprocess.run([str(GO), "build", "-o", "verify", "."], cwd=folder, env=offline, check=True, capture_output=True)
    return folder / "verify"


def test_go_finds_every_fact_of_a_bundle_in_the_log(target: Target, program: Path, tmp_path: Path) -> None:
    """Zip, signed note, checkpoint, inclusion and growth, by code that never saw ours."""
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(zipped(target.entries))
    ran = subprocess.run([program, bundle, KEY], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    facts = sum(name.startswith("events/") for name in target.entries)
    assert ran.stdout == f"{facts} facts in a log of {target.bundle.log_size}, grown from 1 earlier checkpoints\n"


def test_go_refuses_an_altered_fact(target: Target, program: Path, tmp_path: Path) -> None:
    """The same program, one letter in one fact: it names the same entry as ours."""
    name = f"events/{target.case[0]}.json"
    changed = target.entries[name].replace(b"POLICE", b"P0LICE", 1)
    bundle = tmp_path / "altered.zip"
    bundle.write_bytes(zipped({**target.entries, name: changed}))
    ran = subprocess.run([program, bundle, KEY], check=False, capture_output=True, text=True)
    assert ran.returncode != 0
    assert name in ran.stderr
